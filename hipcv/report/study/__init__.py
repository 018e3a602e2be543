"""Report of a study with people, and what such a study is run with: protocol, consent, sheets."""

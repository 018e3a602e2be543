"""Names of files as people give them: of any script, any length, and odd to programs."""

import unicodedata

NAMES = {
    "composed": unicodedata.normalize("NFC", "Ångström gauche é"),
    "decomposed": unicodedata.normalize("NFD", "Ångström gauche é"),
    "arabic": "الورك الأيسر ٣",
    "hebrew": "ירך שמאל",
    "devanagari": "कूल्हा बायाँ",
    "han": "左髋内旋",
    "thai": "สะโพกซ้าย",
    "emoji": "🦵🏽👩‍⚕️🇪🇸",
    "longest": "a" * 251,
    "longest_han": "髋" * 83 + "ab",
    "longest_emoji": "🦵" * 62 + "abc",
    "quotes": "it's the “left” `leg`",
    "percent": "5%25 %s %(x)s {x} {0}",
    "shell": "$(touch x); rm -rf ~ & ",
    "markup": "&amp;'=1+1",
    "device": "CON",
    "device_with_suffix": "aux.left",
    "hidden": ".hidden",
    "option": "--side=left",
    "dash": "-rf",
    "dots": "a..b..",
    "query": "a,b;c=d#e&f+g",
}
"""Names without their suffix, of 251 bytes at most; with `.mp4` they fit the usual file system."""

HOSTILE = {
    "newline": "a\nb\r",
    "quoted": 'say "hi"',
    "escape": "a\x1b[31mb",
    "direction": "a\u202eb",
    "path": "a\\b:c*?",
}
"""Names that POSIX allows and other systems do not."""

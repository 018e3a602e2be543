"""Refuse files over 1 MB: python scripts/check_sizes.py FILE..."""

import sys
from pathlib import Path

LARGEST_BYTES = 1_000_000

if __name__ == "__main__":
    too_large = [name for name in sys.argv[1:] if Path(name).stat().st_size > LARGEST_BYTES]
    if too_large:
        sys.exit(f"over 1 MB, keep out of the repository: {', '.join(too_large)}")

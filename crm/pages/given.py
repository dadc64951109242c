"""Common given names of many languages, folded (lower case, no accents), from `given.txt`. Pure data."""

from pathlib import Path

_LINES = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
GIVEN = frozenset(word for line in _LINES if not line.startswith("#") for word in line.split())

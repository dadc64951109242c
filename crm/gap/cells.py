"""Cells that leave the product in a table file. Pure."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001


def formula_safe(value: object) -> object:
    """A text cell that a spreadsheet must not take for a formula gets a leading quote; other values stay."""
    if isinstance(value, str) and (value.lstrip(" ").startswith(_DANGEROUS) or value.startswith(_DANGEROUS)):
        return "'" + value
    return value


def without_guard(text: str) -> str:
    """The cell as it was before `formula_safe`, when a file of our own comes back."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(_DANGEROUS) else text

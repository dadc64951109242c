"""Pure: how a wording is known again in later batches, and how many there may be."""

from hashlib import sha256

from crm.batches.starters import Step
from crm.learning.variants import MOST

LETTERS = "ABC"[:MOST]
RIPE_DAYS = 10  # a first mail younger than this had no fair chance of an answer


def key_of(step: Step) -> str:
    """The same for the same subject and text, whatever batch or letter they stand under."""
    return sha256(f"{step.subject}\n{step.body.strip()}".encode()).hexdigest()[:16]


def next_letter(taken: set[str]) -> str:
    """The first letter that is free; empty when none is."""
    return next((letter for letter in LETTERS if letter not in taken), "")

"""Chance that always falls the same way: a random source that depends on the words given and on nothing else."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def dice(*keys: object) -> random.Random:
    """A generator fixed by its keys, equal in every process and on every machine."""
    return random.Random("|".join(str(key) for key in keys))


def weighted(source: random.Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of the choices, each as likely as its weight."""
    return source.choices([c for c, _ in choices], weights=[w for _, w in choices])[0]


def slug(words: str) -> str:
    """Words as the last part of an address: lower case, joined by hyphens."""
    kept = "".join(c if c.isalnum() else " " for c in words.lower())
    return "-".join(kept.split())

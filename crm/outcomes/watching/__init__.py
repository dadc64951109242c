"""Keeping what each check of a watched link saw, and what follows from it."""

"""Columns named by hand, found again by the hash of the header."""

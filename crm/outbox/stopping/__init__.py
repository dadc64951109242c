"""Ending a sequence, and moving it to a later day."""

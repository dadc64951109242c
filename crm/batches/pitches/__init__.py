"""Pitch templates: starters, own versions, what they have won."""

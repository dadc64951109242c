"""Figures of you and each competitor next to each other."""

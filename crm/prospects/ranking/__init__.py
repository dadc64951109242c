"""Scores, next steps and what a person overrules of them. Writes prospects only."""

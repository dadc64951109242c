"""The composer and the review: one batch, one step, one person at a time."""

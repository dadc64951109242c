"""A running batch: who got what, what is queued, held, answered, placed."""

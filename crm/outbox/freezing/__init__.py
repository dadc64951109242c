"""A planned touch gets its time, and when it is due becomes a mail that never changes again."""

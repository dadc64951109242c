"""Finding what an incoming mail answers."""

"""What a new fit does to the order of prospects that were not mailed yet."""

"""What waits to leave: the questions that the claim asks of the database."""

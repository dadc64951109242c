"""What follows from an incoming mail."""

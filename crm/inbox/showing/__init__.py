"""What the inbox screen shows."""

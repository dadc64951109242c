"""Today: what waits for a person, what runs, what happened this week."""

"""What the outcomes teach: rates, the model, the planner. Writes what it learned; pushes nothing."""

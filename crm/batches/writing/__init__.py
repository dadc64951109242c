"""Words: the steps of a batch and what a person writes for one recipient."""

"""What answers said: by template, and wordings against each other."""

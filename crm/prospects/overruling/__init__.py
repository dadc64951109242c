"""What a person says against the machine: parts of the score, link type, next step, page to pitch."""

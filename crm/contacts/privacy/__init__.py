"""What the law gives a person: to be forgotten, and never to be written to again."""

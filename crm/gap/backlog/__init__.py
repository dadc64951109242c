"""The content backlog: what to make so that sites which link to rivals could link to us."""

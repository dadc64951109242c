"""Up to three wordings of a first mail against each other: who gets which, and what they brought."""

"""From a goal to pitches a week, with what the project has at hand."""

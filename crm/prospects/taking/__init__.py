"""Taking found domains over into the list of prospects, again and again without losing a decision."""

"""Taking an outcome back: everything as it was before the word was said."""

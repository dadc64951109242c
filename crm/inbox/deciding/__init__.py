"""A person at the inbox: what an answer meant, and taking it back."""

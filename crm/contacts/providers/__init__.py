"""Services that know addresses, asked only with the key of the user."""

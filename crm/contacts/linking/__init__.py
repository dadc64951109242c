"""Several addresses of one person; it never moves an address from one person to another."""

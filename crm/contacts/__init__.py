"""Whom to write to, where the address was found, and whom never to write to."""

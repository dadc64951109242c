"""The JSON API over the same services. Holds no rule of its own."""

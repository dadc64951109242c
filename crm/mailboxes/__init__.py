"""The user's own sending and receiving accounts: connection, health, caps. Sends nothing."""

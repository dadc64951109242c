"""The quarterly review: seven lines, walked in order, remembered where one stopped."""

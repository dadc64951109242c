"""Reasons to look at the gap again: they fire by themselves, stay until they no longer hold or a person closes them."""

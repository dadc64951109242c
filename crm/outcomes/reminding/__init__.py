"""Reminders: the list, done, later, and sites that asked to be asked again."""

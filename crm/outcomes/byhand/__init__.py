"""Pitches sent elsewhere and logged by a person, and sites that asked to be asked again."""

"""Referring domains that we may pitch: type, scores, next action and stage. Knows nothing of exports."""

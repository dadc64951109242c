"""Snapshots of the gap with their domains, evidence and what changed. Written by the gap computation alone."""

"""Exports in, gap out: formats, reading, cleaning, intersecting, snapshots. Hands over to prospects."""

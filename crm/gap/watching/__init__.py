"""The watched folder: exports that are put there are imported without a browser."""

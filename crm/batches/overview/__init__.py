"""What the lists show: suggested groups, batches with their counts, a running batch."""

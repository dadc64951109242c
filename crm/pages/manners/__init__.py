"""What a host asked of us, remembered between processes."""

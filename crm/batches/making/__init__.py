"""Making a batch and filling it: create, enroll, drop, copy, discard."""

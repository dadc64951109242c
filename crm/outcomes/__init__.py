"""What became of each prospect: outcomes, placement checks, proofs and watching."""

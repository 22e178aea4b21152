"""What lotproof knows: the data, the obligation maps, the verdicts and the seal."""

"""The plan becomes fact: claims, gates and sends each mail once. Writes no words, reads no inbox."""

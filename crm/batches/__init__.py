"""The plan: who gets which words, checked and approved together. Sends nothing."""

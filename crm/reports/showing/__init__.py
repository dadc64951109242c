"""The reports by name: each as a table that may leave the house, and the overview of the first screen."""

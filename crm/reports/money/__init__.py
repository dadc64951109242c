"""Time and cost of a link by tactic, and the channels that links came through."""

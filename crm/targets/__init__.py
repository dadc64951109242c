"""Our own pages: inventory, health, goals and the content backlog."""

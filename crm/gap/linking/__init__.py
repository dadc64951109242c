"""The gap page by page: filters, orders, and what each filter throws away."""

"""How the project stands over its files: authority, referring domains, ranks, and the gap by quarter."""

"""One prospect on the screen: evidence, reasons, brief, contact, history. Reads only."""

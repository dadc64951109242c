"""Everything on the first report screen, gathered once; the client's report shows a part of it."""

"""What came back: reads mail, tells replies from bounces, sets the consequences."""

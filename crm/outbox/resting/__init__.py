"""When a mailbox must rest, sign in again or stop, and when a batch must: the circuit breakers."""

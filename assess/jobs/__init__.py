"""Background work: what is wanted, who does it, how far it is; delivery rests on our own table, not on the queue."""

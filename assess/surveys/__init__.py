"""Everything about asking: instruments, cycles, envelopes, member pages."""

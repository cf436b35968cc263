"""Key holders: who can open the envelopes of an anonymous cycle, their keys, and the opening they do."""

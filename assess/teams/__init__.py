"""The team tree and the roster."""

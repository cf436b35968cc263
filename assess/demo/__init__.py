"""A demo company: an online shop whose answers come from a documented model and take the real path."""

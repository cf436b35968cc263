"""Practices and what teams make of them."""

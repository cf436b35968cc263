"""Finished words, charts and files from released figures."""

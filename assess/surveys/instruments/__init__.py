"""Questionnaires as TOML files and their loader."""

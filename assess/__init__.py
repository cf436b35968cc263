"""Assess: team health, asked anonymously, scored honestly, with a next step."""

__version__ = "0.1.0"

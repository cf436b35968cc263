"""Pure arithmetic: arrays in, frozen dataclasses out."""

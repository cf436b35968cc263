"""Pure arithmetic: arrays in, frozen dataclasses out."""

ENGINE_VERSION = "1.0.0"

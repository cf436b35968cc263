"""The pages on which HR runs a quarter: plan, open, look after, close, publish."""

from assess.app.cycle_pages.hanging import hang_in_cycle_pages

__all__ = ["hang_in_cycle_pages"]

"""What leaders find after signing in: their teams, the page of each quarter, and the board of actions."""

from assess.app.leaders.hanging import hang_in_leader_pages

__all__ = ["hang_in_leader_pages"]

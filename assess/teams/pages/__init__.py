"""The pages on which HR looks after teams and roster."""

from assess.teams.pages.hanging import hang_in_team_pages

__all__ = ["hang_in_team_pages"]

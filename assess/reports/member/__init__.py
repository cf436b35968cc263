"""The pages that members get back: one per unit, without sign-in. No cookie, no session, no log line."""

from assess.reports.member.views import hang_in_one_pagers

__all__ = ["hang_in_one_pagers"]

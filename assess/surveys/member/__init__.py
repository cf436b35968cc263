"""The pages of members: type a code, answer, read the contract. No cookie, no session, no log line."""

from assess.surveys.member.views import hang_in_member_pages

__all__ = ["hang_in_member_pages"]

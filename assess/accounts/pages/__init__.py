"""The pages of people who sign in: everything under `/app` that belongs to accounts, and the rules all of it follows.

A session is one random token in one cookie that never travels outside `/app`; no view under `/app` answers unless it
declares who may see it; whatever is sent carries a token against forged forms.
"""

from assess.accounts.pages.hanging import hang_in_account_pages

__all__ = ["hang_in_account_pages"]

"""What the room of accounts refuses, by name; pages make something of it at the edge."""

from assess.errors import InputError, RefusalError


class NotSignedInError(RefusalError):
    """A page for people with an account was asked for without a session."""


class WrongRoleError(RefusalError):
    """Somebody who is signed in asked for a page of another role."""


class WrongSignInError(RefusalError):
    """Address and password do not belong together, or nobody with that address may sign in: it is never said which."""


class SpentLinkError(RefusalError):
    """A one-time link that was used, replaced, never existed or is out of date: it is never said which."""


class WeakPasswordError(InputError):
    """A new password that is too short, too long, too common or contains the person."""

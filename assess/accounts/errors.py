"""What the room of accounts refuses, by name; pages make something of it at the edge."""

from datetime import timedelta

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


class WrongCodeError(InputError):
    """A code of an app or for recovery that is wrong, too old, or was used before: it is never said which."""


class CodesRestError(RefusalError):
    """Too many wrong codes in a row: for a while codes of the app are not taken, not even right ones."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


class SecondStepMissingError(RefusalError):
    """Somebody who has to sign in with a second step has not set one up yet."""


class ProviderError(RefusalError):
    """The provider does not answer, or what it answered cannot be trusted; the message is for the log."""


class UnboundProviderError(RefusalError):
    """What the provider says is true and belongs to no account that may sign in this way."""


class UnknownPasskeyError(RefusalError):
    """A passkey that is not known, or an answer that does not fit: it is never said which."""

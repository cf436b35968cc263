"""What the asking side refuses, by name; pages and the command line make something of them at the edge."""

from assess.errors import InputError, RefusalError


class UnknownCodeError(RefusalError):
    """No invitation has this code."""


class CycleNotYetOpenError(RefusalError):
    """The personal link was used before the opening time."""


class CycleClosedError(RefusalError):
    """The personal link was used after closing."""


class BlankAnswersError(RefusalError):
    """An envelope without a single answer is not accepted: it would replace a full one."""


class UnusableAnswersError(InputError):
    """A rating outside its scale, an unknown item, a comment that is too long."""


class StorageBusyError(RefusalError):
    """Somebody still reads the database, so what was deleted would stay readable in its files."""


class KeyMissingError(RefusalError):
    """A key file of the cycle is not there."""


class TamperedBoxError(RefusalError):
    """The box holds more envelopes than were invited, or labels of no group."""


class NotForThisHolderError(RefusalError):
    """The envelopes are sealed to the keys of others."""


class AlreadyOpenedError(RefusalError):
    """Another opening was complete first, or this one has been wiped."""


class WrongCodeError(RefusalError):
    """An opening code that is mistyped, or that does not open this key."""


class OtherCycleError(RefusalError):
    """Answers were sealed for another cycle than the one their link belongs to."""


class NotAnEnvelopeError(InputError):
    """What was sent to an anonymous survey is no sealed envelope of it."""


class QuarterTakenError(InputError):
    """There is a cycle of this quarter already."""


class ChangedSinceSeenError(RefusalError):
    """What somebody looked at before they pressed the button is not what there is now."""


class DoneBeforeError(RefusalError):
    """Somebody, perhaps the same person with a second click, has done it already."""

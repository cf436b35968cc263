"""What the states of a cycle are called."""

from assess.localisation import gettext as _
from assess.surveys.models import State


def state_word(state: State) -> str:
    """Name a state in the reader's language."""
    words = {
        State.CREATED: _("planned"),
        State.OPEN: _("open"),
        State.CLOSING: _("closing"),
        State.SEALED: _("sealed"),
        State.OPENED: _("opened"),
        State.SCORED: _("scored"),
        State.PUBLISHED: _("published"),
        State.ABORTED: _("aborted"),
    }
    return words[state]

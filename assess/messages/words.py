"""Kinds and states of messages in the reader's language."""

from assess.localisation import gettext as _
from assess.messages.models import Kind, MessageState


def kind_word(kind: Kind) -> str:
    """Name a kind of message."""
    words = {
        Kind.INVITATION: _("invitations"),
        Kind.REMINDER: _("reminders"),
        Kind.CLOSING: _("to key holders"),
        Kind.PUBLICATION: _("results, to leaders"),
        Kind.MEMBERS: _("results, to everybody asked"),
        Kind.ACTIONS: _("actions, to leaders"),
    }
    return words[kind]


def state_word(state: MessageState) -> str:
    """Name how far a message is."""
    words = {
        MessageState.WAITING: _("waiting"),
        MessageState.SENDING: _("being sent"),
        MessageState.SENT: _("sent"),
        MessageState.FAILED: _("failed"),
        MessageState.BOUNCED: _("came back"),
    }
    return words[state]

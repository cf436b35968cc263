"""Changing settings: what the operator has not fixed, all that was sent or nothing, each with its line in the log."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import CHOOSABLE, Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.organisation.in_force import in_force, text_of
from assess.organisation.models import THE_ROW, ChosenSettings
from assess.organisation.values import READERS


class WrongValuesError(InputError):
    """Some values cannot be taken; `messages` has a sentence for each."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = messages


class SomebodyElseChangedError(RefusalError):
    """What was on the page is no longer what is in force."""


def choose(
    database: Database, settings: Settings, typed: Mapping[str, str], *, seen: Mapping[str, str] | None = None
) -> list[str]:
    """Set what was typed, by the names of settings; return the names of those that are another now.

    `seen` is what whoever typed it saw. Errors: WrongValuesError; RefusalError for what the operator has fixed;
    SomebodyElseChangedError where something else than `seen` is in force. Nothing is changed then.
    """
    wanted = _read(typed)
    with database.writing() as session:
        present = in_force(session, settings)
        changes = {name: (text_of(present, name), text) for name, text in wanted.items()}
        changes = {name: (was, text) for name, (was, text) in changes.items() if was != text}
        for name, (was, _text) in changes.items():
            _refuse_fixed(settings, name)
            if seen is not None and seen.get(name) != was:
                raise SomebodyElseChangedError(
                    _("Somebody else has changed this meanwhile, and nothing of yours was saved; look at it again.")
                )
        _store(session, {name: text for name, (_was, text) in changes.items()})
        for name, (was, text) in changes.items():
            record(session, "settings.changed", name, was=was, now=text)
    return sorted(changes)


def _read(typed: Mapping[str, str]) -> Mapping[str, str]:
    read: dict[str, str] = {}
    messages: dict[str, str] = {}
    for name, text in typed.items():
        try:
            read[name] = READERS[name](text)
        except InputError as error:
            messages[name] = str(error)
    if messages:
        raise WrongValuesError(messages)
    return read


def _refuse_fixed(settings: Settings, name: str) -> None:
    if name in settings.fixed:
        raise RefusalError(
            _(
                "The operator has set %(variable)s; it is changed there, or taken out there and then set here.",
                variable=CHOOSABLE[name],
            )
        )


def _store(session: Session, texts: Mapping[str, str]) -> None:
    row = session.get(ChosenSettings, THE_ROW)
    if row is None:
        row = ChosenSettings(id=THE_ROW)
        session.add(row)
    for name, text in texts.items():
        setattr(row, name, int(text) if name == "minimum_group_size" else text)
    session.flush()

"""Which settings are in force: the operator's, and where the operator has set nothing, those of the table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from assess.config import CHOOSABLE, Settings
from assess.errors import InputError
from assess.organisation.models import THE_ROW, ChosenSettings
from assess.organisation.values import READERS


def in_force(session: Session, settings: Settings) -> Settings:
    """Complete the settings of the environment by those of the table; a value that can no longer be used counts not."""
    usable = {name: text for name, text in chosen_texts(session).items() if _can_be_used(name, text)}
    return replace(settings, **{name: _value(name, usable[name]) for name in usable.keys() - settings.fixed})


def chosen_texts(session: Session) -> Mapping[str, str]:
    """Return what was ever set on the page or by command, as texts by the name of the setting."""
    row = session.get(ChosenSettings, THE_ROW)
    if row is None:
        return {}
    found = {name: getattr(row, name) for name in CHOOSABLE}
    return {name: str(value) for name, value in found.items() if value is not None}


def text_of(settings: Settings, name: str) -> str:
    """Write a setting as the text it is typed as."""
    value = getattr(settings, name)
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _can_be_used(name: str, text: str) -> bool:
    """Whether a stored value still holds: a time zone may be gone from the system."""
    try:
        READERS[name](text)
    except InputError:
        return False
    return True


def _value(name: str, text: str) -> Any:  # noqa: ANN401 - of the field of Settings
    if name == "languages":
        return tuple(text.split(","))
    return int(text) if name == "minimum_group_size" else text

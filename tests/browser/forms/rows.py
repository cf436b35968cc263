"""What a row of the table of forms says: who sends which form from where, what is typed, which fields must complain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

LONG = "very long " * 40
LONG_ZH = "很长很长的名字" * 60
CONTROL = "bell\x07 and zero\0"
BAD_MAIL = "bell\x07\0@x.example"
EMOJI = "🙂" * 130
Typed = str | bool | Path


@dataclass(frozen=True)
class Half:
    """A date of which only a part is typed: the browser has nothing to send, and may not lose it in silence."""


@dataclass(frozen=True)
class Try:
    """One sending: by the id of a field what is typed, and the ids of the fields beside which a message must stand."""

    typed: Mapping[str, Typed | Half]
    wrong: tuple[str, ...]
    focus: str = ""
    """What has the focus instead of the first of these: a summary."""

    @property
    def is_half(self) -> bool:
        """Whether only the browser can know that something was typed."""
        return any(isinstance(typed, Half) for typed in self.typed.values())


@dataclass(frozen=True)
class Form:
    """One form of the site.

    `route` is its rule in the URL map, `form` a selector on the page, and `way` what is done before the form is there.
    Where `by_script` names a button, the page looks at the field itself and sends nothing.
    """

    name: str
    route: str
    who: str
    page: str
    tries: tuple[Try, ...]
    form: str = "main form"
    way: Callable[[Page, Mapping[str, str]], None] | None = field(default=None, compare=False)
    by_script: str = ""
    method: str = "POST"


def wrong(*fields: str, **typed: Typed | Half) -> Try:
    """Write a sending down: `team__name=…` is the field `team-name`."""
    return Try({name.replace("__", "-"): value for name, value in typed.items()}, fields)

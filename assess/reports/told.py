"""What a one-pager tells beside figures: what the leader shared, and when the next survey runs.

Both change after publication. A drawn page says in its document information what it was told, so that it can be made
again byte by byte, whatever has been ticked off since.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assess.actions.shared import SharedAction
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.surveys.coming import Coming


@dataclass(frozen=True)
class Told:
    """What one unit is told."""

    actions: tuple[SharedAction, ...] = ()
    coming: Coming | None = None

    def written(self) -> str:
        """Write it as JSON, the same text for the same facts.

        >>> Told().written()
        '{"actions":[],"coming":null}'
        """
        content = {
            "actions": [_action(each) for each in self.actions],
            "coming": None
            if self.coming is None
            else [self.coming.quarter, self.coming.opens_on.isoformat(), self.coming.closes_on.isoformat()],
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_told(text: str) -> Told:
    """Read it back. InputError for anything that was not written by `written`."""
    try:
        content = json.loads(text)
        coming = content["coming"]
        return Told(
            tuple(_read_action(each) for each in content["actions"]),
            None if coming is None else Coming(coming[0], date.fromisoformat(coming[1]), date.fromisoformat(coming[2])),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            _("This is no report of Assess, or another program has saved it anew; use the file as it was written.")
        ) from error


def _action(action: SharedAction) -> dict[str, object]:
    return {
        "practice": action.practice,
        "title": action.own_title,
        "steps": list(action.own_steps),
        "done": list(action.ticked),
        "owner": action.owner,
        "due": None if action.due_on is None else action.due_on.isoformat(),
    }


def _read_action(entry: Mapping[str, Any]) -> SharedAction:
    due = entry["due"]
    return SharedAction(
        practice=entry["practice"],
        own_title=entry["title"],
        own_steps=tuple(entry["steps"]),
        ticked=tuple(bool(done) for done in entry["done"]),
        owner=str(entry["owner"]),
        due_on=None if due is None else date.fromisoformat(due),
    )

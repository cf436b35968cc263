"""The contract: what the cycle promises, frozen when it opens, public, hashed.

UTF-8 JSON, keys sorted, no floats. Its hash stands on the member's page, in the invitation and in every report, and
every envelope is sealed under it.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from assess.config import FULL_MINIMUM, ROSTER_MINIMUM, Settings
from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.surveys.groups import Plan
from assess.surveys.instruments import Instrument, load_instrument
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.parse import parse_instrument
from assess.surveys.models import Cycle

FORMAT = "assess/1"
READERS = {
    "comments": ["hr", "leaders_of_the_node"],
    "one_pager": ["members_of_the_unit"],
    "organisation_figures": ["hr", "leader_of_the_root"],
    "organisation_report": ["hr", "leader_of_the_root"],
    "report_of_a_node": ["hr", "leaders_of_the_node"],
    "scores_of_a_node": ["hr", "leaders_of_the_node", "leaders_of_the_unit_above", "leader_of_the_root"],
    "single_answers": [],
}
RETENTION = {
    "comments": "12_months_after_publication",
    "invitations": "next_opening",
    "opening_key": "opening_of_the_envelopes",
    "personal_links": "closing",
    "released_figures": "unlimited",
    "single_answers": "publication",
}
_WITH_HOLDERS = {"opening_key": "kept_by_key_holders", "sealed_answers": "opening_or_30_days_after_closing"}


def roster_minimum(settings: Settings) -> int:
    """Return how many people a group has at least: six, and never fewer than the answers a figure needs."""
    return max(ROSTER_MINIMUM, settings.minimum_group_size)


def write_contract(
    cycle: Cycle,
    instrument: Instrument,
    plan: Plan,
    recipients: Sequence[bytes],
    settings: Settings,
    holders: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """Write the canonical bytes of the contract of one cycle; `holders` are name and public key of each key holder."""
    script = cycle.sealing_script
    return canonical_json(
        {
            "format": FORMAT,
            "cycle": cycle.quarter,
            "cycle_id": cycle.id.hex(),
            "organisation": settings.organisation,
            "contact": settings.contact,
            "level": cycle.level,
            "key_holders": [
                {"name": name, "public_key": base64.b64encode(public).decode()} for name, public in holders
            ],
            "recipients": [base64.b64encode(public).decode() for public in recipients],
            "minimum": _minimum(settings),
            "instrument": {
                "code": instrument.code,
                "version": instrument.version,
                "sha256": instrument.sha256,
                "modules": list(cycle.modules),
            },
            "opens_at": _instant(cycle.opens_at),
            "closes_at": _instant(cycle.closes_at),
            "latest_closes_at": _instant(cycle.latest_closes_at),
            "time_zone": settings.time_zone,
            "units": [{"id": unit.id, "name": unit.name, "parent": unit.parent} for unit in plan.units],
            "groups": _groups(plan),
            "readers": READERS | ({"single_answers": ["key_holder_who_opens"]} if holders else {}),
            "retention": RETENTION | (_WITH_HOLDERS if holders else {}),
            "sealing_script_sha256": None if script is None else hashlib.sha256(script).hexdigest(),
        }
    )


def _groups(plan: Plan) -> list[dict[str, object]]:
    return [
        {
            "id": group.id,
            "name": group.name,
            "headcount": len(group.members),
            "unit": group.unit,
            "own_members": group.own,
            "teams": list(group.teams),
        }
        for group in plan.groups
    ]


def _minimum(settings: Settings) -> Mapping[str, int]:
    full = max(FULL_MINIMUM, settings.minimum_group_size)
    return {
        "answers": settings.minimum_group_size,
        "invited": roster_minimum(settings),
        "full": full,
        "comments": full,
    }


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """Write JSON the one way its hash is taken over: UTF-8, keys sorted, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def contract_of(cycle: Cycle) -> Mapping[str, Any]:
    """Return the frozen contract of a cycle that was opened; do not change it."""
    if cycle.contract is None:
        raise ValueError("a cycle that was never opened has no contract")
    return _read(cycle.contract)


def recipients_of(contract: bytes) -> tuple[bytes, ...]:
    """Return the public keys every envelope is sealed to."""
    return tuple(base64.b64decode(text) for text in _read(contract)["recipients"])


def frozen_instrument(cycle: Cycle) -> Instrument:
    """Return the effective instrument as it was when the cycle was created, whatever has been upgraded since."""
    instrument = _parse(cycle.instrument_code, cycle.instrument_source, tuple(cycle.modules))
    if cycle.contract is not None and instrument.sha256 != _read(cycle.contract)["instrument"]["sha256"]:
        raise RefusalError(
            _(
                "The questionnaire of %(quarter)s is no longer the one in its contract; "
                "restore the version of Assess the cycle was opened with.",
                quarter=cycle.quarter,
            )
        )
    return instrument


def whole_instrument(cycle: Cycle) -> Instrument:
    """Return the questionnaire a cycle was created with, also the modules it does not ask."""
    return _whole(cycle.instrument_code, cycle.instrument_source)


@lru_cache(maxsize=16)
def _parse(code: str, source: str, modules: tuple[str, ...]) -> Instrument:
    return _whole(code, source).effective(modules)


@lru_cache(maxsize=16)
def _whole(code: str, source: str) -> Instrument:
    return parse_instrument(TomlSource(code, source), built_in=load_instrument)


@lru_cache(maxsize=16)
def _read(contract: bytes) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(contract)
    return content


def contract_hash(contract: bytes) -> str:
    """Return the printed hash: the first 20 hexadecimal digits of SHA-256."""
    return hashlib.sha256(contract).hexdigest()[:20]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

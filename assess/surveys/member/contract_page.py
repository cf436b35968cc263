"""The public contract in words: what a cycle promised, finished for reading in the reader's language."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assess.errors import AssessError
from assess.localisation import current_language, format_moment, format_quarter, lazy_gettext
from assess.localisation import gettext as _
from assess.surveys.check_words import check_words
from assess.surveys.contract import frozen_instrument
from assess.surveys.instruments import Instrument
from assess.surveys.models import Cycle
from assess.tables.labels import listed

_LEVELS = {
    "confidential": lazy_gettext("confidential: the server seals on arrival and opens after closing"),
    "anonymous": lazy_gettext("anonymous: a key holder who does not run the server opens after closing"),
}
_ARTEFACTS = {
    "report_of_a_node": lazy_gettext("Report of a team or unit"),
    "scores_of_a_node": lazy_gettext("Scores of a team or unit, without items and comments"),
    "organisation_figures": lazy_gettext("Figures of the whole organisation"),
    "organisation_report": lazy_gettext("Report of the whole organisation, with the scores of all shown teams"),
    "one_pager": lazy_gettext("One-page summary of a unit"),
    "comments": lazy_gettext("Comments"),
    "single_answers": lazy_gettext("Single answers"),
    "personal_links": lazy_gettext("Personal links"),
    "opening_key": lazy_gettext("Key that opens the envelopes"),
    "sealed_answers": lazy_gettext("Sealed answers"),
    "invitations": lazy_gettext("List of the invited"),
    "released_figures": lazy_gettext("Released figures of groups"),
}
_READERS = {
    "hr": lazy_gettext("HR"),
    "leaders_of_the_node": lazy_gettext("its leaders"),
    "leaders_of_the_unit_above": lazy_gettext("the leader of the unit it belongs to"),
    "leader_of_the_root": lazy_gettext("the business head"),
    "members_of_the_unit": lazy_gettext("its members"),
    "key_holder_who_opens": lazy_gettext("the key holder who opens them, without names of people or teams"),
}
_UNTIL = {
    "12_months_after_publication": lazy_gettext("deleted 12 months after publication"),
    "next_opening": lazy_gettext("deleted when the next survey opens"),
    "opening_of_the_envelopes": lazy_gettext("destroyed when the envelopes are opened"),
    "closing": lazy_gettext("destroyed at closing"),
    "publication": lazy_gettext("deleted at publication"),
    "unlimited": lazy_gettext("kept"),
    "opening_or_30_days_after_closing": lazy_gettext("destroyed when opened, at the latest 30 days after closing"),
    "kept_by_key_holders": lazy_gettext("kept by the key holders"),
}


@dataclass(frozen=True)
class ContractPage:
    """A contract with every value in words; `facts`, `readers` and `retention` are pairs of what and how."""

    sha256: str
    printed_hash: str
    facts: tuple[tuple[str, str], ...]
    readers: tuple[tuple[str, str], ...]
    retention: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, int], ...]


def contract_page(contract: bytes, asked: Instrument | None, *, fixed: bool = True) -> ContractPage:
    """Put the canonical bytes of a contract into words; `asked` is the instrument, if it is still there.

    One that is not `fixed` yet has no check words that anybody could compare.
    """
    content: dict[str, Any] = json.loads(contract)
    digest = hashlib.sha256(contract).hexdigest()
    return ContractPage(
        sha256=digest,
        printed_hash=digest[:20],
        facts=_facts(content, asked, check_words(contract) if fixed else ""),
        readers=tuple((_word(_ARTEFACTS, what), _reader_names(who)) for what, who in content["readers"].items()),
        retention=tuple((_word(_ARTEFACTS, what), _word(_UNTIL, end)) for what, end in content["retention"].items()),
        groups=tuple((group["name"], group["headcount"]) for group in content["groups"]),
    )


def instrument_of(session: Session, contract: bytes) -> Instrument | None:
    """Find the instrument as it was frozen for this contract; None when that version can no longer be read."""
    cycle = session.get(Cycle, bytes.fromhex(json.loads(contract)["cycle_id"]))
    try:
        return frozen_instrument(cycle) if cycle else None
    except AssessError:
        return None


def _facts(content: dict[str, Any], asked: Instrument | None, words: str) -> tuple[tuple[str, str], ...]:
    zone, minimum, instrument = ZoneInfo(content["time_zone"]), content["minimum"], content["instrument"]
    facts = [
        (_("Organisation"), content["organisation"]),
        (_("Survey"), format_quarter(content["cycle"])),
        (_("Level"), _word(_LEVELS, content["level"])),
        (_("Key holders"), listed([holder["name"] for holder in content["key_holders"]])),
        (_("Check words"), words),
        (_("Script that seals"), _script_address(content["sealing_script_sha256"])),
        (_("Opens"), _moment(content["opens_at"], zone)),
        (_("Closes"), _moment(content["closes_at"], zone)),
        (_("At the latest, if extended once"), _moment(content["latest_closes_at"], zone)),
        (_("Questionnaire"), _questionnaire_name(instrument, asked)),
        (_("Driver modules"), _module_names(instrument["modules"], asked) or _("none")),
        (_("Shown from"), _("%(number)s answers", number=minimum["answers"])),
        (_("Numbers on single items from"), _("%(number)s answers", number=minimum["full"])),
        (_("Comments from"), _("%(number)s writers", number=minimum["comments"])),
        (_("Questions"), content["contact"]),
    ]
    return tuple((name, value) for name, value in facts if value)


def _questionnaire_name(instrument: dict[str, Any], asked: Instrument | None) -> str:
    name = asked.name.get(current_language(), "") if asked else ""
    code = f"{instrument['code']} {instrument['version']}"
    return _("%(name)s (%(code)s)", name=name, code=code) if name else code


def _module_names(modules: list[str], asked: Instrument | None) -> str:
    return listed([_module_name(module, asked) for module in modules])


def _module_name(module: str, asked: Instrument | None) -> str:
    named = [d.name.get(current_language(), "") for d in asked.dimensions if d.module == module] if asked else []
    return next((name for name in named if name), module)


def _reader_names(readers: list[str]) -> str:
    return listed([_word(_READERS, reader) for reader in readers]) or _("no one")


def _script_address(sha256: str | None) -> str:
    """Say where the script lies that is meant by its SHA-256; empty at level `confidential`."""
    return f"/sealing/{sha256}.js" if sha256 else ""


def _word(words: dict[str, Any], key: str) -> str:
    """Name a value; one that a later version wrote stays as it is rather than disappear."""
    return str(words.get(key, key))


def _moment(text: str, zone: ZoneInfo) -> str:
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return f"{format_moment(moment.astimezone(zone))} ({zone.key})"

"""What a result document must be before it is stored: the allow-lists and the rules between figures, all at once."""

from collections.abc import Iterator, Mapping
from itertools import chain

from assess.releases.companions import comment_faults, statistics_faults
from assess.releases.forms import Part
from assess.releases.rules import display_faults
from assess.releases.structure import Result, structure_faults

_RESULT = {
    "format",
    "organisation",
    "level",
    "contract_hash",
    "minimum",
    "closed_at",
    "time_zone",
    "modules",
    "invited",
    "unreadable",
    "groups",
    "dimensions",
    "comments_sha256",
    "statistics_sha256",
    "scores",
}
_SCORES = {"engine", "instrument", "notices", "cycles"}


def admission_faults(document: Part, companions: Mapping[str, tuple[str, Part]]) -> Iterator[str]:
    """Name everything that keeps a result from being stored; nothing if all is well.

    `companions` holds checksum and content of the documents frozen with it, by kind: `comments` and `statistics`.
    """
    faults = list(_outline_faults(document, companions))
    if faults:
        yield from faults
        return
    result = Result(document)
    yield from chain(
        display_faults(result.cycle, minimum=result.minimum),
        structure_faults(result),
        comment_faults(companions["comments"][1], result),
        statistics_faults(companions["statistics"][1], result),
    )


def _outline_faults(document: Part, companions: Mapping[str, tuple[str, Part]]) -> Iterator[str]:
    """Judge the keys of the document itself, and that it names the documents beside it."""
    yield from sorted(document.keys() ^ _RESULT)
    scores = document.get("scores", {})
    yield from sorted(scores.keys() ^ _SCORES)
    if len(scores.get("cycles", ())) != 1:
        yield "cycles"
    for kind in ("comments", "statistics"):
        if kind not in companions or companions[kind][0] != document.get(f"{kind}_sha256"):
            yield f"{kind}_sha256"

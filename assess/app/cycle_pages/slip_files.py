"""The files of slips: whole groups, as many as a web process may draw while members wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.localisation import gettext as _

MOST_SLIPS = 200
"""In one file, unless one group alone has more: its slips go into one box, and its cover says how many."""
MOST_OF_A_GROUP = 400
MOST_FILES = 20


@dataclass(frozen=True)
class SlipFile:
    """One file: its number, the groups in it, and which slips of all these are, counted from 1."""

    number: int
    groups: slice
    first: int
    last: int


def files_of_slips(groups: Sequence[int]) -> list[SlipFile]:
    """Cut groups with so many slips each into files.

    >>> [(each.first, each.last) for each in files_of_slips([150, 40, 30, 250, 1])]
    [(1, 190), (191, 220), (221, 470), (471, 471)]
    """
    files: list[SlipFile] = []
    start, first, last = 0, 1, 0
    for place, slips in enumerate(groups):
        if place > start and last + slips - first + 1 > MOST_SLIPS:
            files.append(SlipFile(len(files) + 1, slice(start, place), first, last))
            start, first = place, last + 1
        last += slips
    return [*files, SlipFile(len(files) + 1, slice(start, len(groups)), first, last)] if groups else files


def too_many_slips(groups: Sequence[int], quarter: str) -> str:
    """Say why they are not drawn here: members would wait too long for the web process; empty where they are."""
    if max(groups, default=0) <= MOST_OF_A_GROUP and len(files_of_slips(groups)) <= MOST_FILES:
        return ""
    return _(
        "%(slips)d slips are too many to be drawn here. Whoever looks after the server runs: assess cycle codes "
        "%(quarter)s --out FILE.pdf",
        slips=sum(groups),
        quarter=quarter,
    )

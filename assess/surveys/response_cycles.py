"""From files to what the scorer takes: per cycle the answers and the tree. Score and report commands begin here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assess.scoring.answers import AnswerMatrix
from assess.scoring.key import ScoringKey
from assess.scoring.tree import Tree
from assess.surveys.instruments import Instrument, load_instrument
from assess.surveys.response_files import CycleAnswers, read_responses
from assess.teams.headcounts import Headcounts, build_tree, flat_tree, read_headcounts


@dataclass(frozen=True)
class LoadedCycle:
    """One cycle, ready for scoring; `cycle` is None for a file without a cycle column."""

    cycle: str | None
    answers: AnswerMatrix
    tree: Tree


@dataclass(frozen=True)
class LoadedFile:
    """All cycles of a response file, oldest first; `key` holds the core and every driver module in the file."""

    instrument: Instrument
    key: ScoringKey
    cycles: tuple[LoadedCycle, ...]
    notices: tuple[str, ...]


def load_cycles(
    responses: str | Path,
    instrument: str | Path | Instrument,
    *,
    roster: str | Path | None = None,
    team_column: str = "team",
    cycle_column: str = "cycle",
    accept_short_roster: bool = False,
) -> LoadedFile:
    """Read answers, instrument and roster; without a roster all teams are equals and headcounts unknown.

    Errors: InputError with file, row, column and remedy.
    """
    if not isinstance(instrument, Instrument):
        instrument = load_instrument(instrument)
    headcounts = read_headcounts(roster) if roster is not None else None
    found = read_responses(responses, instrument, team_column=team_column, cycle_column=cycle_column)
    notices = [*found.notices, *(headcounts.notices if headcounts else ())]
    cycles = tuple(_loaded(found.cycles, headcounts, notices, accept_short=accept_short_roster))
    return LoadedFile(found.instrument, found.instrument.whole_key(), cycles, tuple(dict.fromkeys(notices)))


def _loaded(
    cycles: tuple[CycleAnswers, ...], headcounts: Headcounts | None, notices: list[str], *, accept_short: bool
) -> Iterator[LoadedCycle]:
    for cycle in cycles:
        if headcounts is None:
            yield LoadedCycle(cycle.cycle, AnswerMatrix(cycle.ratings, cycle.team_of), flat_tree(cycle.teams))
            continue
        counts = dict(zip(cycle.teams, np.bincount(cycle.team_of, minlength=len(cycle.teams)).tolist(), strict=True))
        tree, said = build_tree(headcounts, cycle.cycle, counts, accept_short=accept_short)
        notices += said
        places = {team: place for place, team in enumerate(tree.names)}
        node_of = np.array([places[team] for team in cycle.teams], dtype=np.int32)
        yield LoadedCycle(cycle.cycle, AnswerMatrix(cycle.ratings, node_of[cycle.team_of]), tree)

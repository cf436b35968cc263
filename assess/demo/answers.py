"""One quarter of the demo: who is asked, who answers what, and what would be true of everybody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assess.demo.comments import draw_comments
from assess.demo.company import DIMENSIONS, LEADER_LEVELS, RESPONSE, SEED, TEAMS, UNITS, Team
from assess.demo.model import Drawn, ModelItem, complete_scores, draw_quarter, expected_scores
from assess.demo.people import Member, Roster
from assess.scoring.moments import FloatArray
from assess.surveys.answers import PlainAnswers
from assess.surveys.instruments import load_instrument

INSTRUMENT = "team24"
OUTCOMES = ("OUT1", "OUT2", "OUT3")
ANSWERING = 41  # name of the stream of random numbers
LEADERS = "leaders"  # stands for the own-members group of the shop
OPEN_RESPONSE = 0.4  # so many have answered the open quarter already

_FUNCTIONS = {unit.name: unit.function for unit in UNITS}


@dataclass(frozen=True)
class DemoQuarter:
    """Everybody asked in one quarter, in one order: people, the team of each, all they would tick."""

    number: int
    items: tuple[ModelItem, ...]
    people: tuple[Member, ...]
    places: Mapping[str, tuple[int, ...]]
    levels: FloatArray
    drawn: Drawn
    written: tuple[Mapping[str, str], ...]
    answering: frozenset[int]

    def answers(self, names: Sequence[str]) -> Iterator[PlainAnswers]:
        """Give the answers of those members of these teams who take part."""
        for name in names:
            for place in self.places[name]:
                if place in self.answering:
                    yield self._plain(place)

    def truth(self, names: Sequence[str]) -> dict[str, object]:
        """Say what is true of these teams together: scores that the model expects, and those of all their members."""
        inside = [place for name in names for place in self.places[name]]
        expected = expected_scores(self.items, self.levels[inside], SEED).mean(axis=0)
        everybody = complete_scores(self.items, self.drawn.ticked[inside], len(DIMENSIONS)).mean(axis=0)
        return {
            "invited": len(inside),
            "answering": len(self.answering.intersection(inside)),
            "expected": dict(zip(DIMENSIONS, np.round(expected, 2).tolist(), strict=True)),
            "everybody": dict(zip(DIMENSIONS, np.round(everybody, 2).tolist(), strict=True)),
        }

    def _plain(self, place: int) -> PlainAnswers:
        ticked, kept = self.drawn.ticked[place], self.drawn.kept[place]
        ratings = {item.code: int(ticked[k]) for k, item in enumerate(self.items) if kept[k]}
        outcomes = dict(zip(OUTCOMES, self.drawn.outcomes[place].tolist(), strict=True))
        return PlainAnswers({**ratings, **outcomes}, dict(self.written[place]))


def draw_demo_quarter(number: int, roster: Roster) -> DemoQuarter:
    """Draw one quarter for the people on its roster."""
    groups: list[tuple[str, Team | None, tuple[Member, ...]]] = [
        (team.name, team, roster.teams[team.name]) for team in TEAMS if team.name in roster.teams
    ]
    groups.append((LEADERS, None, roster.leaders))
    people = tuple(member for _name, _team, members in groups for member in members)
    places: dict[str, tuple[int, ...]] = {}
    levels: list[tuple[float, ...]] = []
    unanimous: list[bool] = []
    written: list[Mapping[str, str]] = []
    answering: set[int] = set()
    taken: set[str] = set()
    for name, team, members in groups:
        start = len(levels)
        places[name] = tuple(range(start, start + len(members)))
        levels += [LEADER_LEVELS if team is None else team.level(number)] * len(members)
        unanimous += [team is not None and number in team.unanimous] * len(members)
        if team is None:
            written += [{} for _ in members]
        else:
            place = TEAMS.index(team)
            written += draw_comments(team, _FUNCTIONS[team.unit], members, quarter=number, number=place, taken=taken)
        answering |= _who_answers(number, team, places[name])
    items = model_items()
    drawn = draw_quarter(
        items,
        [member.id for member in people],
        np.array(levels),
        seed=SEED,
        quarter=number,
        unanimous=np.array(unanimous),
    )
    return DemoQuarter(number, items, people, places, np.array(levels), drawn, tuple(written), frozenset(answering))


def model_items() -> tuple[ModelItem, ...]:
    """Read the core items' places and keys from the instrument."""
    instrument = load_instrument(INSTRUMENT).effective(())
    return tuple(
        ModelItem(item.code, DIMENSIONS.index(item.dimension), item.reverse_keyed) for item in instrument.items
    )


def _who_answers(number: int, team: Team | None, places: tuple[int, ...]) -> set[int]:
    stream = len(TEAMS) if team is None else TEAMS.index(team)
    rng = np.random.default_rng([SEED, ANSWERING, number, stream])
    rate = RESPONSE.get(number, OPEN_RESPONSE)
    wanted = None if team is None else team.answering.get(number)
    if wanted is None:
        wanted = int(np.clip(np.rint(rate * len(places) + rng.normal(0.0, 0.6)), 0, len(places)))
    return {int(place) for place in rng.permutation(np.array(places))[:wanted]}

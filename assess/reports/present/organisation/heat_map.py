"""Teams and dimensions in one table, in the order of the tree: number, range, colour, and what cannot be told apart."""

from collections.abc import Iterator, Mapping, Sequence

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed, Suppressed, derived, derived_from_all, printed
from assess.reports.present.comparison import ABOVE, BELOW, Standing
from assess.reports.present.figures import OVERALL, Points, score_in
from assess.reports.present.organisation.pages import HeatCell, HeatMap, HeatRow
from assess.reports.present.organisation.told_apart import places_of
from assess.reports.present.organisation.whole import shown_teams, top_of
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import band_code, band_word, listing, span, text_in
from assess.scoring.release import Reason

WHOLE, UNIT, TEAM = "whole", "unit", "team"
MOST_ROWS = 300  # a table of more is a list, and nobody reads it
_NAMED = 4  # teams in a heading; the table has them all
TONES = ("first", "attention", "fairly_good", "healthy")
_NOTHING = HeatCell("–", "", "", "blank", hatched=False)


def heat_map(cycle: Register, rows: Sequence[Standing], minimum: int) -> HeatMap:
    """Build the table; `rows` are the dimensions of the whole, in the order of the instrument."""
    table = _Table(cycle, rows)
    built = tuple(table.rows())
    any_shown = bool(shown_teams(cycle))
    return HeatMap(
        finding=_finding(table.told(), any_shown=any_shown),
        lead=_lead(any_shown=any_shown),
        headings=(
            _("Team"),
            _("answers"),
            *((_("Team health"),) if table.has_overall else ()),
            *(row.name for row in rows),
        ),
        rows=built,
        legend=tuple((tone, band_word(tone)) for tone in TONES),
        notes=(*table.notes(), *_notes(rows, built)),
        withheld=tuple(_withheld(cycle, minimum)),
    )


def in_tree_order(cycle: Register) -> Iterator[tuple[Entry, str]]:
    """Give teams and units, each unit before what is in it; where the tree is not known, teams stand first."""
    units = {unit.name: unit for unit in cycle.units}
    below: dict[str | None, list[Entry]] = {}
    for node in (*cycle.teams, *cycle.units):
        above = cycle.parents.get(node.name)
        below.setdefault(above if above in units else None, []).append(node)
    waiting = [(node, UNIT if node.name in units else TEAM) for node in reversed(below.get(None, []))]
    while waiting:
        node, kind = waiting.pop()
        yield node, kind
        waiting += [(each, UNIT if each.name in units else TEAM) for each in reversed(below.get(node.name, []))]


class _Table:
    """Builds the rows: the whole first, then the tree."""

    def __init__(self, cycle: Register, rows: Sequence[Standing]) -> None:
        self._cycle = cycle
        self._dimensions = [row.dimension for row in rows]
        self._places = places_of(cycle, [dimension.code for dimension in self._dimensions])
        self.has_overall = cycle.organisation.why_not(OVERALL) is None
        self._only_units = sum(node.why_not() is None for node in cycle.nodes) > MOST_ROWS

    def rows(self) -> Iterator[HeatRow]:
        """Give every row; the whole is a unit of the tree, or stands above all of it."""
        cycle, top, with_shown = self._cycle, top_of(self._cycle), _with_shown(self._cycle)
        if top is None:
            yield self._row(cycle.organisation, _("The organisation"), WHOLE)
        for node, kind in in_tree_order(cycle):
            if kind == TEAM and self._only_units:
                continue
            if node.why_not() is None:
                yield self._row(node, node.name, WHOLE if top is not None and node.name == top.name else kind)
            elif kind == UNIT and node.name in with_shown:
                blank = tuple(_NOTHING for _cell in range(len(self._dimensions) + self.has_overall))
                yield HeatRow(node.name, kind, "", blank)

    def notes(self) -> Iterator[str]:
        """Say what is not in the table because of its length."""
        if self._only_units:
            yield _(
                "More than %(most)s teams do not fit into one table, so it shows units. The figures of every team "
                "stand in its own report and in the workbook of this quarter.",
                most=Fixed(MOST_ROWS),
            )

    def told(self) -> Mapping[str, list[tuple[str, Points]]]:
        """Collect what can be told from the organisation, team with dimension, `above` and `below`, in tree order."""
        found: dict[str, list[tuple[str, Points]]] = {ABOVE: [], BELOW: []}
        for team in shown_teams(self._cycle):
            for dimension in self._dimensions:
                place = self._places.get((team.name, dimension.code))
                score = score_in(team, dimension.code) if place in found else None
                if score is not None and place in found:
                    name = _("%(team)s (%(dimension)s)", team=team.name, dimension=text_in(dimension.name))
                    found[place].append((name, score.score))
        return found

    def _row(self, node: Entry, name: str, kind: str) -> HeatRow:
        cells = [
            self._cell(node, dimension.code, kind, higher_is_better=dimension.higher_is_better)
            for dimension in self._dimensions
        ]
        if self.has_overall:
            cells.insert(0, self._cell(node, OVERALL, kind, higher_is_better=True))
        return HeatRow(name, kind, _answers(node), tuple(cells))

    def _cell(self, node: Entry, code: str, kind: str, *, higher_is_better: bool) -> HeatCell:
        """Hatch what cannot be told from the organisation; the organisation itself is not compared."""
        score = score_in(node, code)
        if score is None:
            return _NOTHING
        good = score.score if higher_is_better else derived(lambda shown: 100 - shown, score.score)
        usual = span(score.compare_low, score.compare_high)
        place = "" if kind == WHOLE else self._places.get((node.name, code), "")
        mark = {ABOVE: "▲", BELOW: "▼"}.get(place, "")
        return HeatCell(score.score, usual, mark, band_code(good), hatched=kind != WHOLE and not mark)


def _with_shown(cycle: Register) -> frozenset[str]:
    """Name the units in which something is shown, so that their names stand above it."""
    found: set[str] = set()
    for node in cycle.nodes:
        above = cycle.parents.get(node.name) if node.why_not() is None else None
        while above is not None and above not in found:
            found.add(above)
            above = cycle.parents.get(above)
    return frozenset(found)


def _answers(node: Entry) -> str:
    n, heads = node.number("n"), node.number("headcount")
    if n is None:
        return ""
    return printed(n) if heads is None else _("%(n)s of %(heads)s", n=n, heads=heads)


def _finding(told: Mapping[str, list[tuple[str, Points]]], *, any_shown: bool) -> str:
    if not any_shown:
        return _("No team is shown this quarter")
    above, below = _named(told[ABOVE]), _named(told[BELOW])
    if above and below:
        return _("Above the organisation: %(above)s. Below it: %(below)s.", above=above, below=below)
    if above:
        return _("Above the organisation: %(names)s", names=above)
    if below:
        return _("Below the organisation: %(names)s", names=below)
    return _("No team can be told apart from the organisation")


def _named(found: Sequence[tuple[str, Points]]) -> str:
    """Name the first few, and say how many more there are."""
    names = listing([name for name, _score in found[:_NAMED]])
    rest = [score for _name, score in found[_NAMED:]]
    if not rest:
        return names
    return _("%(names)s and %(more)s more", names=names, more=derived_from_all(len, rest))


def _lead(*, any_shown: bool) -> str:
    if not any_shown:
        return _("Each had too few answers, or would have given a small group away.")
    return _(
        "In the order of the team tree, not of the scores. Under each score stands its usual range "
        "(95%); the wider it is, the less the score tells."
    )


def _notes(rows: Sequence[Standing], built: Sequence[HeatRow]) -> Iterator[str]:
    if any(cell.hatched for row in built for cell in row.cells):
        yield _(
            "▲ ▼: above or below the organisation. Hatched: cannot be told apart from it; all cells are "
            "tested together, so even a range without the organisation’s score may be hatched."
        )
    worse = listing([row.name for row in rows if not row.dimension.higher_is_better])
    if worse:
        yield _("Higher is worse: %(names)s; the colour follows what is good.", names=worse)
    if any(cell.tone == "blank" for row in built for cell in row.cells):
        yield _("–: not shown, because fewer answered here or to protect others.")


def _withheld(cycle: Register, minimum: int) -> Iterator[str]:
    """List what is not shown, by reason, in the order of the tree."""
    found: dict[Suppressed, list[str]] = {}
    for node, _kind in in_tree_order(cycle):
        reason = node.why_not()
        if reason is not None:
            found.setdefault(reason, []).append(node.name)
    for reason in sorted(found, key=lambda each: list(Reason).index(each.reason)):
        said = listing(found[reason][:MOST_ROWS])
        if found[reason][MOST_ROWS:]:
            said = _("%(names)s and others", names=said)
        yield _("%(names)s (%(reason)s)", names=said, reason=reason.sentence(minimum))

"""Whom a row is about, and how many answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.localisation import format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.files.model import Cell, Column, Kind, Row, Table, Withheld, Word
from assess.reports.present.figures import nearest, word
from assess.reports.present.saying import gettext as _


@dataclass(frozen=True)
class Subject:
    """A team, a unit, what is left of a unit, or the organisation."""

    entry: Entry
    name: str
    kind: Word

    @property
    def is_node(self) -> bool:
        """Whether it is a team or unit, with a report of its own."""
        return self.kind.code in {"team", "unit"}


def subject_of(cycle: Register, node: Entry) -> Subject:
    """Describe one team or unit."""
    is_team = any(team.name == node.name for team in cycle.teams)
    return Subject(node, node.name, Word("team", _("team")) if is_team else Word("unit", _("unit")))


def all_subjects(cycle: Register, organisation: str) -> tuple[Subject, ...]:
    """List the organisation, units, teams, and what is left where not all teams of a unit are shown."""
    rest = Word("others", _("other teams together"))
    return (
        Subject(cycle.organisation, organisation, Word("organisation", _("organisation"))),
        *(subject_of(cycle, node) for node in (*cycle.units, *cycle.teams)),
        *(Subject(other, word(other, "parent") or organisation, rest) for other in cycle.others),
    )


def whose(subject: Subject) -> dict[str, Cell]:
    """Begin a row."""
    return {"node": subject.name, "kind": subject.kind}


def subject_columns() -> tuple[Column, ...]:
    """Begin the columns of a table."""
    return (
        Column("node", _("name"), _("The team or unit the row is about."), Kind.TEXT),
        Column(
            "kind",
            _("kind"),
            _("“Other teams together” are all teams of a unit that have no row of their own."),
            Kind.TEXT,
        ),
    )


def participation(subjects: Sequence[Subject], minimum: int) -> Table:
    """List how many answered of how many invited, and who joined and left since the quarter compared with."""
    columns = (
        *subject_columns(),
        Column("n", _("answers"), _("How many people answered.")),
        Column("headcount", _("invited"), _("How many people were invited.")),
        Column("since", _("compared with"), _("The earlier quarter that joined and left count from."), Kind.TEXT),
        Column("joined", _("joined"), _("Invited now and not then.")),
        Column("left", _("left"), _("Invited then and not now.")),
    )
    return Table("participation", _("Participation"), columns, tuple(_participation(s, minimum) for s in subjects))


def _participation(subject: Subject, minimum: int) -> Row:
    why = subject.entry.why_not()
    if why is not None:
        return whose(subject) | {"n": Withheld(why, minimum)}
    composition = subject.entry.part("composition")
    since = word(composition, "since")
    return whose(subject) | {
        "n": nearest(subject.entry.number("n")),
        "headcount": nearest(subject.entry.number("headcount")),
        "since": quarter_word(since),
        "joined": nearest(composition.number("joined")),
        "left": nearest(composition.number("left")),
    }


def quarter_word(label: str | None) -> Word | None:
    """Name a quarter."""
    return None if label is None else Word(label, format_quarter(label))

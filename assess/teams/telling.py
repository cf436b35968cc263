"""What an import would change, in words: the same lines on a page and on the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assess.localisation import LANGUAGE_NAMES, format_day
from assess.localisation import gettext as _
from assess.localisation import ngettext as _n
from assess.tables.labels import listed
from assess.teams.known import KnownTeam
from assess.teams.reading import PersonRow, TeamRow, function_name
from assess.teams.roster_proposal import KnownPerson, PersonChange, RosterProposal
from assess.teams.team_proposal import TeamChange, TeamProposal

SHOWN = 50
"""How many people or teams of one kind of change are named; the others are counted."""


@dataclass(frozen=True)
class Section:
    """One kind of change: how many there are, and the first of them."""

    heading: str
    count: int
    lines: tuple[str, ...]

    @property
    def others(self) -> str:
        """Say how many are not named; empty where all are."""
        more = self.count - len(self.lines)
        return _n("and %(num)d more", "and %(num)d more", more) if more else ""


def sections_of(proposal: TeamProposal | RosterProposal) -> list[Section]:
    """List the kinds of changes there are, none of them empty."""
    found = _team_sections(proposal) if isinstance(proposal, TeamProposal) else _roster_sections(proposal)
    return [section for section in found if section.count]


def outcome_of(proposal: TeamProposal | RosterProposal) -> str:
    """Say how many people or teams there are now and would be."""
    if isinstance(proposal, RosterProposal):
        return _(
            "People on the roster: %(before)d now, %(after)d after the import; %(unchanged)d stay as they are.",
            before=proposal.people_before,
            after=proposal.people_after,
            unchanged=proposal.unchanged,
        )
    before = len(proposal.gone) + len(proposal.unchanged) + sum(not change.returns for change in proposal.changes)
    return _(
        "Teams: %(before)d now, %(after)d after the import; %(unchanged)d stay as they are.",
        before=before,
        after=len(proposal.file.rows),
        unchanged=len(proposal.unchanged),
    )


def _section(heading: str, lines: Iterable[str], count: int) -> Section:
    return Section(heading, count, tuple(line for line, _place in zip(lines, range(SHOWN), strict=False)))


def _roster_sections(proposal: RosterProposal) -> Iterator[Section]:
    yield _section(_("Join"), map(_newcomer, proposal.joins), len(proposal.joins))
    yield _section(_("Leave"), map(_person, proposal.leaves), len(proposal.leaves))
    moved = [change for change in proposal.changes if change.moves]
    yield _section(_("Move to another team"), (_change(c, c.before.team, c.after.team) for c in moved), len(moved))
    address = [change for change in proposal.changes if change.other_address]
    yield _section(_("Get another address"), map(_address, address), len(address))
    name = [change for change in proposal.changes if change.other_name]
    yield _section(_("Get another name"), map(_name, name), len(name))
    language = [change for change in proposal.changes if change.other_language]
    yield _section(_("Get mails in the other language"), map(_language, language), len(language))
    chat = [change for change in proposal.changes if change.other_chat]
    yield _section(_("Get another chat account"), map(_chat, chat), len(chat))


def _person(person: PersonRow | KnownPerson) -> str:
    return _(
        "%(name)s, %(team)s, %(address)s", name=person.name, team=person.team, address=_address_or_none(person.email)
    )


def _newcomer(person: PersonRow) -> str:
    if person.email is None:
        return _person(person)
    return _(
        "%(name)s, %(team)s, %(address)s, mails in %(language)s",
        name=person.name,
        team=person.team,
        address=person.email,
        language=LANGUAGE_NAMES[person.mail_language],
    )


def _change(change: PersonChange, before: str, after: str) -> str:
    return _("%(name)s: %(before)s → %(after)s", name=change.after.name, before=before, after=after)


def _address(change: PersonChange) -> str:
    return _change(change, _address_or_none(change.before.email), _address_or_none(change.after.email))


def _name(change: PersonChange) -> str:
    return _(
        "%(before)s → %(after)s, %(team)s", before=change.before.name, after=change.after.name, team=change.after.team
    )


def _language(change: PersonChange) -> str:
    before, after = LANGUAGE_NAMES[change.before.mail_language], LANGUAGE_NAMES[change.after.mail_language]
    return _change(change, before, after)


def _chat(change: PersonChange) -> str:
    return _change(change, change.before.chat_id or _("none"), change.after.chat_id or _("none"))


def _address_or_none(email: str | None) -> str:
    return email or _("no address, a slip of paper")


def _team_sections(proposal: TeamProposal) -> Iterator[Section]:
    yield _section(_("New teams"), map(_team, proposal.new), len(proposal.new))
    yield _section(_("Teams that go"), map(_gone, proposal.gone), len(proposal.gone))
    back = [change.after for change in proposal.changes if change.returns]
    yield _section(_("Teams that come back"), map(_team, back), len(back))
    renamed = [change for change in proposal.changes if change.renamed]
    yield _section(_("Renamed, with their history"), map(_renamed, renamed), len(renamed))
    moved = [change for change in proposal.changes if change.moves and not change.returns]
    yield _section(_("Move in the tree"), map(_moved, moved), len(moved))
    led = [change for change in proposal.changes if change.other_leader]
    yield _section(_("Led by somebody else"), map(_led, led), len(led))
    facts = [change for change in proposal.changes if change.other_facts]
    yield _section(_("Function or founding day"), map(_facts, facts), len(facts))


def _team(team: TeamRow) -> str:
    leader = team.leader_email
    if team.parent is None and leader is None:
        return _("%(team)s, at the top", team=team.name)
    if team.parent is None:
        return _("%(team)s, at the top, led by %(leader)s", team=team.name, leader=leader)
    if leader is None:
        return _("%(team)s, under %(parent)s", team=team.name, parent=team.parent)
    return _("%(team)s, under %(parent)s, led by %(leader)s", team=team.name, parent=team.parent, leader=leader)


def _gone(team: KnownTeam) -> str:
    if not team.people:
        return team.name
    return _n(
        "%(team)s, with %(num)d person in it",
        "%(team)s, with %(num)d people in it",
        team.people,
        team=team.name,
    )


def _renamed(change: TeamChange) -> str:
    return _("%(before)s → %(after)s", before=change.before.name, after=change.after.name)


def _moved(change: TeamChange) -> str:
    before, after = change.before.parent or _("the top"), change.after.parent or _("the top")
    return _("%(name)s: %(before)s → %(after)s", name=change.after.name, before=before, after=after)


def _led(change: TeamChange) -> str:
    before, after = change.before.leader_email or _("nobody"), change.after.leader_email or _("nobody")
    return _("%(name)s: %(before)s → %(after)s", name=change.after.name, before=before, after=after)


def _facts(change: TeamChange) -> str:
    return _(
        "%(name)s: %(before)s → %(after)s",
        name=change.after.name,
        before=_facts_of(change.before),
        after=_facts_of(change.after),
    )


def _facts_of(team: KnownTeam | TeamRow) -> str:
    told = [function_name(team.function), "" if team.founded_on is None else format_day(team.founded_on)]
    return listed(each for each in told if each) or _("none")

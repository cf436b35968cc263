"""What each kind of message says, from facts alone; called in the language of its reader.

Members are told what was promised and nothing about anybody; nobody's name and no figure about answers is in a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assess.localisation import format_day, format_moment, format_quarter
from assess.localisation import gettext as _
from assess.messages.letter import Letter, Link


@dataclass(frozen=True)
class Sender:
    """Who sends all letters of an installation, and whom to ask."""

    organisation: str
    contact: str


@dataclass(frozen=True)
class Asking:
    """What an invitation or a reminder says of its survey; `closes_at` is in the zone named beside it."""

    quarter: str
    closes_at: datetime
    time_zone: str
    minutes: int
    minimum: int
    is_anonymous: bool
    contract_address: str
    contract_hash: str


@dataclass(frozen=True)
class Spoken:
    """What is said about one node in a reminder of actions."""

    node: str
    texts: tuple[str, ...]


def invitation(sender: Sender, asking: Asking, link: str) -> Letter:
    """Invite somebody by their personal link."""
    quarter, closes = format_quarter(asking.quarter), format_moment(asking.closes_at)
    return Letter(
        _("[Team health] The %(quarter)s survey is open until %(closes)s", quarter=quarter, closes=closes),
        _("Team health survey %(quarter)s", quarter=quarter),
        (
            _("Hello,"),
            _(
                "How do we work together? The survey takes about %(minutes)s minutes and is voluntary. It is open "
                "until %(closes)s (%(zone)s).",
                minutes=asking.minutes,
                closes=closes,
                zone=asking.time_zone,
            ),
        ),
        Link(_("Open the survey"), link),
        (_yours_alone(), _kept(asking), _contract(asking)),
        _footer(sender),
    )


def reminder(sender: Sender, asking: Asking, link: str) -> Letter:
    """Remind everybody alike."""
    closes = format_moment(asking.closes_at)
    return Letter(
        _("[Team health] The survey is still open until %(closes)s", closes=closes),
        _("The survey is open until %(closes)s", closes=closes),
        (
            _("Hello,"),
            _(
                "This reminder goes to everybody, because nobody knows who has answered, this system included. If you "
                "have answered, there is nothing to do; you may still change your answers."
            ),
            _(
                "If not: it takes about %(minutes)s minutes, is voluntary, and closes on %(closes)s (%(zone)s).",
                minutes=asking.minutes,
                closes=closes,
                zone=asking.time_zone,
            ),
        ),
        Link(_("Open the survey"), link),
        (_yours_alone(), _kept(asking), _contract(asking)),
        _footer(sender),
    )


def closing(sender: Sender, quarter: str, destroyed_on: date, address: str) -> Letter:
    """Tell a key holder that envelopes wait."""
    shown = format_quarter(quarter)
    return Letter(
        _("[Team health] The envelopes of %(quarter)s wait to be opened", quarter=shown),
        _("The envelopes of %(quarter)s wait for a key holder", quarter=shown),
        (
            _("Hello,"),
            _(
                "The survey has closed and its personal links are destroyed. You are one of its key holders: please "
                "open the envelopes with your opening code. One key holder is enough."
            ),
            _("What nobody opens by %(day)s is destroyed unopened.", day=format_day(destroyed_on)),
        ),
        Link(_("Go to opening"), address),
        (_("Never send the opening code by mail or chat; nobody will ask you for it."),),
        _footer(sender),
    )


def publication(sender: Sender, quarter: str, nodes: str, address: str) -> Letter:
    """Tell a leader that the results are out."""
    shown = format_quarter(quarter)
    return Letter(
        _("[Team health] The results of %(quarter)s are out", quarter=shown),
        _("The results of %(quarter)s are out", quarter=shown),
        (
            _("Hello,"),
            _("The report for %(nodes)s is ready. Single answers have been deleted.", nodes=nodes),
            _(
                "It works best to look at it with the team within two weeks and to choose one or two things to do: "
                "answers count when something visibly follows."
            ),
        ),
        Link(_("Sign in"), address),
        (_("If you have no account, HR hands you the report."),),
        _footer(sender),
    )


def members(sender: Sender, quarter: str, link: str) -> Letter:
    """Give everybody back what came of their answers."""
    shown = format_quarter(quarter)
    return Letter(
        _("[Team health] The results of %(quarter)s are out", quarter=shown),
        _("What came of the %(quarter)s survey", quarter=shown),
        (
            _("Hello,"),
            _(
                "A page for your team says what came of it: the results that may be shown, what is going to be done, "
                "and when the next survey is. Single answers have been deleted."
            ),
        ),
        Link(_("Read the results"), link),
        (_("The link is the same for everybody in your team, needs no sign-in, and ends with the next results."),),
        _footer(sender),
    )


def actions(sender: Sender, quarter: str, spoken: Sequence[Spoken], address: str) -> Letter:
    """Remind a leader of what was or was not taken on."""
    texts = [text for each in spoken for text in (_("For %(node)s:", node=each.node), *each.texts)]
    return Letter(
        _("[Team health] What follows from %(quarter)s", quarter=format_quarter(quarter)),
        _("What follows from %(quarter)s", quarter=format_quarter(quarter)),
        (_("Hello,"), *texts),
        Link(_("Sign in"), address),
        (_("Each of these is said once. It goes to you as the leader; pass it on to whoever looks after it."),),
        _footer(sender),
    )


def trial(sender: Sender) -> Letter:
    """Try the way to an address; there is nothing in it."""
    return Letter(
        _("[Team health] A test message"),
        _("A test message"),
        (
            _("Hello,"),
            _("Mail from this installation arrives. Invitations come from the same address and carry a personal link."),
        ),
        None,
        (),
        _footer(sender),
    )


def _yours_alone() -> str:
    return _(
        "The link is yours alone; please do not pass this message on. Opening it hands in nothing, and until the "
        "survey closes you may change your answers."
    )


def _kept(asking: Asking) -> str:
    if asking.is_anonymous:
        return _(
            "This survey is anonymous: your browser seals your answers, and only a key holder, who does not run the "
            "server, can open them after closing. Only groups with at least %(minimum)s answers are shown.",
            minimum=asking.minimum,
        )
    return _(
        "This survey is confidential: answers are sealed on arrival and opened only after closing, shuffled. Only "
        "groups with at least %(minimum)s answers are shown.",
        minimum=asking.minimum,
    )


def _contract(asking: Asking) -> str:
    return _(
        "What was promised can be read here: %(address)s (checksum %(hash)s).",
        address=asking.contract_address,
        hash=asking.contract_hash,
    )


def _footer(sender: Sender) -> tuple[str, ...]:
    automatic = _("Sent automatically by the team health survey of %(organisation)s.", organisation=sender.organisation)
    contact = (_("Questions: %(contact)s", contact=sender.contact),) if sender.contact else ()
    return (automatic, *contact)

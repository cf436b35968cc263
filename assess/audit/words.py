"""What an entry says, as a whole sentence in the reader's language; it is stored as a code and facts."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from assess.audit.acting import ACCOUNT, COMMAND, PROGRAM, SCHEDULE, VISITOR, read_actor
from assess.audit.models import AuditEntry
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.tables.labels import listed

Facts = Mapping[str, Any]
Sentence = Callable[[str, Facts], str]
_TIMES = ("opens_at", "closes_at")
_MINUTE = "%Y-%m-%d %H:%M"


def sentence_of(entry: AuditEntry, zone: tzinfo = UTC) -> str:
    """Say what was done, with its times in a zone; an event that another version knows is shown as it is stored."""
    facts = _in_zone(json.loads(entry.details), zone)
    say = _SENTENCES.get(entry.event)
    return f"{entry.event} {entry.subject} {entry.details}" if say is None else say(entry.subject, facts)


def actor_words(stored: str) -> str:
    """Name who acted."""
    actor = read_actor(stored)
    if actor.kind == COMMAND:
        return _("command on the server (%(user)s)", user=actor.name or "?")
    names = {SCHEDULE: _("the schedule"), PROGRAM: _("the program"), VISITOR: _("somebody not signed in")}
    return actor.name if actor.kind == ACCOUNT else names.get(actor.kind, stored)


def event_groups() -> Mapping[str, str]:
    """Name the groups of events that can be chosen, by the part of their code before the dot."""
    return {
        "account": _("Accounts and sign-in"),
        "holder": _("Key holders"),
        "cycle": _("Surveys"),
        "instrument": _("Questionnaires"),
        "mail": _("E-mail"),
        "teams": _("Teams"),
        "roster": _("Roster"),
        "action": _("Actions"),
        "settings": _("Settings"),
        "log": _("This log"),
    }


def known_events() -> frozenset[str]:
    """List the codes that have a sentence."""
    return frozenset(_SENTENCES)


def _in_zone(facts: Facts, zone: tzinfo) -> Facts:
    """Turn the times among the facts, which are stored as UTC, into those of a zone, and name it."""
    stored = {name: str(facts[name]) for name in _TIMES if name in facts}
    try:
        read = {name: datetime.strptime(text, _MINUTE).replace(tzinfo=UTC) for name, text in stored.items()}
    except ValueError:  # another version writes them in another way
        return {**facts, "zone": "UTC"}
    return {**facts, **{name: f"{at.astimezone(zone):{_MINUTE}}" for name, at in read.items()}, "zone": str(zone)}


def _roles(facts: Facts) -> str:
    names = {"admin": _("administrator"), "hr": _("HR"), "key_holder": _("key holder")}
    return listed(names.get(role, role) for role in facts.get("roles", ())) or _("no role")


def _change_of_team(what: str) -> str:
    names = {
        "founded": _("begun"),
        "renamed": _("renamed"),
        "moved": _("moved in the tree"),
        "described": _("leader, function or founding day"),
        "merged": _("made of two teams"),
        "split": _("split in two"),
        "closed": _("closed"),
        "taken_up": _("taken up again"),
    }
    return names.get(what, what)


def _change_of_action(what: str) -> str:
    names = {
        "words": _("its words"),
        "owner": _("owner and date"),
        "steps": _("steps ticked off"),
        "note": _("the note"),
        "shown": _("shown to members"),
        "hidden": _("no longer shown to members"),
    }
    return names.get(what, what)


def _setting(name: str) -> str:
    names = {
        "organisation": _("the name of the organisation"),
        "contact": _("whom members may ask"),
        "time_zone": _("the time zone"),
        "languages": _("the languages of pages"),
        "minimum_group_size": _("the fewest answers behind any figure"),
        "second_step": _("who needs a second step"),
    }
    return names.get(name, name)


def _change_of_logo(what: str) -> str:
    names = {"kept": _("as before"), "new": _("a new one"), "gone": _("taken away")}
    return names.get(what, what)


def _imported(text: str, facts: Facts) -> str:
    counts = _(
        "Added: %(added)d. Changed: %(changed)d. Left: %(left)d. Unchanged: %(unchanged)d.",
        added=facts["added"],
        changed=facts["changed"],
        left=facts["left"],
        unchanged=facts["unchanged"],
    )
    return text + ("" if current_language() == "zh" else " ") + counts


_SENTENCES: Mapping[str, Sentence] = {
    "account.added": lambda who, facts: _("Added the account %(who)s: %(roles)s.", who=who, roles=_roles(facts)),
    "account.link_issued": lambda who, _facts: _("Made a one-time link for %(who)s to set a password.", who=who),
    "account.roles_changed": lambda who, facts: _(
        "Changed the roles of %(who)s: %(roles)s.", who=who, roles=_roles(facts)
    ),
    "account.deactivated": lambda who, _facts: _("Deactivated the account %(who)s.", who=who),
    "account.password_set": lambda who, _facts: _("%(who)s set a new password.", who=who),
    "account.signed_in": lambda who, _facts: _("%(who)s signed in.", who=who),
    "account.sign_in_failed": lambda who, _facts: _("Signing in as %(who)s failed.", who=who),
    "account.app_on": lambda who, _facts: _("%(who)s set up an authenticator app.", who=who),
    "account.app_off": lambda who, _facts: _("%(who)s turned the authenticator app off.", who=who),
    "account.passkey_added": lambda who, _facts: _("%(who)s added a passkey.", who=who),
    "account.passkey_removed": lambda who, _facts: _("%(who)s removed a passkey.", who=who),
    "account.connected": lambda who, _facts: _("%(who)s was connected with the organisation's provider.", who=who),
    "account.codes_renewed": lambda who, _facts: _("%(who)s made new recovery codes.", who=who),
    "account.code_failed": lambda who, _facts: _("The second step of %(who)s failed: a wrong code.", who=who),
    "holder.key_made": lambda who, facts: _("%(who)s set up the key %(key)s.", who=who, key=facts["key"]),
    "holder.key_tried": lambda who, facts: _("%(who)s tried the key %(key)s, and it opens.", who=who, key=facts["key"]),
    "instrument.added": lambda code, facts: _(
        "Added the questionnaire %(code)s, version %(version)s.", code=code, version=facts["version"]
    ),
    "instrument.replaced": lambda code, facts: _(
        "Replaced the questionnaire %(code)s: version %(before)s by version %(version)s.",
        code=code,
        before=facts["before"],
        version=facts["version"],
    ),
    "instrument.removed": lambda code, _facts: _("Removed the questionnaire %(code)s.", code=code),
    "cycle.planned": lambda quarter, facts: _(
        "Planned the survey %(quarter)s from %(opens)s to %(closes)s (%(zone)s).",
        quarter=quarter,
        opens=facts["opens_at"],
        closes=facts["closes_at"],
        zone=facts["zone"],
    ),
    "cycle.plan_changed": lambda quarter, facts: _(
        "Changed the plan of the survey %(quarter)s: from %(opens)s to %(closes)s (%(zone)s).",
        quarter=quarter,
        opens=facts["opens_at"],
        closes=facts["closes_at"],
        zone=facts["zone"],
    ),
    "cycle.opened": lambda quarter, facts: _(
        "Opened the survey %(quarter)s for %(invited)d people; contract %(contract)s.",
        quarter=quarter,
        invited=facts["invited"],
        contract=facts["contract"],
    ),
    "cycle.links_read": lambda quarter, _facts: _("Wrote out the links of %(quarter)s once more.", quarter=quarter),
    "cycle.codes_read": lambda quarter, facts: _(
        "Wrote out the %(number)d codes on paper of %(quarter)s.", quarter=quarter, number=facts["codes"]
    ),
    "cycle.extended": lambda quarter, facts: _(
        "Extended the survey %(quarter)s to %(closes)s (%(zone)s).",
        quarter=quarter,
        closes=facts["closes_at"],
        zone=facts["zone"],
    ),
    "cycle.closed": lambda quarter, _facts: _(
        "Closed the survey %(quarter)s and destroyed its links.", quarter=quarter
    ),
    "cycle.too_few": lambda quarter, _facts: _(
        "Closed the survey %(quarter)s; so few answered that all was destroyed unopened.", quarter=quarter
    ),
    "cycle.opening_begun": lambda quarter, _facts: _("Began to open the envelopes of %(quarter)s.", quarter=quarter),
    "cycle.envelopes_opened": lambda quarter, _facts: _("Opened the envelopes of %(quarter)s.", quarter=quarter),
    "cycle.published": lambda quarter, facts: _(
        "Published the results of %(quarter)s; checksum %(sha256)s.", quarter=quarter, sha256=facts["sha256"]
    ),
    "cycle.aborted": lambda quarter, _facts: _("Aborted the survey %(quarter)s; all was destroyed.", quarter=quarter),
    "cycle.discarded": lambda quarter, _facts: _("Threw the plan of %(quarter)s away.", quarter=quarter),
    "cycle.withdrawn": lambda quarter, facts: _(
        "Withdrew the results of %(quarter)s: %(because)s", quarter=quarter, because=facts["because"]
    ),
    "mail.invitations": lambda quarter, facts: _(
        "Queued the invitations of %(quarter)s; messages: %(recipients)d.",
        quarter=quarter,
        recipients=facts["recipients"],
    ),
    "mail.reminder": lambda quarter, facts: _(
        "Queued reminder %(number)d of %(quarter)s to everybody; messages: %(recipients)d.",
        quarter=quarter,
        number=facts["number"],
        recipients=facts["recipients"],
    ),
    "mail.key_holders": lambda quarter, facts: _(
        "Queued a message to the key holders of %(quarter)s; messages: %(recipients)d.",
        quarter=quarter,
        recipients=facts["recipients"],
    ),
    "mail.leaders": lambda quarter, facts: _(
        "Queued the results of %(quarter)s to leaders; messages: %(recipients)d.",
        quarter=quarter,
        recipients=facts["recipients"],
    ),
    "mail.members": lambda quarter, facts: _(
        "Queued the results of %(quarter)s to everybody asked; messages: %(recipients)d.",
        quarter=quarter,
        recipients=facts["recipients"],
    ),
    "mail.actions": lambda quarter, facts: _(
        "Queued reminders of actions after %(quarter)s to leaders; messages: %(recipients)d.",
        quarter=quarter,
        recipients=facts["recipients"],
    ),
    "mail.bounced": lambda _none, facts: _(
        "Noted that mail to an address came back; messages: %(messages)d.", messages=facts["messages"]
    ),
    "teams.imported": lambda _none, facts: _imported(_("Imported the teams."), facts),
    "roster.imported": lambda _none, facts: _imported(_("Imported the roster."), facts),
    "roster.confirmed": lambda _none, facts: _(
        "Confirmed that teams and roster are right; people: %(people)d.", people=facts["people"]
    ),
    "teams.exported": lambda _none, facts: _("Exported the teams; rows: %(rows)d.", rows=facts["rows"]),
    "roster.exported": lambda _none, facts: _("Exported the roster; rows: %(rows)d.", rows=facts["rows"]),
    "teams.import_undone": lambda _none, _facts: _("Took the last import of the teams back."),
    "roster.import_undone": lambda _none, _facts: _("Took the last import of the roster back."),
    "teams.begun_with_roster": lambda unit, facts: (
        _("Began teams that the roster names, under %(unit)s: %(teams)d.", unit=unit, teams=facts["teams"])
        if unit
        else _("Began teams that the roster names, at the top: %(teams)d.", teams=facts["teams"])
    ),
    "teams.begun_taken_back": lambda _none, facts: _(
        "Took the teams back that had begun with the roster: %(teams)d.", teams=facts["teams"]
    ),
    "teams.changed": lambda team, facts: _(
        "Changed the team %(team)s: %(what)s.", team=team, what=_change_of_team(facts["what"])
    ),
    "action.adopted": lambda team, facts: _(
        "%(team)s adopted action %(place)d: %(practice)s.",
        team=team,
        place=facts["place"],
        practice=facts["practice"] or _("in the leader’s own words"),
    ),
    "action.changed": lambda team, facts: _(
        "%(team)s changed action %(place)d: %(what)s.",
        team=team,
        place=facts["place"],
        what=_change_of_action(facts["what"]),
    ),
    "action.dropped": lambda team, facts: _("%(team)s gave up action %(place)d.", team=team, place=facts["place"]),
    "settings.changed": lambda name, facts: _(
        "Set %(setting)s to “%(now)s”; before it was “%(was)s”.",
        setting=_setting(name),
        now=facts["now"],
        was=facts["was"],
    ),
    "settings.look_changed": lambda _none, facts: _(
        "Changed the look: accent colour %(now)s instead of %(was)s; logo: %(logo)s.",
        now=facts["accent"],
        was=facts["accent_was"],
        logo=_change_of_logo(facts["logo"]),
    ),
    "log.exported": lambda _none, facts: _("Exported %(number)d entries of this log.", number=facts["entries"]),
}

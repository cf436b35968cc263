"""The words of the guides: what each role does, in order, and what nobody can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assess.localisation import gettext as _


@dataclass(frozen=True)
class Guide:
    """Two screens for one role: steps in order, each with its page if it has one, and limits."""

    heading: str
    lead: str
    steps: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]


def _leader() -> Guide:
    return Guide(
        _("For leaders"),
        _("An hour a quarter is enough: read, talk, choose one thing, do it."),
        (
            (
                _("Read the results. The first sentence is the verdict; a wide range means few answers."),
                "/app/reports",
            ),
            (_("Tell the team within two weeks what came out: half an hour, three questions, nobody by name."), ""),
            (_("Choose one thing, at most two, on the board of actions. Take the first step in the same week."), ""),
            (_("Name an owner and a date, and tick off what is done. Show the action to members if you want to."), ""),
            (
                _("Before the next survey closes, tick off what is finished: only that counts for the verdict."),
                "",
            ),
            (
                _("Next quarter you read whether it probably helped, and what change could have been seen."),
                "",
            ),
        ),
        (
            _("You never see single answers, nor who has answered. Please do not ask."),
            _("Small teams are not shown, or in whole points and words: a missing figure is never a zero."),
            _("“No clear change” does not mean that nothing changed, only that chance could have done it."),
            _("The figures are about how teams work. They are never for appraisal, pay or dismissal."),
        ),
    )


def _hr() -> Guide:
    return Guide(
        _("For HR"),
        _("A quarter in six steps; each page says what comes next."),
        (
            (
                _("Bring teams and roster up to date; a preview says first what would change."),
                "/app/teams",
            ),
            (
                _("Plan the survey; see which groups will probably get a report. Opening fixes the contract."),
                "/app/cycles",
            ),
            (
                _("While it runs, reminders go to everybody: nobody knows who has answered."),
                "",
            ),
            (
                _("After closing the envelopes are opened, at “anonymous” by a key holder; then you publish."),
                "",
            ),
            (_("Read the results of the organisation first, then hand on what is for others."), "/app/results"),
            (
                _("Look after some weeks at what leaders have taken on, without a word on how high a score is."),
                "/app/boards",
            ),
        ),
        (
            _("Before publication nobody sees a figure, you included; afterwards nothing is computed again."),
            _("What turns out to be wrong is withdrawn as a whole and stays listed with the reason."),
            _("No filter, and no second division of the same people: the difference could tell of persons."),
        ),
    )


def _holder() -> Guide:
    return Guide(
        _("For key holders"),
        _("You keep the key without which nobody can open the envelopes."),
        (
            (
                _("Make your key once, print the opening code, and lock the paper away. Nobody can restore it."),
                "/app/key",
            ),
            (_("Try the code once a quarter, before a survey opens."), "/app/key"),
            (_("When a survey has closed, open the envelopes with your code, in your own browser."), "/app/opening"),
            (
                _("As soon as a survey is open, make its six check words known, for example on the notice board."),
                "/app/opening",
            ),
            (_("Make a new key once a year, and at once when somebody has seen the code."), "/app/key"),
        ),
        (
            _("You see answers without names, before small groups are hidden: speak of them to nobody."),
            _("You have no other role here: no administration, no HR, no team to lead."),
            _("A lost code is lost: surveys sealed to that key need another holder’s code."),
        ),
    )


def _admin() -> Guide:
    return Guide(
        _("For administrators"),
        _("You look after who may sign in, and see what was done."),
        (
            (_("Set up your second step; nothing else opens before."), "/app/security"),
            (_("Invite people: leaders need no role, the teams name them."), "/app/accounts"),
            (
                _("Hand a one-time link over in person or in a private message, to nobody else."),
                "/app/accounts",
            ),
            (_("Have a second administrator, so that each can let the other in again."), "/app/accounts"),
            (_("Read the audit log now and then: who did what, and when."), "/app/audit"),
            (_("On the server, assess doctor says what is wrong and what to do."), ""),
        ),
        (
            _("You cannot sign in as somebody else, and nobody changes their own roles."),
            _("The audit log holds nothing about answering, and no entry can be changed unnoticed."),
            _("What whoever controls the server could still do stands on the page of each survey."),
        ),
    )


GUIDES: Mapping[str, Callable[[], Guide]] = {"leader": _leader, "hr": _hr, "holder": _holder, "admin": _admin}

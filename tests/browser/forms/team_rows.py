"""The forms of teams, of the roster and of boards."""

from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.forms.rows import BAD_MAIL, CONTROL, EMOJI, LONG, LONG_ZH, Form, Half, Try, Typed, wrong

FILES = Path(__file__).parent / "files"
_EDIT = "/app/actions/<node_id>/<int:place>"
_NO_DAY = ("2026-02-30", "２０２６-１２-０１")


def _team(what: str, *tries: Try, team: str = "{team}") -> Form:
    form = f"form[action$='/{what}']"
    return Form(f"a team: {what}", f"/app/teams/<int:team_id>/{what}", "hr", f"/app/teams/{team}", tries, form=form)


def _each(field: str, *values: Typed | Half, **others: Typed) -> tuple[Try, ...]:
    return tuple(wrong(field.replace("__", "-"), **{**others, field: value}) for value in values)


def _action(name: str, route: str, page: str, *tries: Try) -> Form:
    return Form(name, route, "leader", page, tries)


def _sent(file: str) -> Callable[[Page, Mapping[str, str]], None]:
    """Send a file that lacks nearly everybody, and come to its preview."""

    def way(page: Page, _places: Mapping[str, str]) -> None:
        page.set_input_files("#file", FILES / file)
        page.locator("form[enctype] button").click()
        page.wait_for_url("**/preview")

    return way


_WHO = (
    *_each("due_on", *_NO_DAY, "2020-01-31", Half()),
    *_each("owner", LONG_ZH, EMOJI),
    wrong("owner", "due_on", owner=LONG, due_on="31.12.2027"),
)
ROWS = (
    Form(
        "a new team",
        "/app/teams/new",
        "hr",
        "/app/teams/new",
        (
            *_each("new__name", "", "ada", LONG_ZH, CONTROL),
            *_each("new__parent", "nowhere", "Team", CONTROL, new__name="Another"),
            *_each("new__leader", "anna@", BAD_MAIL, new__name="Another"),
            *_each("new__function", LONG, CONTROL, new__name="Another"),
            *_each("new__founded", "yesterday", "２０２６-１２-０１", "0001-01-01", Half(), new__name="Another"),
            *_each("new__since", "2999-01-01", "2026-02-30", new__name="Another"),
        ),
    ),
    _team("rename", *_each("rename__name", "", "Bea", LONG, CONTROL), *_each("rename__since", "2026-02-30")),
    _team("move", *_each("move__parent", "nowhere", "Team", "Ada"), *_each("move__since", "2999-01-01")),
    _team(
        "describe",
        *_each("describe__leader", "anna@", "周敏"),
        *_each("describe__function", LONG_ZH),
        *_each("describe__founded", "2026-02-30"),
    ),
    _team(
        "merge",
        *_each("merge__other", "", "nowhere", "Ada"),
        *_each("merge__name", "", "Bea", CONTROL, merge__other="Team 01"),
    ),
    _team("close", *_each("close__since", "2999-01-01", "2026-02-30", Half())),
    _team("take_up", *_each("take_up__parent", "nowhere"), *_each("take_up__since", "2999-01-01"), team="{closed}"),
    Form(
        "splitting a team",
        "/app/teams/<int:team_id>/split",
        "hr",
        "/app/teams/{team}/split",
        (
            *_each("split__first", "", LONG, split__second="Second"),
            *_each("split__second", "", "Ada", "Bea", split__first="Ada"),
            *_each("split__since", "2026-02-30", split__first="First", split__second="Second"),
        ),
    ),
    *(
        Form(
            f"a file of {kind}",
            f"/app/import/{kind}",
            "hr",
            f"/app/import/{kind}",
            (
                Try({}, ("file",)),
                *_each("file", *(FILES / name for name in ("empty.csv", "notes.txt", "no_picture.jpg"))),
                Try({"file": FILES / faulty}, ("file",), focus="errors"),
            ),
            form="form[enctype]",
        )
        for kind, faulty in (("roster", "faulty_roster.csv"), ("teams", "faulty_teams.csv"))
    ),
    *(
        Form(
            f"what a file of {kind} would take away or begin",
            f"/app/import/{kind}/preview",
            "hr",
            f"/app/import/{kind}",
            tries,
            way=_sent(short),
        )
        for kind, short, tries in (
            (
                "roster",
                "short_roster.csv",
                (Try({}, ("begin", "going")), wrong("going", begin=True), wrong("begin", going=True)),
            ),
            ("teams", "short_teams.csv", (Try({}, ("going",)),)),
        )
    ),
    _action("adopting", "/app/actions/<node_id>/adopt/<practice>", "/app/actions/{node}/adopt/P01", *_WHO),
    _action(
        "an action of one's own",
        "/app/actions/<node_id>/own",
        "/app/actions/{node}/own",
        wrong("title", "steps", title="", steps=" \n "),
        wrong("steps", title="周会", steps="one\n" * 9),
        wrong("title", "steps", title=LONG, steps=LONG_ZH),
        *_each("due_on", "2026-02-30", title="T\0", steps="S"),
    ),
    _action(
        "other words",
        f"{_EDIT}/adapt",
        "/app/actions/{node}/1/adapt",
        *_each("title", "", LONG),
        *_each("steps", "", LONG),
    ),
    _action("owner and date", f"{_EDIT}/assign", "/app/actions/{node}/1/assign", *_WHO),
    _action("a note", f"{_EDIT}/note", "/app/actions/{node}/1/note", *_each("note", LONG * 10, EMOJI * 30)),
)

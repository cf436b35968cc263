"""Who may open what under /app, one line a route: a route that is missing here fails the test.

`python -m tests.app.rights_table` prints role by route and counts the cells, then those that ask for what is somebody
else's (`tests/app/foreign_objects.py`).
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from assess.accounts.pages.cookies import is_under_app
from tests.app.foreign_objects import World, openings_of_others, passkeys_of_others, reports_of_others

ROLES = ("nobody", "administrator", "HR", "key holder", "leader")
HAS = {
    "everybody": set(ROLES),
    "account_before_second_step": set(ROLES) - {"nobody"},
    "signed_in_account": set(ROLES) - {"nobody"},
    "require_admin": {"administrator"},
    "require_hr": {"HR"},
    "require_key_holder": {"key holder"},
}
ROUTES: dict[str, tuple[str, ...]] = {
    "account_before_second_step": (
        "/app/language",
        "/app/password",
        "/app/security",
        "/app/security/app",
        "/app/security/app/confirm",
        "/app/security/app/off",
        "/app/security/codes",
        "/app/security/passkey",
        "/app/security/passkey/<passkey_id>/remove",
        "/app/security/passkey/add",
        "/app/security/provider",
        "/app/sign-out",
        "/app/sign-out-everywhere",
    ),
    "everybody": (
        "/app/sign-in",
        "/app/sign-in/code",
        "/app/sign-in/passkey",
        "/app/sign-in/provider",
        "/app/sign-in/provider/back",
        "/app/sign-in/provider/out",
        "/app/welcome/<token>",
    ),
    "require_admin": (
        "/app/accounts",
        "/app/accounts/<account_id>",
        "/app/accounts/<account_id>/deactivate",
        "/app/accounts/<account_id>/recover",
        "/app/accounts/<account_id>/roles",
        "/app/accounts/invite",
        "/app/audit",
        "/app/audit/export",
        "/app/settings",
        "/app/settings/<any(organisation, time, protection, access):part>",
        "/app/settings/holders",
        "/app/settings/look",
        "/app/settings/look/remove",
        "/app/settings/look/use",
        "/app/settings/mail",
        "/app/settings/provider",
        "/app/settings/work",
    ),
    "require_hr": (
        "/app/cycles",
        "/app/cycles/<quarter>",
        "/app/cycles/<quarter>/<any(remind, extend, count, close, publish, abort):what>",
        "/app/cycles/<quarter>/codes.pdf",
        "/app/cycles/<quarter>/confirm-roster",
        "/app/cycles/<quarter>/discard",
        "/app/cycles/<quarter>/edit",
        "/app/cycles/<quarter>/links.csv",
        "/app/cycles/<quarter>/mail-test",
        "/app/cycles/<quarter>/open",
        "/app/cycles/<quarter>/preview",
        "/app/cycles/new",
        "/app/questionnaires",
        "/app/questionnaires/<code>",
        "/app/questionnaires/<code>/file",
        "/app/questionnaires/<code>/remove",
        "/app/boards",
        "/app/boards/<node_id>",
        "/app/import/<any(roster, teams):kind>",
        "/app/import/<any(roster, teams):kind>/<any(csv, xlsx):form>",
        "/app/import/<any(roster, teams):kind>/discard",
        "/app/import/<any(roster, teams):kind>/preview",
        "/app/import/<any(roster, teams):kind>/undo",
        "/app/mail",
        "/app/mail/bounced",
        "/app/people",
        "/app/results",
        "/app/results/<quarter>",
        "/app/results/<quarter>/batch",
        "/app/results/<quarter>/figures/<any(en, zh):language>.<any(xlsx, csv, json):form>",
        "/app/results/<quarter>/nodes/<node_id>/<any(en, zh):language>.pdf",
        "/app/results/<quarter>/organisation/<any(en, zh):language>.pdf",
        "/app/results/<quarter>/over-time",
        "/app/results/<quarter>/over-time/<any(en, zh):language>.pdf",
        "/app/results/<quarter>/reports",
        "/app/results/<quarter>/reports.zip",
        "/app/teams",
        "/app/teams/<int:team_id>",
        "/app/teams/<int:team_id>/<any(rename, move, describe, close, take_up, merge):what>",
        "/app/teams/<int:team_id>/quarters",
        "/app/teams/<int:team_id>/split",
        "/app/teams/new",
    ),
    "require_key_holder": (
        "/app/key",
        "/app/key/test",
        "/app/key/wrapped",
        "/app/opening",
        "/app/opening/<quarter>",
        "/app/opening/<quarter>/<opening_id>/<any(ratings, comments):kind>/<int:number>",
        "/app/opening/<quarter>/<opening_id>/complete",
        "/app/opening/<quarter>/<opening_id>/sealed/<int:number>",
        "/app/opening/<quarter>/opened.json",
        "/app/opening/<quarter>/sealed.json",
        "/app/opening/<quarter>/start",
    ),
    "signed_in_account": (
        "/app",
        "/app/reports",
        "/app/actions/<node_id>",
        "/app/actions/<node_id>/<int:place>/<any(adapt, assign, note):what>",
        "/app/actions/<node_id>/<int:place>/<any(tick, untick, show, hide, drop):what>",
        "/app/actions/<node_id>/<int:place>/drop",
        "/app/actions/<node_id>/adopt/<practice>",
        "/app/actions/<node_id>/catalogue",
        "/app/actions/<node_id>/own",
        "/app/actions/<node_id>/prepare",
        "/app/guide/<any(leader, hr, holder, admin):role>",
        "/app/nodes/<quarter>/<node_id>",
        "/app/reports/<quarter>/<node_id>/<any(en, zh):language>.pdf",
        "/app/reports/<quarter>/<node_id>/<any(en, zh):language>.xlsx",
        "/app/reports/<quarter>/<node_id>/<any(members, organisation):which>/<any(en, zh):language>.pdf",
    ),
}
OWN = ("/app/actions/<", "/app/nodes/<", "/app/reports/<", "/app/security/passkey/<")
"""Behind these a role is not enough: whoever does not own the object gets 404."""


def right_of(rule: str) -> str:
    """Say what a route needs; KeyError for one that has no line above."""
    found = {route: right for right, routes in ROUTES.items() for route in routes}
    return found[rule]


def cells(app: Flask) -> Iterator[tuple[str, str, str, bool]]:
    """List route, method, role and whether that role may: every cell of the table."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if is_under_app(rule.rule):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                for role in ROLES:
                    yield rule.rule, method, role, role in HAS[right_of(rule.rule)]


def print_table(app: Flask) -> None:
    """Print one line a route and method, one column a role; `own` is for objects of one's own only."""
    rows: dict[tuple[str, str], list[str]] = {}
    for rule, method, role, may in cells(app):
        word = ("own" if rule.startswith(OWN) else "yes") if may else "–"
        rows.setdefault((rule, method), []).append(f"{word:^{len(role)}}")
    write = sys.stdout.write
    write(f"{'':86}{'  '.join(ROLES)}\n")
    for (rule, method), words in rows.items():
        write(f"{method:5}{rule:81}{'  '.join(words)}\n")
    write(f"{len(rows)} routes and methods, {sum(map(len, rows.values()))} cells\n")


def print_foreign(world: World, what: str) -> int:
    """Print how many cells ask for objects of others, and how many of these are not there for who asks."""
    browsings = {email: world.signed_in(email) for email in sorted({cell.email for cell in world.cells})}
    gone = sum(world.status(browsings[cell.email], cell) == 404 for cell in world.cells)
    sys.stdout.write(f"{what}: {len(world.cells)} cells, {gone} of them answered with 404\n")
    return len(world.cells)


def main() -> None:
    """Make an empty installation and print its table, then installations in which everything belongs to somebody."""
    from assess.app import create_app
    from tests.accounts.accounts_cast import open_office
    from tests.databases.stores import SQLITE, open_store, using

    with tempfile.TemporaryDirectory() as folder, using(open_store(SQLITE)):
        office = open_office(Path(folder) / "office")
        print_table(create_app(office.settings))
        number = 0
        with reports_of_others(Path(folder) / "reports") as world:
            number += print_foreign(world, "nodes and quarters of other leaders")
        with openings_of_others(Path(folder) / "openings") as world:
            number += print_foreign(world, "openings of other key holders")
        with passkeys_of_others(office.settings, office.database) as world:
            number += print_foreign(world, "passkeys of other accounts")
        sys.stdout.write(f"{number} cells with objects of others\n")


if __name__ == "__main__":
    main()

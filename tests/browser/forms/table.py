"""The table of forms: every route to which something is sent has a row here, or a reason why it has none."""

import itertools
import re
from collections.abc import Iterator, Mapping

from flask import Flask

from tests.browser.forms import account_rows, settings_rows, survey_rows, team_rows
from tests.browser.forms.rows import Form

HOUSE: tuple[Form, ...] = (*account_rows.ROWS, *settings_rows.ROWS, *team_rows.ROWS, *survey_rows.PLANS)
SURVEYS: Mapping[str, tuple[Form, ...]] = {
    "planned": survey_rows.PLANNED_ALONE,
    "open": survey_rows.OPEN,
    "opened": survey_rows.OPENED,
    "sealed": survey_rows.SEALED,
}
ROWS = (*HOUSE, *itertools.chain(*SURVEYS.values()))
WITHOUT: Mapping[str, tuple[str, ...]] = {
    "a button without fields": (
        "/app/accounts/<account_id>/deactivate",
        "/app/accounts/<account_id>/recover",
        *(f"/app/actions/<node_id>/<int:place>/{what}" for what in ("tick", "untick", "show", "hide", "drop")),
        "/app/actions/<node_id>/prepare",
        "/app/audit/export",
        *(f"/app/cycles/<quarter>/{what}" for what in ("remind", "count", "close", "codes.pdf", "confirm-roster")),
        *(f"/app/cycles/<quarter>/{what}" for what in ("links.csv", "mail-test")),
        *(f"/app/import/{kind}/{what}" for kind in ("roster", "teams") for what in ("csv", "xlsx", "discard", "undo")),
        *(f"/app/reports/<quarter>/<node_id>/{which}.pdf" for which in ("en", "zh")),
        *(
            f"/app/reports/<quarter>/<node_id>/{which}/{language}.pdf"
            for which in ("members", "organisation")
            for language in ("en", "zh")
        ),
        "/app/results/<quarter>/batch",
        *(
            f"/app/results/<quarter>/{what}/{language}.pdf"
            for what in ("nodes/<node_id>", "organisation", "over-time")
            for language in ("en", "zh")
        ),
        "/app/questionnaires/<code>/remove",
        *(f"/app/settings/{what}" for what in ("look/remove", "look/use", "provider", "work")),
        "/app/sign-out",
        "/app/sign-out-everywhere",
    ),
    "a choice, all of whose answers may be sent": (
        "/app/accounts/<account_id>/roles",
        "/app/language",
        "/app/settings/access",
    ),
    "sent by a script, with nothing that was typed": (
        *(f"/app/opening/<quarter>/<opening_id>/{kind}/<int:number>" for kind in ("ratings", "comments")),
        "/app/opening/<quarter>/<opening_id>/complete",
        "/app/sign-in/passkey",
    ),
    "any name will do, cut to its length": ("/app/security/passkey/add",),
    "the questionnaire, whose answers have tests of their own (test_survey_flow.py)": ("/s/<code>", "/s/<code>/plain"),
}
_CHOICE = re.compile(r"<any\(([^)]*)\):\w+>")


def routes_of(app: Flask) -> Iterator[str]:
    """List every route something can be sent to, one for each of the words it may hold."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            pieces = _CHOICE.split(rule.rule)
            options = [piece.split(",") if place % 2 else [piece] for place, piece in enumerate(pieces)]
            yield from ("".join(piece.strip() for piece in chosen) for chosen in itertools.product(*options))

"""Hangs the pages of leaders into the site."""

from flask import Flask, g

from assess.accounts.models import Account
from assess.accounts.pages.home import add_home_entries
from assess.accounts.pages.rights import account_if_signed_in
from assess.app.leaders.board_views import boards
from assess.app.leaders.editing_views import editing
from assess.app.leaders.guide_views import guides
from assess.app.leaders.home import entries_of_leaders
from assess.app.leaders.node_views import nodes
from assess.app.leaders.report_views import my_reports
from assess.app.site import database
from assess.teams.leaders import leads_something


def hang_in_leader_pages(app: Flask) -> None:
    """Add the pages, what stands of them on the home page, and the entry in the navigation."""
    app.register_blueprint(my_reports)
    app.register_blueprint(nodes)
    app.register_blueprint(boards)
    app.register_blueprint(editing)
    app.register_blueprint(guides)
    app.context_processor(lambda: {"is_leader": _is_leader})
    add_home_entries(app, entries_of_leaders)


def _is_leader() -> bool:
    """Whether whoever is signed in leads a team today; asked once a page, by the navigation."""
    account: Account | None = account_if_signed_in()
    if account is None or account.is_key_holder:
        return False
    if "is_leader" not in g:
        with database().reading() as session:
            g.is_leader = leads_something(session, account.email)
    return bool(g.is_leader)

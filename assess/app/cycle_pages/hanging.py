"""Hangs the pages of surveys into the site, and the next step onto the home page of HR."""

from flask import Flask

from assess.accounts.pages.home import add_home_entries
from assess.app.cycle_pages.next_step import entries_of_hr
from assess.app.cycle_pages.opening_views import opening_pages
from assess.app.cycle_pages.overview import overview
from assess.app.cycle_pages.planning_views import plans
from assess.app.cycle_pages.questionnaires import questionnaires
from assess.app.cycle_pages.running_views import running


def hang_in_cycle_pages(app: Flask) -> None:
    """Add the pages."""
    for pages in (overview, plans, questionnaires, opening_pages, running):
        app.register_blueprint(pages)
    add_home_entries(app, entries_of_hr)

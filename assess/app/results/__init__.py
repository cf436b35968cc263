"""Results for HR: what was published, quarter by quarter, with all reports, files and teams over time."""

from flask import Flask

from assess.accounts.pages.home import add_home_entries
from assess.app.results.batch import batch_pages
from assess.app.results.downloads import download_pages
from assess.app.results.over_time import over_time_pages
from assess.app.results.overview import entries_of_hr, overview_pages


def hang_in_results(app: Flask) -> None:
    """Add the pages, and what stands of them on the home page."""
    for blueprint in (overview_pages, batch_pages, download_pages, over_time_pages):
        app.register_blueprint(blueprint)
    add_home_entries(app, entries_of_hr)

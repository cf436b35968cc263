"""Drawing a logo once, before any report depends on it."""

from assess.looks.look import Logo
from assess.reports.pdf import render_pdf


def try_out(logo: Logo) -> None:
    """Draw it once, so that no report fails because of it. Errors: RefusalError where it cannot be drawn."""
    render_pdf(f'<!doctype html><html lang="en"><title>-</title><p><img src="{logo.address}" alt="-"></p></html>')

"""The settings page for administrators: what the operator fixed, what they set themselves, and whether it works."""

from flask import Flask

from assess.app.settings.look_views import settings_look
from assess.app.settings.trial_views import settings_trials
from assess.app.settings.views import settings_pages


def hang_in_settings(app: Flask) -> None:
    """Add the page, the look with its preview, and the buttons that try something."""
    for pages in (settings_pages, settings_look, settings_trials):
        app.register_blueprint(pages)

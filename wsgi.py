"""The site as a WSGI application: `gunicorn wsgi:application`."""

from assess.app import create_app

application = create_app()

"""Alembic's environment: runs on the connection it is handed, over the tables of all rooms."""

from alembic import context

import assess.accounts.models
import assess.actions.models
import assess.audit.models
import assess.jobs.models
import assess.looks.models
import assess.messages.models
import assess.organisation.models
import assess.releases.models
import assess.surveys.envelopes.models
import assess.surveys.holders.models
import assess.surveys.models
import assess.surveys.own_instruments.models
import assess.teams.models  # noqa: F401 - imported so that their tables are known
from assess.extensions import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

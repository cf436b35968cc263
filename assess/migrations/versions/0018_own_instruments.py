"""Questionnaires of the organisation's own."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('own_instruments',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('kept_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_own_instruments'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('own_instruments')

"""When a plan was made, and the word of HR that teams and roster are right."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('roster_confirmations',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.String(length=254), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_roster_confirmations_one_at_most')),
    sa.CheckConstraint('length(sha256) = 32', name=op.f('ck_roster_confirmations_state_is_a_hash')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_confirmations'))
    )
    op.add_column('cycles', sa.Column('planned_at', UtcDateTime(), nullable=True))
    cycles = sa.table('cycles', sa.column('planned_at', UtcDateTime()), sa.column('state', sa.String()))
    op.execute(cycles.update().where(cycles.c.state == 'created').values(planned_at=datetime.now(UTC)))


def downgrade() -> None:
    """Take back."""
    op.drop_column('cycles', 'planned_at')
    op.drop_table('roster_confirmations')

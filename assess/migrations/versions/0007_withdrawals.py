"""Results that were withdrawn, with the reason."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('withdrawals',
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('because', sa.String(length=500), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("because <> ''", name=op.f('ck_withdrawals_a_reason_is_given')),
    sa.PrimaryKeyConstraint('cycle_id', name=op.f('pk_withdrawals'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('withdrawals')

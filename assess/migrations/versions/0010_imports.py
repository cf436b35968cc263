"""Files that wait for their preview to be confirmed, and the last import of each kind."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('waiting_imports',
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('came_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('teams', 'roster')", name=op.f('ck_waiting_imports_kind_is_known')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_waiting_imports_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'kind', name=op.f('pk_waiting_imports'))
    )
    op.create_table('last_imports',
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('done_by', sa.String(length=254), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('before', sa.LargeBinary(), nullable=False),
    sa.Column('after_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.CheckConstraint("kind IN ('teams', 'roster')", name=op.f('ck_last_imports_kind_is_known')),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_last_imports'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('last_imports')
    op.drop_table('waiting_imports')

"""The history of teams."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('team_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('before', sa.String(length=254), nullable=False),
    sa.Column('after', sa.String(length=254), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=254), nullable=False),
    sa.Column('form_id', sa.LargeBinary(length=16), nullable=False),
    sa.CheckConstraint("kind IN ('founded', 'renamed', 'moved', 'led', 'function', 'begun', 'merged', 'split', 'closed', 'returned')", name=op.f('ck_team_changes_kind_is_known')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_changes_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_changes'))
    )
    op.create_index(op.f('ix_team_changes_team_id'), 'team_changes', ['team_id'], unique=False)
    op.create_index(op.f('ix_team_changes_form_id'), 'team_changes', ['form_id'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f('ix_team_changes_form_id'), table_name='team_changes')
    op.drop_index(op.f('ix_team_changes_team_id'), table_name='team_changes')
    op.drop_table('team_changes')

"""The table of background work."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('jobs',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('queue', sa.String(length=7), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=True),
    sa.Column('arguments', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('claim', sa.LargeBinary(length=16), nullable=True),
    sa.Column('worker', sa.String(length=80), nullable=True),
    sa.Column('heartbeat_at', UtcDateTime(), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('result', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('error', sa.String(length=500), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_jobs_state_is_known')),
    sa.CheckConstraint("queue IN ('default', 'keeper')", name=op.f('ck_jobs_queue_is_known')),
    sa.CheckConstraint("(state = 'running') = (claim IS NOT NULL)", name=op.f('ck_jobs_running_is_claimed')),
    sa.CheckConstraint("(state = 'running') = (heartbeat_at IS NOT NULL)", name=op.f('ck_jobs_running_has_a_heartbeat')),
    sa.CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name=op.f('ck_jobs_ended_at_some_time')),
    sa.CheckConstraint("state <> 'failed' OR error IS NOT NULL", name=op.f('ck_jobs_failure_has_a_reason')),
    sa.CheckConstraint('total IS NULL OR done <= total', name=op.f('ck_jobs_no_more_done_than_there_is')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('kind', 'key', name='uq_jobs_wanted_once')
    )
    op.create_index('ix_jobs_what_is_next', 'jobs', ['queue', 'state', 'priority', 'due_at'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index('ix_jobs_what_is_next', table_name='jobs')
    op.drop_table('jobs')

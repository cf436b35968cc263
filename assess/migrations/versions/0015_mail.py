"""The outbox of mail and how many messages each round had."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_KINDS = "kind IN ('invitation', 'reminder', 'closing', 'publication', 'members', 'actions')"


def upgrade() -> None:
    """Apply."""
    op.create_table('outbox',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=11), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('claim', sa.LargeBinary(length=16), nullable=True),
    sa.Column('message_id', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.CheckConstraint(_KINDS, name=op.f('ck_outbox_kind_is_known')),
    sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'bounced')", name=op.f('ck_outbox_state_is_known')),
    sa.CheckConstraint("language IN ('en', 'zh')", name=op.f('ck_outbox_language_is_known')),
    sa.CheckConstraint("(state IN ('waiting', 'sending')) = (next_try_at IS NOT NULL)", name=op.f('ck_outbox_time_while_unsent_only')),
    sa.CheckConstraint("(state = 'sending') = (claim IS NOT NULL)", name=op.f('ck_outbox_sending_is_claimed')),
    sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name=op.f('ck_outbox_failure_has_a_reason')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('cycle_id', 'kind', 'number', 'recipient', name='uq_outbox_one_of_a_kind_each'),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_message_id'))
    )
    op.create_index('ix_outbox_what_is_next', 'outbox', ['state', 'next_try_at'])
    op.create_table('mail_rounds',
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=11), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('recipients', sa.Integer(), nullable=False),
    sa.CheckConstraint(_KINDS, name=op.f('ck_mail_rounds_kind_is_known')),
    sa.CheckConstraint("number = 1 OR (kind = 'reminder' AND number = 2)", name=op.f('ck_mail_rounds_two_reminders_at_most')),
    sa.CheckConstraint('recipients >= 0', name=op.f('ck_mail_rounds_recipients_are_a_count')),
    sa.PrimaryKeyConstraint('cycle_id', 'kind', 'number', name=op.f('pk_mail_rounds'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('mail_rounds')
    op.drop_table('outbox')

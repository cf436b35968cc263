"""Passkeys, and the challenges they have answered."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('passkeys',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1023), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('length(name) BETWEEN 1 AND 60', name=op.f('ck_passkeys_name_is_given_and_short')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_passkeys_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    op.create_index(op.f('ix_passkeys_account_id'), 'passkeys', ['account_id'], unique=False)
    op.create_table('spent_challenges',
    sa.Column('challenge_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('challenge_sha256', name=op.f('pk_spent_challenges'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('spent_challenges')
    op.drop_index(op.f('ix_passkeys_account_id'), table_name='passkeys')
    op.drop_table('passkeys')

"""Signing in through the organisation's OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('provider_identities',
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_provider_identities_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('pk_provider_identities')),
    sa.UniqueConstraint('account_id', name=op.f('uq_provider_identities_account_id'))
    )
    op.add_column('sign_ins', sa.Column('by_provider', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take back."""
    op.drop_column('sign_ins', 'by_provider')
    op.drop_table('provider_identities')

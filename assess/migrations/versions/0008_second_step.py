"""The second step of signing in: authenticator apps, recovery codes, sign-ins that wait for it."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('authenticator_apps',
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('sealed_secret', sa.LargeBinary(), nullable=False),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('resting_until', UtcDateTime(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('failures >= 0', name=op.f('ck_authenticator_apps_failures_are_a_count')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_authenticator_apps_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_authenticator_apps'))
    )
    op.create_table('recovery_codes',
    sa.Column('code_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_recovery_codes_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_sha256', name=op.f('pk_recovery_codes'))
    )
    op.create_index(op.f('ix_recovery_codes_account_id'), 'recovery_codes', ['account_id'], unique=False)
    op.create_table('half_sign_ins',
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_half_sign_ins_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_half_sign_ins'))
    )
    op.create_index(op.f('ix_half_sign_ins_account_id'), 'half_sign_ins', ['account_id'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f('ix_half_sign_ins_account_id'), table_name='half_sign_ins')
    op.drop_table('half_sign_ins')
    op.drop_index(op.f('ix_recovery_codes_account_id'), table_name='recovery_codes')
    op.drop_table('recovery_codes')
    op.drop_table('authenticator_apps')

"""Accounts, key holders and the opening they do; the sealing script of a cycle."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('cycles', sa.Column('sealing_script', sa.LargeBinary(), nullable=True))
    op.create_table('accounts',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('is_admin', sa.Boolean(), nullable=False),
    sa.Column('is_hr', sa.Boolean(), nullable=False),
    sa.Column('is_key_holder', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_accounts_email_in_lower_case')),
    sa.CheckConstraint("language IN ('en', 'zh')", name=op.f('ck_accounts_language_is_known')),
    sa.CheckConstraint('NOT (is_key_holder AND (is_admin OR is_hr))', name=op.f('ck_accounts_key_holders_have_no_other_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_email'))
    )
    op.create_table('sign_ins',
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sign_ins_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_sign_ins'))
    )
    op.create_index(op.f('ix_sign_ins_account_id'), 'sign_ins', ['account_id'], unique=False)
    op.create_table('account_links',
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_links_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_account_links'))
    )
    op.create_index(op.f('ix_account_links_account_id'), 'account_links', ['account_id'], unique=False)
    op.create_table('holder_keys',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('account_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('public_key', sa.LargeBinary(length=65), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('length(public_key) = 65', name=op.f('ck_holder_keys_public_key_is_a_point')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_holder_keys_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holder_keys')),
    sa.UniqueConstraint('public_key', name=op.f('uq_holder_keys_public_key'))
    )
    op.create_index('uq_holder_keys_one_in_use', 'holder_keys', ['account_id'], unique=True,
        sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
    op.create_table('openings',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_openings')),
    sqlite_with_rowid=False
    )
    op.create_table('opening_pieces',
    sa.Column('opening_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kind IN ('ratings', 'comments')", name=op.f('ck_opening_pieces_kind_is_known')),
    sa.PrimaryKeyConstraint('opening_id', 'kind', 'number', name=op.f('pk_opening_pieces')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('opening_pieces')
    op.drop_table('openings')
    op.drop_index('uq_holder_keys_one_in_use', table_name='holder_keys')
    op.drop_table('holder_keys')
    op.drop_index(op.f('ix_account_links_account_id'), table_name='account_links')
    op.drop_table('account_links')
    op.drop_index(op.f('ix_sign_ins_account_id'), table_name='sign_ins')
    op.drop_table('sign_ins')
    op.drop_table('accounts')
    op.drop_column('cycles', 'sealing_script')

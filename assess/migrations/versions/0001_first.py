"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('comments',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('group_id', sa.String(length=16), nullable=False),
    sa.Column('prompt', sa.String(length=16), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.CheckConstraint('length(id) = 16', name=op.f('ck_comments_id_is_random')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comments')),
    sqlite_with_rowid=False
    )
    op.create_table('cycles',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('level', sa.String(length=12), nullable=False),
    sa.Column('instrument_code', sa.String(length=200), nullable=False),
    sa.Column('instrument_source', sa.String(), nullable=False),
    sa.Column('modules', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('running', sa.Boolean(), nullable=True),
    sa.Column('opens_at', UtcDateTime(), nullable=False),
    sa.Column('closes_at', UtcDateTime(), nullable=False),
    sa.Column('latest_closes_at', UtcDateTime(), nullable=False),
    sa.Column('extended', sa.Boolean(), nullable=False),
    sa.Column('clock_mark', UtcDateTime(), nullable=True),
    sa.Column('contract', sa.LargeBinary(), nullable=True),
    sa.Column('envelopes', sa.Integer(), nullable=True),
    sa.Column('unreadable', sa.Integer(), nullable=True),
    sa.Column('participation', sa.JSON(none_as_null=True), nullable=True),
    sa.CheckConstraint("(state IN ('open', 'closing', 'sealed', 'opened', 'scored')) = (running IS NOT NULL)", name=op.f('ck_cycles_running_says_what_the_state_says')),
    sa.CheckConstraint("level IN ('anonymous', 'confidential')", name=op.f('ck_cycles_level_is_known')),
    sa.CheckConstraint("state IN ('created', 'aborted') OR contract IS NOT NULL", name=op.f('ck_cycles_open_only_under_a_contract')),
    sa.CheckConstraint("state IN ('created', 'open', 'closing', 'sealed', 'opened', 'scored', 'published', 'aborted')", name=op.f('ck_cycles_state_is_known')),
    sa.CheckConstraint('opens_at < closes_at AND closes_at <= latest_closes_at', name=op.f('ck_cycles_opens_before_it_closes')),
    sa.CheckConstraint('unreadable IS NULL OR unreadable <= envelopes', name=op.f('ck_cycles_unreadable_among_envelopes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycles')),
    sa.UniqueConstraint('running', name=op.f('uq_cycles_running'))
    )
    with op.batch_alter_table('cycles', schema=None) as batch_op:
        batch_op.create_index('uq_cycles_quarter_not_aborted', ['quarter'], unique=True, sqlite_where=sa.text("state <> 'aborted'"), postgresql_where=sa.text("state <> 'aborted'"))

    op.create_table('envelopes',
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('group_id', sa.String(length=16), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(body) IN (8335, 8448, 8561)', name=op.f('ck_envelopes_body_has_its_fixed_length')),
    sa.CheckConstraint('length(key) = 32', name=op.f('ck_envelopes_key_is_a_hash')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_envelopes')),
    sqlite_with_rowid=False
    )
    op.create_table('responses',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('group_id', sa.String(length=16), nullable=False),
    sa.Column('ratings', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(id) = 16', name=op.f('ck_responses_id_is_random')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_responses')),
    sqlite_with_rowid=False
    )
    op.create_table('result_documents',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('frozen_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('result', 'comments', 'statistics')", name=op.f('ck_result_documents_kind_is_known')),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_result_documents_checksum_is_hex')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result_documents')),
    sa.UniqueConstraint('cycle_id', 'kind', name='uq_result_documents_one_of_a_kind')
    )
    op.create_table('sealed_answers',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('group_id', sa.String(length=16), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(id) = 16', name=op.f('ck_sealed_answers_id_is_random')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_answers')),
    sqlite_with_rowid=False
    )
    op.create_table('teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('function', sa.String(length=120), nullable=False),
    sa.Column('founded_on', sa.Date(), nullable=True),
    sa.Column('leader_email', sa.String(length=254), nullable=True),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(name) BETWEEN 1 AND 120', name=op.f('ck_teams_name_is_given_and_short')),
    sa.CheckConstraint('parent_id IS NULL OR parent_id <> id', name=op.f('ck_teams_not_its_own_parent')),
    sa.ForeignKeyConstraint(['parent_id'], ['teams.id'], name=op.f('fk_teams_parent_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('name', name=op.f('uq_teams_name'))
    )
    op.create_table('cycle_groups',
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('envelopes', sa.Integer(), nullable=True),
    sa.CheckConstraint('envelopes IS NULL OR envelopes <= invited', name=op.f('ck_cycle_groups_no_more_envelopes_than_invited')),
    sa.CheckConstraint('invited > 0', name=op.f('ck_cycle_groups_somebody_is_invited')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_cycle_groups_cycle_id_cycles')),
    sa.PrimaryKeyConstraint('cycle_id', 'id', name=op.f('pk_cycle_groups'))
    )
    op.create_table('invitations',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('group_id', sa.String(length=16), nullable=False),
    sa.Column('lookup', sa.LargeBinary(length=32), nullable=False),
    sa.Column('is_paper', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=True),
    sa.Column('mail_language', sa.String(length=2), nullable=False),
    sa.Column('chat_id', sa.String(length=120), nullable=False),
    sa.CheckConstraint('NOT is_paper OR (name IS NULL AND address IS NULL)', name=op.f('ck_invitations_paper_belongs_to_nobody')),
    sa.CheckConstraint('is_paper OR address IS NOT NULL', name=op.f('ck_invitations_mail_needs_an_address')),
    sa.CheckConstraint('length(lookup) = 32', name=op.f('ck_invitations_lookup_is_a_hash')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_invitations_cycle_id_cycles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('lookup', name=op.f('uq_invitations_lookup'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitations_cycle_id'), ['cycle_id'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('mail_language', sa.String(length=2), nullable=False),
    sa.Column('chat_id', sa.String(length=120), nullable=False),
    sa.CheckConstraint("mail_language IN ('en', 'zh')", name=op.f('ck_people_mail_language_is_known')),
    sa.CheckConstraint('email IS NULL OR email = lower(email)', name=op.f('ck_people_email_in_lower_case')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_people_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_team_id'), ['team_id'], unique=False)



def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_team_id'))

    op.drop_table('people')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitations_cycle_id'))

    op.drop_table('invitations')
    op.drop_table('cycle_groups')
    op.drop_table('teams')
    op.drop_table('sealed_answers')
    op.drop_table('result_documents')
    op.drop_table('responses')
    op.drop_table('envelopes')
    with op.batch_alter_table('cycles', schema=None) as batch_op:
        batch_op.drop_index('uq_cycles_quarter_not_aborted', sqlite_where=sa.text("state <> 'aborted'"), postgresql_where=sa.text("state <> 'aborted'"))

    op.drop_table('cycles')
    op.drop_table('comments')

"""Actions of leaders with their steps, facts for advice, and the frozen document of a quarter's actions."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KIND = 'ck_result_documents_kind_is_known'
BEFORE = "kind IN ('result', 'comments', 'statistics')"
AFTER = "kind IN ('result', 'comments', 'statistics', 'actions')"


def upgrade() -> None:
    """Apply."""
    _allow_kinds(AFTER)
    op.create_table('advice_facts',
    sa.Column('fact', sa.String(length=7), nullable=False),
    sa.Column('team', sa.String(length=120), nullable=False),
    sa.CheckConstraint("fact IN ('bonus', 'equity', 'vacancy')", name=op.f('ck_advice_facts_fact_is_known')),
    sa.CheckConstraint("(fact = 'vacancy') = (team <> '')", name=op.f('ck_advice_facts_only_vacancies_are_in_a_team')),
    sa.PrimaryKeyConstraint('fact', 'team', name=op.f('pk_advice_facts'))
    )
    op.create_table('actions',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('base_cycle_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('node', sa.String(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('practice', sa.String(length=3), nullable=True),
    sa.Column('dimension', sa.String(length=20), nullable=True),
    sa.Column('basis', sa.String(length=14), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=True),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.Column('owner_was_on_roster', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('adopted_at', UtcDateTime(), nullable=False),
    sa.Column('dropped_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('place IN (1, 2)', name=op.f('ck_actions_at_most_two_at_a_time')),
    sa.CheckConstraint('practice IS NOT NULL OR title IS NOT NULL', name=op.f('ck_actions_own_ones_have_a_title')),
    sa.CheckConstraint('basis IS NULL OR practice IS NOT NULL', name=op.f('ck_actions_only_practices_are_recommended')),
    sa.CheckConstraint("basis IS NULL OR basis IN ('clear', 'starting_point', 'habit')", name=op.f('ck_actions_basis_is_known')),
    sa.CheckConstraint('NOT is_shared OR dropped_at IS NULL', name=op.f('ck_actions_what_is_given_up_is_not_shown')),
    sa.ForeignKeyConstraint(['base_cycle_id'], ['cycles.id'], name=op.f('fk_actions_base_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_actions_cycle_id_cycles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actions'))
    )
    op.create_index(op.f('ix_actions_cycle_id'), 'actions', ['cycle_id'], unique=False)
    op.create_index('uq_actions_place_taken_once', 'actions', ['cycle_id', 'node', 'place'], unique=True,
        sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))
    op.create_index('uq_actions_practice_adopted_once', 'actions', ['cycle_id', 'node', 'practice'], unique=True,
        sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))
    op.create_table('action_steps',
    sa.Column('action_id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('text', sa.String(length=200), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('place BETWEEN 1 AND 8', name=op.f('ck_action_steps_few_steps')),
    sa.ForeignKeyConstraint(['action_id'], ['actions.id'], name=op.f('fk_action_steps_action_id_actions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('action_id', 'place', name=op.f('pk_action_steps'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('action_steps')
    op.drop_index('uq_actions_practice_adopted_once', table_name='actions')
    op.drop_index('uq_actions_place_taken_once', table_name='actions')
    op.drop_index(op.f('ix_actions_cycle_id'), table_name='actions')
    op.drop_table('actions')
    op.drop_table('advice_facts')
    op.execute("DELETE FROM result_documents WHERE kind = 'actions'")
    _allow_kinds(BEFORE)


def _allow_kinds(rule: str) -> None:
    """Exchange the rule of what a frozen document may be."""
    with op.batch_alter_table('result_documents') as batch_op:
        batch_op.drop_constraint(op.f(KIND), type_='check')
        batch_op.create_check_constraint(op.f(KIND), rule)

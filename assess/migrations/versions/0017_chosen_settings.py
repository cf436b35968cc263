"""What administrators set for their organisation, and looks that were only tried."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('chosen_settings',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('organisation', sa.String(length=120), nullable=True),
    sa.Column('contact', sa.String(length=200), nullable=True),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('languages', sa.String(length=5), nullable=True),
    sa.Column('minimum_group_size', sa.Integer(), nullable=True),
    sa.Column('second_step', sa.String(length=9), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_chosen_settings_one_row_at_most')),
    sa.CheckConstraint("languages IN ('en,zh', 'zh,en', 'en', 'zh')", name=op.f('ck_chosen_settings_languages_are_known')),
    sa.CheckConstraint('minimum_group_size BETWEEN 4 AND 100', name=op.f('ck_chosen_settings_minimum_has_a_floor')),
    sa.CheckConstraint("second_step IN ('admins', 'everybody')", name=op.f('ck_chosen_settings_second_step_is_not_waived')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chosen_settings'))
    )
    op.add_column('looks', sa.Column('is_draft', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take back."""
    op.execute('DELETE FROM looks WHERE is_draft')
    with op.batch_alter_table('looks') as batch:
        batch.drop_column('is_draft')
    op.drop_table('chosen_settings')

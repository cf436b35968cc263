"""How many joined and left since last quarter; documents that nobody reads before publication."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('cycles', sa.Column('composition', sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_published', sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.alter_column('is_published', server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.drop_column('is_published')
    op.drop_column('cycles', 'composition')

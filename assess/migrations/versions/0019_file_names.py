"""What a file that waits was called where it came from."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('waiting_imports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('file_name', sa.String(length=80), server_default='', nullable=False))
    with op.batch_alter_table('waiting_imports', schema=None) as batch_op:
        batch_op.alter_column('file_name', server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('waiting_imports', schema=None) as batch_op:
        batch_op.drop_column('file_name')

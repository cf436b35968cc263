"""When a key holder has opened a trial envelope with the key in use."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column('holder_keys', sa.Column('tested_at', UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column('holder_keys', 'tested_at')

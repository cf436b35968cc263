"""Logo and accent colour of reports, every one an installation has had under its hash."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('looks',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('accent', sa.String(length=7), nullable=True),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('logo_type', sa.String(length=13), nullable=True),
    sa.Column('in_use', sa.Boolean(), nullable=True),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_looks_checksum_is_hex')),
    sa.CheckConstraint('(logo IS NULL) = (logo_type IS NULL)', name=op.f('ck_looks_a_logo_has_a_type')),
    sa.CheckConstraint("logo_type IN ('image/png', 'image/svg+xml')", name=op.f('ck_looks_type_is_known')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_looks')),
    sa.UniqueConstraint('in_use', name=op.f('uq_looks_in_use'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('looks')

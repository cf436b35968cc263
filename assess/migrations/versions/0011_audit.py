"""The audit log of the administrative side; triggers keep it append-only."""

import sqlalchemy as sa
from alembic import op

from assess.extensions import UtcDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER audit_entries_{event} BEFORE {event} ON audit_entries "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_to_change_audit_entries() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit_entries()",
    "CREATE TRIGGER audit_entries_stay_all BEFORE TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit_entries()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table('audit_entries',
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(length=300), nullable=False),
    sa.Column('event', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('previous_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.CheckConstraint('position > 0', name=op.f('ck_audit_entries_positions_start_at_one')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_audit_entries'))
    )
    op.create_index(op.f('ix_audit_entries_event'), 'audit_entries', ['event'])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(event=event))
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.drop_table('audit_entries')
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_to_change_audit_entries()")

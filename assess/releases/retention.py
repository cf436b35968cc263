"""How long the records are kept that later quarters compare with: for eight quarters, then they are deleted for good.

The result of a quarter stays, with the checksum of its records in it.
"""

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from assess.extensions import Database
from assess.releases.history import quarter_number
from assess.releases.models import ResultDocument
from assess.scoring.between import QUARTERS_KEPT

STATISTICS = "statistics"


def forget_statistics(session: Session, *, quarter: str) -> None:
    """Delete records that are eight quarters older than the latest result, that of `quarter` included.

    The records of a quarter serve itself and the seven after it; when the ninth is published they go. A quarter that
    was asked late finds the others as they are.
    """
    stored = set(session.scalars(select(ResultDocument.quarter).where(ResultDocument.kind == STATISTICS)))
    latest = max(map(quarter_number, stored | {quarter}))
    old = {each for each in stored if latest - quarter_number(each) >= QUARTERS_KEPT}
    session.execute(
        delete(ResultDocument).where(ResultDocument.kind == STATISTICS, ResultDocument.quarter.in_(sorted(old)))
    )


def rewrite_documents(database: Database) -> None:
    """Give back what deleted documents have left in the files of PostgreSQL; SQLite is rewritten as a whole."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
            at_once.execute(text(f"VACUUM FULL {ResultDocument.__tablename__}"))

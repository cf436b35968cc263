"""Setting and reading the look of an installation."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.looks.look import Logo, Look
from assess.looks.models import StoredLook


def look_in_use(session: Session) -> Look:
    """Return the look of reports that are drawn now."""
    row = session.scalar(select(StoredLook).where(StoredLook.in_use.is_(True)))
    return Look() if row is None else _look(row)


def sha256_in_use(session: Session) -> str:
    """Return the hash of the look that is in use, without reading its logo; empty is the product's own."""
    return session.scalar(select(StoredLook.sha256).where(StoredLook.in_use.is_(True))) or ""


def look_with(session: Session, sha256: str) -> Look:
    """Return the look an earlier report names; an empty name is the product's own.

    Errors: RefusalError where it is not here.
    """
    if not sha256:
        return Look()
    row = session.get(StoredLook, sha256)
    if row is None or _look(row).sha256 != sha256:
        raise RefusalError(
            _(
                "The logo and colour of this report (%(sha256)s) are not here; run this where it was made, or restore "
                "a backup.",
                sha256=sha256[:20],
            )
        )
    return _look(row)


def use_look(session: Session, look: Look) -> None:
    """Draw reports with a look from now on; the one before is kept for the reports that have it."""
    session.execute(update(StoredLook).where(StoredLook.in_use.is_(True)).values(in_use=None))
    if look.sha256:
        row = _kept(session, look, is_draft=False)
        row.in_use, row.is_draft = True, False
        session.flush()


def keep_draft(session: Session, look: Look) -> None:
    """Keep a look to be looked at before it is used; the draft before it is forgotten."""
    session.execute(delete(StoredLook).where(StoredLook.is_draft))
    if look.sha256:
        _kept(session, look, is_draft=True)


def draft_look(session: Session) -> Look | None:
    """Return the look that was sent to be looked at; None without one."""
    row = session.scalar(select(StoredLook).where(StoredLook.is_draft))
    return None if row is None else _look(row)


def _kept(session: Session, look: Look, *, is_draft: bool) -> StoredLook:
    sha256, logo = look.sha256, look.logo
    row = session.get(StoredLook, sha256, populate_existing=True)
    if row is None:
        row = StoredLook(
            sha256=sha256,
            accent=look.accent_set or None,
            logo=None if logo is None else logo.content,
            logo_type=None if logo is None else logo.content_type,
            is_draft=is_draft,
        )
        session.add(row)
        session.flush()
    return row


def _look(row: StoredLook) -> Look:
    has_logo = row.logo is not None and row.logo_type is not None
    return Look(row.accent or "", Logo(bytes(row.logo or b""), str(row.logo_type)) if has_logo else None)

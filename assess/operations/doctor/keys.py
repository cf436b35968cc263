"""The key directory and the secret: only for their own user, away from the database, and nothing left in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_IMODE

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.secret import application_secret
from assess.config import Settings
from assess.errors import AssessError
from assess.localisation import gettext as _
from assess.operations.doctor.finding import Finding, fine, note, wrong
from assess.operations.places import sqlite_file
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.models import Cycle, Level, State

_MAY_HAVE: Mapping[str, frozenset[State]] = {
    LINK: frozenset({State.OPEN, State.CLOSING}),
    OPENING: frozenset({State.OPEN, State.CLOSING, State.SEALED}),
}


def examine_secret(settings: Settings) -> Iterator[Finding]:
    """Look at what forms and sign-ins are signed with."""
    try:
        application_secret(settings)
    except AssessError as error:
        yield wrong(str(error), _("Whoever knows the secret can forge what this site signs."))
    else:
        yield fine(_("The secret of the installation is there and only its user can read it."))


def examine_key_directory(settings: Settings) -> Iterator[Finding]:
    """Look at where the keys lie and who can read them."""
    if not settings.key_dir.is_dir():
        found = note if sqlite_file(settings) is None else wrong
        yield found(
            _("There is no key directory %(folder)s on this machine.", folder=settings.key_dir),
            _("Only the machine that has it can send links, close and open."),
            _("Run these commands there; where there is only this machine, create it with: assess init"),
        )
        return
    faults = [*_open_to_others(settings.key_dir), *_too_near(settings)]
    yield from faults
    if not faults:
        yield fine(_("The key directory lies apart from the data, and only its user can read it."))


def _open_to_others(key_dir: Path) -> Iterator[Finding]:
    for place in [key_dir, *sorted(key_dir.rglob("*"))]:
        mode = S_IMODE(place.stat().st_mode)
        if mode & 0o077:
            yield wrong(
                _("Other users of this machine can get at %(place)s (mode %(mode)s).", place=place, mode=f"{mode:04o}"),
                _("Whoever has the keys while a survey is open can compute every link."),
                _("Run: chmod %(mode)s %(place)s", mode="700" if place.is_dir() else "600", place=place),
            )


def _too_near(settings: Settings) -> Iterator[Finding]:
    keys = settings.key_dir.resolve()
    for folder in _folders_of_the_data(settings):
        if keys.is_relative_to(folder) or folder.is_relative_to(keys):
            yield wrong(
                _("The key directory %(keys)s and the data in %(data)s lie in one folder.", keys=keys, data=folder),
                _("A copy of that folder holds sealed envelopes together with the keys that open them."),
                _("Move the keys elsewhere, best to another disk, and name the place in ASSESS_KEY_DIR."),
            )
            return


def _folders_of_the_data(settings: Settings) -> list[Path]:
    file = sqlite_file(settings)
    return [settings.data_dir.resolve(), *([] if file is None else [file.resolve().parent])]


def examine_keys(session: Session, settings: Settings) -> Iterator[Finding]:
    """Compare the key files with where each cycle stands."""
    if not settings.key_dir.is_dir():
        return
    for cycle in session.scalars(select(Cycle).order_by(Cycle.opens_at)):
        keys, state = CycleKeys(settings.key_dir, cycle.id), State(cycle.state)
        for name in [name for name, states in _MAY_HAVE.items() if keys.holds(name) and state not in states]:
            yield wrong(
                _(
                    "%(file)s is still there although %(quarter)s has closed.",
                    file=keys.folder / name,
                    quarter=cycle.quarter,
                ),
                _("The contract says that this key is destroyed at closing."),
                _("Find out who put it back, and destroy it: shred -u %(file)s", file=keys.folder / name),
            )
        yield from _missing(cycle, keys)


def _missing(cycle: Cycle, keys: CycleKeys) -> Iterator[Finding]:
    if cycle.state == State.OPEN and not keys.holds(LINK):
        yield wrong(
            _("The key of the links of %(quarter)s is missing.", quarter=cycle.quarter),
            _("Links already sent work, but nobody can be reminded and no code printed again."),
            _("Put it back from the file of the keys: assess restore --keys FILE"),
        )
    needs_opening = cycle.level == Level.CONFIDENTIAL and cycle.state in _MAY_HAVE[OPENING]
    if needs_opening and cycle.unreadable is None and not keys.holds(OPENING):
        yield wrong(
            _("The key that opens the envelopes of %(quarter)s is missing.", quarter=cycle.quarter),
            _("Nobody can open them; what people send now is lost."),
            _(
                "Put it back: assess restore --keys FILE; or give up: assess cycle abort %(quarter)s",
                quarter=cycle.quarter,
            ),
        )

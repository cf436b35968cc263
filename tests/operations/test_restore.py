"""The restore drill: an empty machine, a backup, and everything that must be true afterwards, also of what is lost."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.accounts.secret import application_secret, make_secret, secret_file
from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.migrations import downgrade, newest_revision, revision_of, upgrade
from assess.operations.archive import Archive, ArchiveWriter
from assess.operations.fate import Fate
from assess.operations.key_file import copy_keys
from assess.operations.losses import losses
from assess.operations.snapshot import rows_of
from assess.operations.tables import KEPT, kind_of, reflected, write_row
from assess.surveys.cycles import create_cycle, find_cycle, honour_tombstones
from assess.surveys.envelopes.closing import shuffle_envelopes, stop_accepting
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.models import Envelope
from assess.surveys.errors import CycleClosedError, UnknownCodeError
from assess.surveys.models import Cycle, State
from assess.teams.models import Person, Team
from tests.databases.stores import Store
from tests.operations.databases import postgres_database
from tests.operations.saving import bring_back, empty_place, save, unpacked
from tests.surveys.shop import CLOSES, LANTERN, OPENS, QUARTER, Shop, hire, installation, open_shop


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "shop")
    shop.everybody_answers("Ads")
    yield shop
    shop.database.close()


@pytest.fixture
def saved(shop: Shop, tmp_path: Path) -> Path:
    path = tmp_path / "saved.zip"
    save(shop.database, path)
    return path


def place(tmp_path: Path, key_dir: Path | None = None) -> tuple[Settings, Database]:
    return empty_place(tmp_path / "new", key_dir=key_dir)


def test_on_an_empty_machine_the_quarter_goes_on_to_its_publication(shop: Shop, saved: Path, tmp_path: Path) -> None:
    """The drill: the disk with the database is lost, the key directory survives; members send again where needed."""
    copies = copy_keys(shop.settings)
    settings, database = place(tmp_path)
    restored = bring_back(saved, settings, database, copies, closed_since=False)
    new = Shop(settings, database, shop.codes)
    assert [(cycle.quarter, cycle.fate, cycle.envelopes) for cycle in restored.cycles] == [(QUARTER, Fate.GOES_ON, 8)]
    assert (new.count(Envelope), new.count(Person), new.count(Team)) == (8, 21, 4)
    new.answer(shop.codes["Ads"][0], rating=2)
    assert new.count(Envelope) == 8, "the same link replaces what the backup held"
    new.everybody_answers("Box")
    new.finish()
    assert new.cycle().state == State.PUBLISHED
    assert new.cycle().envelopes == 15
    database.close()


def test_what_was_saved_comes_back_to_the_last_value(shop: Shop, saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path, shop.settings.key_dir)
    bring_back(saved, settings, database)
    assert unpacked(database) == unpacked(shop.database)
    assert revision_of(database) == newest_revision()
    database.close()


def test_a_published_cycle_comes_back_with_its_figures(shop: Shop, tmp_path: Path) -> None:
    shop.finish()
    save(shop.database, tmp_path / "late.zip")
    settings, database = place(tmp_path)
    restored = bring_back(tmp_path / "late.zip", settings, database)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.GOES_ON]
    assert unpacked(database) == unpacked(shop.database)
    assert not any("envelopes" in sentence for sentence in losses(restored, settings))
    database.close()


@pytest.mark.usefixtures("each_database")
def test_a_team_that_was_moved_below_a_younger_one_comes_back(tmp_path: Path) -> None:
    """Its row comes before the row it points to."""
    _settings, database = installation(tmp_path / "old")
    hire(database, [("Elder", None, 1), ("Younger", None, 1)])
    with database.writing() as session:
        younger = session.scalar(select(Team.id).where(Team.name == "Younger"))
        session.execute(update(Team).where(Team.name == "Elder").values(parent_id=younger))
    save(database, tmp_path / "tree.zip")
    new_settings, new = place(tmp_path)
    bring_back(tmp_path / "tree.zip", new_settings, new)
    assert unpacked(new) == unpacked(database)
    for each in (database, new):
        each.close()


def test_an_installation_that_holds_anything_is_left_alone(shop: Shop, saved: Path, tmp_path: Path) -> None:
    before = unpacked(shop.database)
    with pytest.raises(RefusalError, match="not empty; restore into a new ASSESS_DATA_DIR or a new database"):
        bring_back(saved, shop.settings, shop.database)
    assert unpacked(shop.database) == before
    settings, database = installation(tmp_path / "one-team")
    hire(database, [("Lantern", None, 0)])
    with pytest.raises(RefusalError, match="not empty"):
        bring_back(saved, settings, database)
    database.close()


def test_a_fresh_installation_counts_as_empty(saved: Path, shop: Shop, tmp_path: Path) -> None:
    settings, database = place(tmp_path, shop.settings.key_dir)
    upgrade(database)
    bring_back(saved, settings, database)
    assert unpacked(database) == unpacked(shop.database)
    database.close()


# What becomes of a running cycle


def state_of(database: Database) -> tuple[State, bool | None]:
    with database.reading() as session:
        cycle = session.scalar(select(Cycle).where(Cycle.quarter == QUARTER))
        assert cycle is not None
        return State(cycle.state), cycle.running


def is_over(settings: Settings, database: Database, shop: Shop) -> bool:
    """Aborted, no envelope, no key, a tombstone, and no link that leads to a form."""
    keys = CycleKeys(settings.key_dir, shop_cycle(database).id)
    new = Shop(settings, database, shop.codes)
    with pytest.raises((CycleClosedError, UnknownCodeError)):
        new.answer(shop.codes["Ads"][0])
    return (
        state_of(database) == (State.ABORTED, None)
        and new.count(Envelope) == 0
        and keys.is_closed
        and not keys.holds(LINK)
        and not keys.holds(OPENING)
    )


def shop_cycle(database: Database) -> Cycle:
    with database.reading() as session:
        return session.scalars(select(Cycle).where(Cycle.quarter == QUARTER)).one()


def test_a_cycle_that_has_closed_since_is_never_opened_again(shop: Shop, saved: Path, tmp_path: Path) -> None:
    """The key directory tells: closing left its tombstone there."""
    shop.close()
    settings, database = place(tmp_path, shop.settings.key_dir)
    restored = bring_back(saved, settings, database)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.HAS_CLOSED]
    assert is_over(settings, database, shop)
    assert any("a closed survey is never opened again" in sentence for sentence in losses(restored, settings))
    database.close()


def test_old_keys_do_not_open_it_again_either(shop: Shop, saved: Path, tmp_path: Path) -> None:
    copies = copy_keys(shop.settings)
    shop.close()
    settings, database = place(tmp_path, shop.settings.key_dir)
    bring_back(saved, settings, database, copies, closed_since=False)
    assert is_over(settings, database, shop)
    database.close()


def test_where_the_key_directory_is_lost_somebody_is_asked_and_yes_ends_it(
    shop: Shop, saved: Path, tmp_path: Path
) -> None:
    copies = copy_keys(shop.settings)
    settings, database = place(tmp_path)
    with pytest.raises(AssertionError, match="asked about 2026Q4"):
        bring_back(saved, settings, database, copies)
    restored = bring_back(saved, settings, database, copies, closed_since=True)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.HAS_CLOSED]
    assert is_over(settings, database, shop)
    database.close()


def test_where_the_key_of_the_links_survived_nobody_is_asked(shop: Shop, saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path, shop.settings.key_dir)
    restored = bring_back(saved, settings, database)
    assert [(cycle.fate, cycle.has_link_key) for cycle in restored.cycles] == [(Fate.GOES_ON, True)]
    assert honour_tombstones(database, settings) == ()
    database.close()


def test_a_confidential_cycle_without_its_key_ends_because_nobody_can_open_it(
    shop: Shop, saved: Path, tmp_path: Path
) -> None:
    settings, database = place(tmp_path)
    restored = bring_back(saved, settings, database, closed_since=False)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.NOBODY_CAN_OPEN]
    assert is_over(settings, database, shop)
    database.close()


@pytest.mark.usefixtures("each_database")
def test_an_anonymous_cycle_without_its_key_loses_its_reminders_and_nothing_else(tmp_path: Path) -> None:
    holders = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Hanna", "Hu")}
    shop = open_shop(tmp_path / "shop", holders=holders)
    shop.everybody_answers("Ads")
    save(shop.database, tmp_path / "saved.zip")
    settings, database = place(tmp_path)
    restored = bring_back(tmp_path / "saved.zip", settings, database, closed_since=False)
    assert [(cycle.fate, cycle.has_link_key) for cycle in restored.cycles] == [(Fate.GOES_ON, False)]
    new = Shop(settings, database, shop.codes)
    new.answer(shop.codes["Ads"][0], rating=1)
    assert new.count(Envelope) == 8
    assert new.close() == State.SEALED
    said = list(losses(restored, settings))
    assert any("links already sent work, but nobody can be reminded" in sentence for sentence in said)
    for each in (database, shop.database):
        each.close()


@pytest.mark.parametrize("steps", ["closed", "opened"])
def test_a_cycle_whose_answers_had_been_shuffled_ends_because_they_are_in_no_backup(
    shop: Shop, tmp_path: Path, steps: str
) -> None:
    shop.close()
    if steps == "opened":
        shop.open()
    save(shop.database, tmp_path / "late.zip")
    settings, database = place(tmp_path, shop.settings.key_dir)
    restored = bring_back(tmp_path / "late.zip", settings, database)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.ANSWERS_LEFT_OUT]
    assert is_over(settings, database, shop)
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    database.close()


def test_a_backup_between_two_steps_of_closing_goes_on_or_ends_as_its_envelopes_are_there_or_not(
    shop: Shop, tmp_path: Path
) -> None:
    stop_accepting(shop.database, shop.settings, QUARTER, now=CLOSES)
    save(shop.database, tmp_path / "before.zip")
    shuffle_envelopes(shop.database, QUARTER)
    save(shop.database, tmp_path / "after.zip")
    settings, database = place(tmp_path / "one", shop.settings.key_dir)
    assert [c.fate for c in bring_back(tmp_path / "before.zip", settings, database).cycles] == [Fate.GOES_ON]
    new = Shop(settings, database, shop.codes)
    new.finish()
    assert new.cycle().state == State.PUBLISHED
    database.close()
    settings, database = place(tmp_path / "two")
    restored = bring_back(tmp_path / "after.zip", settings, database)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.ANSWERS_LEFT_OUT]
    database.close()


@pytest.mark.usefixtures("each_database")
def test_a_planned_cycle_that_has_come_and_gone_since_is_not_planned_any_more(tmp_path: Path) -> None:
    settings, database = installation(tmp_path / "old")
    hire(database, LANTERN)
    cycle_id = create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    save(database, tmp_path / "planned.zip")
    CycleKeys(settings.key_dir, cycle_id).mark_closed()
    new_settings, new = place(tmp_path, settings.key_dir)
    restored = bring_back(tmp_path / "planned.zip", new_settings, new)
    assert [cycle.fate for cycle in restored.cycles] == [Fate.HAS_CLOSED]
    assert state_of(new) == (State.ABORTED, None)
    for each in (database, new):
        each.close()


def test_the_number_of_envelopes_is_said_in_tens_like_everywhere(shop: Shop, saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path, shop.settings.key_dir)
    said = " ".join(losses(bring_back(saved, settings, database), settings))
    assert "goes on with at least 0 envelopes" in said
    assert "those handed in after 25 November 2026, 09:00 are gone" in said
    database.close()


# The secret of the installation


def test_the_secret_comes_back_with_the_keys_and_is_made_anew_without(shop: Shop, saved: Path, tmp_path: Path) -> None:
    make_secret(shop.settings)
    copies = copy_keys(shop.settings)
    settings, database = place(tmp_path / "with")
    bring_back(saved, settings, database, copies, closed_since=False)
    assert application_secret(settings) == application_secret(shop.settings)
    assert secret_file(settings).stat().st_mode & 0o777 == 0o600
    database.close()
    settings, database = place(tmp_path / "without", shop.settings.key_dir)
    bring_back(saved, settings, database)
    assert application_secret(settings) != application_secret(shop.settings)
    database.close()


# Files that are no backups


def rewritten(saved: Path, out: Path, member: str, change: dict[bytes, bytes]) -> Path:
    """Copy a backup with some bytes of one member replaced."""
    with ZipFile(saved) as old, ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            for before, after in change.items() if info.filename == member else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(info.filename, content)
    return out


def test_a_damaged_file_is_refused_before_anything_is_written(saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path)
    changed = rewritten(saved, tmp_path / "changed.zip", "tables/people.jsonl", {b"Ads 0": b"Eve 0"})
    with pytest.raises(InputError, match="damaged: the table people does not match its checksum"):
        bring_back(changed, settings, database)
    for length in (0, 10, 5000, saved.stat().st_size - 1):
        cut = tmp_path / f"cut{length}.zip"
        cut.write_bytes(saved.read_bytes()[:length])
        with pytest.raises(InputError, match="no whole backup of Assess"):
            bring_back(cut, settings, database)
    flipped = bytearray(saved.read_bytes())
    flipped[len(flipped) // 3] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    with pytest.raises(InputError, match=r"no whole backup|damaged"):
        bring_back(tmp_path / "flipped.zip", settings, database)
    with pytest.raises(InputError, match="cannot be read"):
        bring_back(tmp_path / "none.zip", settings, database)
    assert revision_of(database) is None
    assert not settings.key_dir.exists()
    database.close()


def test_a_manifest_of_something_else_is_refused(saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path)
    for number, (before, after) in enumerate([(b"assess/backup/1", b"assess/backup/2"), (b'"tables"', b'"chairs"')]):
        other = rewritten(saved, tmp_path / f"other{number}.zip", "manifest.json", {before: after})
        with pytest.raises(InputError, match="no whole backup of Assess"):
            bring_back(other, settings, database)
    database.close()


def test_a_backup_of_a_newer_version_names_that_version(saved: Path, tmp_path: Path) -> None:
    settings, database = place(tmp_path)
    newest = newest_revision().encode()
    newer = rewritten(saved, tmp_path / "newer.zip", "manifest.json", {b'"revision": "' + newest: b'"revision": "9999'})
    with pytest.raises(InputError, match=r"made by version 0\S+ of Assess, which is newer"):
        bring_back(newer, settings, database)
    database.close()


def test_rows_that_contradict_each_other_leave_nothing_behind(saved: Path, tmp_path: Path, shop: Shop) -> None:
    """Somebody has written a checksum over a row that the database refuses."""
    with Archive(saved) as archive:
        first = json.dumps(next(archive.rows("people")), ensure_ascii=False, separators=(",", ":")).encode()
        old = archive.tables["people"].sha256.encode()
    changed = rewritten(saved, tmp_path / "a.zip", "tables/people.jsonl", {first: first.replace(b'"en"', b'"xx"')})
    with ZipFile(changed) as file:
        new = hashlib.sha256(file.read("tables/people.jsonl")).hexdigest().encode()
    changed = rewritten(changed, tmp_path / "b.zip", "manifest.json", {old: new})
    settings, database = place(tmp_path, shop.settings.key_dir)
    with pytest.raises(InputError, match="contradict each other"):
        bring_back(changed, settings, database)
    bring_back(saved, settings, database)
    assert unpacked(database) == unpacked(shop.database)
    database.close()


# Versions and databases


def save_as_it_is(database: Database, path: Path, revision: str) -> None:
    """Save what tables there are, as the version of that revision did."""
    with path.open("xb") as stream, database.engine.connect() as connection:
        writer = ArchiveWriter(stream)
        tables = reflected(connection).tables
        for name in [name for name in KEPT if name in tables]:
            kinds = tuple(kind_of(column) for column in tables[name].columns)
            lines = (write_row(row, kinds) for row in rows_of(connection, tables[name]))
            writer.add(name, tables[name].columns.keys(), lines)
        writer.finish({"assess": "0.0.9", "revision": revision, "made_at": "2026-11-25T01:00:00Z"})


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_a_backup_of_an_older_version_is_brought_up_to_date(revision: str, tmp_path: Path) -> None:
    shop = open_shop(tmp_path / "shop")
    shop.everybody_answers("Ads")
    downgrade(shop.database, revision)
    save_as_it_is(shop.database, tmp_path / "old.zip", revision)
    upgrade(shop.database)
    settings, database = place(tmp_path, shop.settings.key_dir)
    bring_back(tmp_path / "old.zip", settings, database)
    assert revision_of(database) == newest_revision()
    assert unpacked(database) == unpacked(shop.database)
    assert Shop(settings, database, shop.codes).count(Envelope) == 8
    for each in (database, shop.database):
        each.close()


def test_an_installation_moves_to_postgresql_and_goes_on_there(shop: Shop, saved: Path, tmp_path: Path) -> None:
    with postgres_database() as url:
        settings, database = empty_place(tmp_path / "bigger", key_dir=shop.settings.key_dir, url=url)
        bring_back(saved, settings, database)
        assert unpacked(database) == unpacked(shop.database)
        hire(database, [("Newcomers", None, 2)])
        new = Shop(settings, database, shop.codes)
        new.answer(shop.codes["Ads"][0], rating=1)
        assert (new.count(Envelope), new.count(Person)) == (8, 23)
        save(database, tmp_path / "back.zip")
        back_settings, back = empty_place(tmp_path / "back", key_dir=shop.settings.key_dir)
        bring_back(tmp_path / "back.zip", back_settings, back)
        assert unpacked(back) == unpacked(database)
        hire(back, [("More newcomers", None, 1)])
        with back.reading() as session:
            assert find_cycle(session, QUARTER).state == State.OPEN
        for each in (database, back):
            each.close()

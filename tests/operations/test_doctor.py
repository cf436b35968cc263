"""The doctor finds each fault, says what it means, and changes nothing."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text, update

from assess.accounts.secret import make_secret, secret_file
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.migrations import downgrade, upgrade
from assess.operations.backup import Saved, note_backup
from assess.operations.doctor import machine
from assess.operations.doctor.chosen import examine_chosen
from assess.operations.doctor.cycles import examine_cycles
from assess.operations.doctor.database import examine_database
from assess.operations.doctor.examination import examine
from assess.operations.doctor.finding import Finding, Grade
from assess.operations.doctor.keys import examine_key_directory, examine_keys, examine_secret
from assess.operations.doctor.mail import examine_mail
from assess.organisation.choosing import choose
from assess.surveys.envelopes.closing import stop_accepting
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.models import Cycle
from tests.databases.stores import Store
from tests.messages.cast import mail_to
from tests.messages.scripted_server import ScriptedServer
from tests.operations.databases import postgres_database
from tests.operations.saving import empty_place
from tests.surveys.shop import CLOSES, DURING, QUARTER, Shop, open_shop

DAY = timedelta(days=1)


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    make_secret(shop.settings)
    shop.settings.key_dir.chmod(0o700)
    shop.everybody_answers("Ads")
    yield shop
    shop.database.close()


def all_of(shop: Shop, *, now: datetime = DURING, settings: Settings | None = None) -> list[Finding]:
    return list(examine(settings or shop.settings, now=now, url=None, logs=()))


def faults(findings: Iterable[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.grade == Grade.WRONG]


def only_fault(findings: Iterable[Finding]) -> Finding:
    (fault,) = [finding for finding in findings if finding.grade == Grade.WRONG]
    assert fault.why
    return fault


def test_a_healthy_installation_in_mid_cycle_has_no_fault_and_stays_as_it_is(shop: Shop) -> None:
    before = {path: path.read_bytes() for path in files(shop)}
    assert faults(all_of(shop)) == []
    assert {path: path.read_bytes() for path in files(shop)} == before


def files(shop: Shop) -> list[Path]:
    """All of them but SQLite's index of its log, where readers take their marks."""
    found = (path for folder in (shop.settings.data_dir, shop.settings.key_dir) for path in folder.rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix != ".sqlite-shm")


@pytest.mark.parametrize("step", ["closed", "opened", "published"])
def test_a_healthy_installation_has_no_fault_at_any_step(shop: Shop, step: str) -> None:
    shop.close()
    shop.open()
    if step == "published":
        shop.publish()
    assert faults(all_of(shop, now=CLOSES)) == []


@pytest.mark.usefixtures("each_database")
def test_every_fault_says_why_it_matters(tmp_path: Path) -> None:
    settings, _database = empty_place(tmp_path / "none")
    for finding in examine(settings, now=DURING, url=None, logs=()):
        assert finding.grade != Grade.WRONG or finding.why


# The database


@pytest.mark.usefixtures("each_database")
def test_an_installation_that_is_not_there_is_not_created_by_looking(tmp_path: Path) -> None:
    settings = replace(empty_place(tmp_path)[0], data_dir=tmp_path / "x", database_url=f"sqlite:///{tmp_path}/x/a.db")
    assert any(
        "There is no installation in" in what for what in faults(examine(settings, now=DURING, url=None, logs=()))
    )
    assert not (tmp_path / "x").exists()


def test_a_server_that_does_not_answer_is_named_without_its_password(shop: Shop) -> None:
    url = "postgresql+psycopg://somebody:hunter2hunter2@127.0.0.1:9/assess"
    findings = all_of(shop, settings=replace(shop.settings, database_url=url))
    fault = only_fault(findings)
    assert fault.what.startswith("The database does not answer: ")
    assert "hunter2" not in " ".join(f.what + f.why + f.remedy for f in findings)


@pytest.mark.parametrize("url", ["nonsense", "oracle+nothing://x/y"])
def test_an_address_that_is_none_is_a_fault_and_no_crash(shop: Shop, url: str) -> None:
    findings = all_of(shop, settings=replace(shop.settings, database_url=url))
    assert any("ASSESS_DATABASE_URL cannot be used" in what for what in faults(findings))


def test_a_file_that_is_no_database_is_a_fault_and_no_crash(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "garbage.sqlite").write_bytes(b"this is a diary and no database " * 1000)
    settings = replace(shop.settings, database_url=f"sqlite:///{tmp_path / 'garbage.sqlite'}")
    assert any("The database does not answer" in what for what in faults(all_of(shop, settings=settings)))


def test_tables_of_another_version_are_named(shop: Shop) -> None:
    downgrade(shop.database, "0003")
    fault = only_fault(all_of(shop))
    assert fault.what.startswith("The tables are at version 0003 and not at ")
    assert fault.remedy.endswith("assess init")
    upgrade(shop.database)


@pytest.mark.only_on("sqlite", "only SQLite has pragmas; PostgreSQL's settings are below")
@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "secure_delete=FAST", "temp_store=FILE", "foreign_keys=OFF"])
def test_a_weaker_sqlite_is_a_fault(shop: Shop, pragma: str) -> None:
    with shop.database.engine.connect() as connection:
        connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
    with shop.database.reading() as session:
        fault = only_fault(examine_database(session))
    assert f"SQLite runs with {pragma.partition('=')[0]}=" in fault.what
    shop.database.close()


@pytest.mark.only_on("sqlite", "the files of PostgreSQL are its server's")
def test_a_damaged_file_is_found(shop: Shop) -> None:
    with shop.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shop.database.close()
    path = Path(str(shop.database.url.database))
    content = bytearray(path.read_bytes())
    size = 4096
    for start in range(8 * size, len(content), size):
        content[start : start + 60] = bytes(60)
    path.write_bytes(content)
    said = faults(all_of(shop))
    assert any("damaged" in what or "does not answer" in what for what in said)


@pytest.fixture
def on_postgres() -> Iterator[Database]:
    with postgres_database() as url:
        database = Database(url)
        upgrade(database)
        yield database
        database.close()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("synchronous_commit", "off", "could be lost"),
        ("log_statement", "mod", "when each envelope arrived"),
        ("log_statement", "all", "when each envelope arrived"),
        ("log_min_duration_statement", "0", "when each envelope arrived"),
        ("log_transaction_sample_rate", "0.5", "when each envelope arrived"),
    ],
)
def test_a_weaker_postgresql_is_a_fault(on_postgres: Database, name: str, value: str, why: str) -> None:
    with on_postgres.reading() as session:
        session.execute(text(f"SET {name} = '{value}'"))
        fault = only_fault(examine_database(session))
    assert fault.what.startswith(f"PostgreSQL runs with {name} = {value}")
    assert why in fault.why
    assert f"Set {name} = " in fault.remedy


def test_a_postgresql_with_its_defaults_is_healthy(on_postgres: Database, tmp_path: Path) -> None:
    settings, _database = empty_place(tmp_path, url=on_postgres.url.render_as_string(hide_password=False))
    make_all(settings)
    said = list(examine(settings, now=DURING, url=None, logs=()))
    assert faults(said) == []
    assert any("notes no times of answering" in finding.what for finding in said)


def make_all(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.key_dir.mkdir(mode=0o700, exist_ok=True)
    make_secret(settings)


# Keys and secret


def test_keys_that_others_can_read_are_a_fault_each(shop: Shop) -> None:
    (key,) = shop.settings.key_dir.rglob(LINK)
    for place, mode in ((shop.settings.key_dir, 0o755), (key.parent, 0o750), (key, 0o644)):
        old = place.stat().st_mode
        place.chmod(mode)
        fault = only_fault(examine_key_directory(shop.settings))
        assert fault.what == f"Other users of this machine can get at {place} (mode 0{mode:o})."
        assert fault.remedy == f"Run: chmod {700 if place.is_dir() else 600} {place}"
        place.chmod(old)


def test_keys_beside_the_data_are_a_fault_also_behind_a_link(shop: Shop, tmp_path: Path) -> None:
    inside = shop.settings.data_dir / "keys"
    shutil.copytree(shop.settings.key_dir, inside)
    (tmp_path / "link").symlink_to(inside)
    for place in (inside, tmp_path / "link", tmp_path):
        settings = replace(shop.settings, key_dir=place)
        assert any("lie in one folder" in what for what in faults(examine_key_directory(settings))), place
    if shop.database.is_sqlite:
        beside_the_file = replace(shop.settings, data_dir=tmp_path / "other", key_dir=inside)
        assert any("lie in one folder" in what for what in faults(examine_key_directory(beside_the_file)))


def test_keys_that_should_be_destroyed_are_a_fault(shop: Shop) -> None:
    keys = CycleKeys(shop.settings.key_dir, shop.cycle().id)
    copies = {name: keys.copy_of(name) for name in (LINK, OPENING)}
    shop.finish()
    for name, content in copies.items():
        keys.put_back(name, content)
        with shop.database.reading() as session:
            fault = only_fault(examine_keys(session, shop.settings))
        assert fault.what == f"{keys.folder / name} is still there although {QUARTER} has closed."
        keys.destroy(name)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [(LINK, "The key of the links of 2026Q4 is missing."), (OPENING, "The key that opens the envelopes of 2026Q4")],
)
def test_a_key_that_is_missing_is_a_fault(shop: Shop, name: str, sentence: str) -> None:
    CycleKeys(shop.settings.key_dir, shop.cycle().id).destroy(name)
    assert only_fault(all_of(shop)).what.startswith(sentence)


@pytest.mark.only_on("sqlite", "with PostgreSQL there may be several machines, as in its second half")
def test_a_key_directory_that_is_missing_is_a_fault_on_the_only_machine_and_none_on_a_web_host(
    shop: Shop, on_postgres: Database
) -> None:
    nowhere = replace(shop.settings, key_dir=shop.settings.key_dir / "not" / "here")
    assert only_fault(examine_key_directory(nowhere)).what.startswith("There is no key directory")
    web_host = replace(nowhere, database_url=on_postgres.url.render_as_string(hide_password=False))
    assert [finding.grade for finding in examine_key_directory(web_host)] == [Grade.NOTE]


def test_a_secret_that_is_missing_short_or_open_to_others_is_a_fault(shop: Shop) -> None:
    secret_file(shop.settings).chmod(0o640)
    assert "can be read by other users" in only_fault(examine_secret(shop.settings)).what
    secret_file(shop.settings).unlink()
    assert "is missing" in only_fault(examine_secret(shop.settings)).what
    assert "too easy to guess" in only_fault(examine_secret(replace(shop.settings, secret_key="short"))).what


# The machine


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


@pytest.mark.only_on("sqlite", "the disk of a PostgreSQL server may be another machine's")
def test_a_disk_that_is_too_small_for_the_survey_is_a_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = 4 * 8500 * 21
    for free, healthy in ((needed - 1, False), (needed, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: Usage(0, 0, free))
        with shop.database.reading() as session:
            found = faults(machine.examine_disk(session, shop.settings))
        assert found == ([] if healthy else ["0 MB are free; a survey of 21 people may need 1 MB."])


@pytest.mark.only_on("sqlite", "the disk of a PostgreSQL server may be another machine's")
def test_the_roster_counts_before_a_cycle_is_open(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.finish()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, 0))
    with shop.database.reading() as session:
        assert "a survey of 21 people" in only_fault(machine.examine_disk(session, shop.settings)).what


def test_another_time_zone_than_the_contract_is_a_fault(shop: Shop) -> None:
    fault = only_fault(all_of(shop, settings=replace(shop.settings, time_zone="Europe/Berlin")))
    assert (
        fault.what == "The contract of 2026Q4 counts in Asia/Shanghai, but the time zone that is set is Europe/Berlin."
    )
    assert fault.remedy.startswith("Until it is published, set Asia/Shanghai again:")


def test_a_clock_that_went_back_is_a_fault_and_a_minute_is_not(shop: Shop) -> None:
    mark = shop.cycle().clock_mark
    assert mark is not None
    assert faults(all_of(shop, now=mark - timedelta(minutes=1))) == []
    fault = only_fault(all_of(shop, now=mark - DAY))
    assert fault.what.startswith(
        "The clock says 21 November 2026, 09:00, but a cycle has already seen 22 November 2026"
    )


def test_missing_libraries_and_fonts_are_a_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_html: str) -> bytes:
        raise RefusalError("The libraries that draw PDF files are missing.")

    monkeypatch.setattr(machine, "render_pdf", fails)
    assert only_fault(machine.examine_drawing()).what == "The libraries that draw PDF files are missing."
    monkeypatch.setattr(machine, "render_pdf", lambda _html: b"%PDF-")
    monkeypatch.setattr(machine, "printable", lambda _text: "□")
    assert "cannot draw Chinese" in only_fault(machine.examine_drawing()).what


def test_an_old_backup_is_a_fault_and_an_unknown_one_a_note(shop: Shop) -> None:
    assert [f.grade for f in machine.examine_backup(shop.settings, now=DURING)] == [Grade.NOTE]
    note_backup(shop.settings, Saved("00", None), now=DURING)
    assert faults(machine.examine_backup(shop.settings, now=DURING + 7 * DAY)) == []
    assert faults(machine.examine_backup(shop.settings, now=DURING + 8 * DAY)) == ["The last backup is 8 days old."]


@pytest.mark.parametrize(
    ("address", "grade"),
    [
        ("https://health.lantern.example", Grade.FINE),
        ("http://127.0.0.1:8765", Grade.NOTE),
        ("http://health.lantern.example", Grade.WRONG),
        ("http://10.0.0.7:8765", Grade.WRONG),
    ],
)
def test_an_address_without_https_is_only_for_trying_on_this_machine(shop: Shop, address: str, grade: Grade) -> None:
    (finding,) = machine.examine_address(replace(shop.settings, base_url=address))
    assert finding.grade == grade


# Cycles that wait


def waiting(shop: Shop, now: datetime) -> Finding:
    with shop.database.reading() as session:
        (finding,) = examine_cycles(session, shop.settings, now=now)
    return finding


def test_each_step_that_waits_is_named_with_the_command_that_goes_on(shop: Shop) -> None:
    assert waiting(shop, DURING).grade == Grade.FINE
    late = waiting(shop, CLOSES)
    assert (late.grade, late.remedy) == (Grade.WRONG, "Run: assess cycle close 2026Q4")
    assert "has passed its closing time" in late.what
    stop_accepting(shop.database, shop.settings, QUARTER, now=CLOSES)
    half = waiting(shop, CLOSES)
    assert (half.grade, half.remedy) == (Grade.WRONG, "Run: assess cycle close 2026Q4")
    assert "has begun and is not finished" in half.what
    shop.close()
    assert waiting(shop, CLOSES).grade == Grade.WRONG
    shop.open()
    opened = waiting(shop, CLOSES)
    assert (opened.grade, opened.remedy) == (Grade.NOTE, "Run: assess cycle publish 2026Q4")
    shop.publish()
    assert waiting(shop, CLOSES).grade == Grade.FINE


def test_a_sealed_cycle_waits_for_a_holder_for_thirty_days_and_no_longer(shop: Shop) -> None:
    shop.close()
    with shop.database.writing() as session:
        session.execute(update(Cycle).values(level="anonymous"))
    patient = waiting(shop, CLOSES + 29 * DAY)
    assert patient.grade == Grade.NOTE
    assert patient.why == "What is not opened by 3 January 2027 is destroyed."
    late = waiting(shop, CLOSES + 30 * DAY)
    assert late.grade == Grade.WRONG
    assert late.what == "Nobody opened 2026Q4 within 30 days of closing."


def test_it_says_what_administrators_have_set_and_what_comes_first(shop: Shop) -> None:
    with shop.database.reading() as session:
        assert [f.what for f in examine_chosen(session, shop.settings)] == [
            "Settings made by administrators: 0, all in force."
        ]
    choose(shop.database, shop.settings, {"organisation": "Lamp", "contact": "hr@lamp.example"})
    assert "Settings made by administrators: 2, all in force." in [finding.what for finding in all_of(shop)]
    fixed = replace(shop.settings, fixed=frozenset({"organisation"}))
    told = [finding for finding in all_of(shop, settings=fixed) if "settings page" in finding.what]
    assert [(f.grade, f.what) for f in told] == [
        (Grade.NOTE, "“Lamp” was set on the settings page, but ASSESS_ORGANISATION comes first.")
    ]
    choose(shop.database, shop.settings, {"time_zone": "Europe/Berlin"})
    with shop.database.writing() as session:
        session.execute(text("UPDATE chosen_settings SET time_zone = 'Gone/Zone'"))
    assert only_fault(all_of(shop)).what.startswith("“Gone/Zone” was set on the settings page instead of")


def test_it_reaches_the_mail_server_and_sends_nothing(shop: Shop) -> None:
    (silent,) = examine_mail(shop.settings)
    assert (silent.grade, silent.what) == (
        Grade.NOTE,
        "No mail server is set up, so no mail is queued or sent; set ASSESS_SMTP_HOST.",
    )
    with ScriptedServer() as server:
        (found,) = examine_mail(replace(shop.settings, mail=mail_to(server.port)))
        assert found.what == f"The mail server 127.0.0.1:{server.port} answers; no sign-in is set."
        assert server.taken == []
        user = replace(mail_to(server.port), user="assess", password="wrong")
        (fault,) = examine_mail(replace(shop.settings, mail=user))
        assert fault.grade == Grade.WRONG
        assert "wrong" not in f"{fault.what}{fault.why}{fault.remedy}"
        port = server.port
    (gone,) = examine_mail(replace(shop.settings, mail=mail_to(port)))
    assert gone.grade == Grade.WRONG
    assert gone.what.startswith(f"The mail server 127.0.0.1:{port} takes nothing now: ")

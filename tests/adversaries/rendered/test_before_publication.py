"""D10: before publication no command, no function and no page gives a figure to anybody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from assess.cli import cycle as cycle_commands
from assess.cli import main
from assess.errors import RefusalError
from assess.releases.store import read_frozen
from assess.reports.cycle_reports import reported_cycle, write_cycle_reports
from assess.surveys.cycles import cycle_status
from assess.surveys.models import State
from assess.surveys.publishing import freeze_result
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, OPENS, QUARTER, Shop, open_shop

EARLY = OPENS + timedelta(days=1)
LATE = CLOSES - timedelta(hours=2)
ADS, BOX, CARE = 8, 6, 3
STAGES = ("open", "half-time", "sealed", "opened", "scored")


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands believe it is this moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz or UTC)

    monkeypatch.setattr(cycle_commands, "datetime", Clock)


@pytest.fixture
def shop(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name, value in {
        "ASSESS_DATA_DIR": str(tmp_path / "data"),
        "ASSESS_KEY_DIR": str(tmp_path / "keys"),
        "ASSESS_LANGUAGE": "en",
        "ASSESS_ORGANISATION": "Lantern",
        "ASSESS_TIME_ZONE": "Asia/Shanghai",
    }.items():
        monkeypatch.setenv(name, value)
    shop = open_shop(tmp_path)
    monkeypatch.setenv("ASSESS_DATABASE_URL", shop.url)
    for group, count in {"Ads": ADS, "Box": BOX, "Care": CARE}.items():
        for code in shop.codes[group][:count]:
            shop.answer(code, 4)
    yield shop
    shop.database.close()


def bring(shop: Shop, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring the cycle to a stage before publication."""
    at({"open": EARLY, "half-time": LATE}.get(stage, CLOSES), monkeypatch)
    if stage in {"sealed", "opened", "scored"}:
        shop.close()
    if stage in {"opened", "scored"}:
        shop.open()
    if stage == "scored":
        freeze_result(shop.database, QUARTER, now=CLOSES)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def figures(text: str) -> set[int]:
    """List the numbers of an output that are neither the quarter nor a moment."""
    text = re.sub(r"20\d\dQ\d|20\d\d Q\d|\b\d{1,2} \w+ 20\d\d|20\d\d-\d\d-\d\d|\d\d?:\d\d|UTC[+-]\d+|/[^ ]*", " ", text)
    return {int(number) for number in re.findall(r"\d+", text)}


@pytest.mark.parametrize("stage", STAGES)
def test_no_report_leaves_before_publication(
    shop: Shop, stage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, stage, monkeypatch)
    out = tmp_path / "reports"
    with shop.database.reading() as session, pytest.raises(RefusalError, match="not published yet"):
        reported_cycle(session, QUARTER)
    with pytest.raises(RefusalError, match="not published yet"):
        list(write_cycle_reports(shop.database, QUARTER, out, "en"))
    assert run("cycle", "report", QUARTER, "--out", out) != 0
    assert run("cycle", "report", QUARTER, "--out", out, "--organisation") != 0
    said = capsys.readouterr()
    assert figures(said.out + said.err) == set()
    assert not out.exists()


@pytest.mark.parametrize("stage", ["open", "half-time", "sealed"])
def test_publishing_too_early_writes_nothing(
    shop: Shop, stage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, stage, monkeypatch)
    assert run("cycle", "publish", QUARTER, "--out", tmp_path / "reports") != 0
    said = capsys.readouterr()
    assert figures(said.out + said.err) == set()
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("stage", STAGES)
def test_the_status_counts_the_invited_and_from_half_time_on_tens_of_envelopes(
    shop: Shop, stage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, stage, monkeypatch)
    assert run("cycle", "status", QUARTER) == 0
    said = capsys.readouterr().out
    invited = {8, 7, 6, 21}
    assert figures(said) == invited | ({10} if stage == "half-time" else set())
    assert ("enough reached: not yet" in said) == (stage == "half-time")


def test_the_figure_of_the_day_does_not_move_with_an_envelope(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, "half-time", monkeypatch)
    outputs = []
    for code in (None, *shop.codes["Care"][CARE:], shop.codes["Box"][BOX]):
        if code is not None:
            shop.answer(code, 5, now=LATE)
        assert run("cycle", "status", QUARTER) == 0
        outputs.append(capsys.readouterr().out)
    assert len(set(outputs)) == 1
    assert len(outputs) == 5


@pytest.mark.parametrize("stage", ["open", "sealed", "opened", "scored"])
def test_the_status_is_the_same_whoever_answered_what(
    shop: Shop, stage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = open_shop(tmp_path / "other")
    for code in [*other.codes["Ads"], *other.codes["Box"]]:
        other.answer(code, 1)
    moment = EARLY if stage == "open" else CLOSES
    for each in (shop, other):
        bring(each, stage, monkeypatch)
    seen, unseen = (cycle_status(each.database, QUARTER, now=moment) for each in (shop, other))
    assert seen == unseen
    other.database.close()


def test_no_frozen_document_can_be_read_before_scoring(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(shop, "opened", monkeypatch)
    assert shop.cycle().state == State.OPENED
    for kind in ("result", "comments", "statistics"):
        with shop.database.reading() as session, pytest.raises(RefusalError):
            read_frozen(session, cycle_id=shop.cycle().id, kind=kind)


def test_no_frozen_document_can_be_read_before_publication(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(shop, "scored", monkeypatch)
    with shop.database.reading() as session, pytest.raises(RefusalError):
        read_frozen(session, cycle_id=shop.cycle().id)


def test_after_publication_the_same_commands_speak(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, "opened", monkeypatch)
    assert run("cycle", "publish", QUARTER) == 0
    with shop.database.reading() as session:
        assert reported_cycle(session, QUARTER).cycle.organisation.displayed()["n"] == ADS + BOX + CARE
    written = list(write_cycle_reports(shop.database, QUARTER, tmp_path / "reports", "en", only={"Care"}))
    assert [report.path.name for report in written] == ["2026-Q4_care_team-health_en.pdf"]
    assert "Published" in capsys.readouterr().out

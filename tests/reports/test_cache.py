"""Drawn reports are kept whole, under everything that decides their bytes, in a folder that stays small."""

import os
import time
from dataclasses import fields, replace
from pathlib import Path

import pytest

from assess.releases.what_worked import WhatWorked
from assess.reports import drawn_reports
from assess.reports.cache import KEPT_SECONDS, ReportCache
from assess.reports.drawn_reports import drawn_report, report_key
from assess.reports.present.pages import ReportSource
from assess.reports.provenance import ORGANISATION_REPORT
from assess.reports.team_reports import ReportedCycle
from assess.reports.whole_files import remove_abandoned, write_whole
from tests.reports import shop
from tests.reports.opened import entry, register, shown

KEY = "ab" * 32


@pytest.fixture
def cache(tmp_path: Path) -> ReportCache:
    return ReportCache(tmp_path / "reports")


def files(cache: ReportCache) -> list[Path]:
    return sorted(path for path in cache.folder.rglob("*") if path.is_file())


def test_what_was_put_comes_back(cache: ReportCache) -> None:
    assert cache.get(KEY) is None
    cache.put(KEY, b"%PDF-1.7 whole")
    assert cache.get(KEY) == b"%PDF-1.7 whole"
    assert ReportCache(cache.folder).get(KEY) == b"%PDF-1.7 whole"


@pytest.mark.parametrize("damage", [b"", b"short", b"0" * 32 + b"%PDF-1.7 whole", b"0" * 500])
def test_what_rots_on_the_disk_is_never_served(cache: ReportCache, damage: bytes) -> None:
    cache.put(KEY, b"%PDF-1.7 whole")
    (path,) = files(cache)
    path.write_bytes(damage)
    assert cache.get(KEY) is None
    assert files(cache) == []


def test_a_key_names_no_other_folder(cache: ReportCache) -> None:
    for key in ("../../etc/passwd", "/abs", "", "a.b"):
        with pytest.raises(ValueError, match="a key is a hash"):
            cache.get(key)


def test_the_folder_stays_small_and_the_oldest_goes_first(cache: ReportCache) -> None:
    cache.most_bytes = 10_000
    for number in range(40):
        cache.put(f"{number:064}", bytes(968))
        cache.get(f"{0:064}")  # somebody reads the first one all the time
    total = sum(path.stat().st_size for path in files(cache))
    assert total <= cache.most_bytes + cache.most_bytes // 16
    assert cache.get(f"{0:064}") is not None
    assert cache.get(f"{39:064}") is not None
    assert cache.get(f"{1:064}") is None


def test_what_was_drawn_long_ago_goes_however_often_it_is_read(cache: ReportCache) -> None:
    cache.put(KEY, b"old")
    cache.put("cd" * 32, b"younger")
    for path, age in zip(files(cache), (KEPT_SECONDS + 60, KEPT_SECONDS - 60), strict=True):
        os.utime(path, (time.time(), time.time() - age))
    assert (cache.get(KEY), cache.get("cd" * 32)) == (b"old", b"younger")
    cache.trim()
    assert (cache.get(KEY), cache.get("cd" * 32)) == (None, b"younger")


def test_nothing_is_left_where_everything_must_go(cache: ReportCache) -> None:
    cache.put(KEY, b"a report")
    batch = cache.folder / "batches" / "2025Q1_en" / "all.zip"
    batch.parent.mkdir(parents=True)
    batch.write_bytes(b"a zip")
    cache.empty()
    assert files(cache) == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = ReportCache(tmp_path / "file")
    cache.put(KEY, b"content")
    assert cache.get(KEY) is None


def test_a_writer_that_was_killed_leaves_nothing_for_good_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    dead = tmp_path / f".{'0' * 32}.part"
    dead.write_bytes(b"half")

    def while_writing(stream: object) -> None:
        assert len(list(tmp_path.glob(".*.part"))) == 2
        remove_abandoned(tmp_path)
        assert [path for path in tmp_path.glob(".*.part") if path != dead] != []

    write_whole(tmp_path / "whole", while_writing)
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def failing(stream: object) -> None:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        write_whole(path, failing)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_is_drawn_once(cache: ReportCache, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def draw(reported: ReportedCycle, team: object, *, language: str) -> bytes:
        drawn.append(language)
        return language.encode()

    monkeypatch.setattr(drawn_reports, "team_report_pdf", draw)
    team = entry(shop.team(shop.OPERATIONS))
    for language in ("en", "zh", "en", "zh"):
        assert drawn_report(shop.reported(), team, language=language, cache=cache) == language.encode()
    assert drawn == ["en", "zh"]


def test_the_key_holds_everything_that_decides_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    reported, team = shop.told()[0], entry(shop.team(shop.OPERATIONS))
    source = reported.source
    keys = [report_key(reported, team, language="en"), report_key(reported, team, language="zh")]
    keys += [report_key(reported, entry(shop.team(shop.SERVICE)), language="en")]
    for changed in (
        replace(source, document_sha256="0" * 64),
        replace(source, earlier_sha256=(("2025Q1", "0" * 64),)),
        replace(source, organisation="Other"),
        replace(source, command="assess report other.csv"),
        replace(source, minimum=4),
    ):
        keys.append(report_key(replace(reported, source=changed), team, language="en"))
    keys.append(report_key(replace(reported, cycle=replace(reported.cycle, comments={})), team, language="en"))
    keys.append(report_key(replace(reported, cycle=register(shop.document()["cycles"][0])), team, language="en"))
    assert keys[-1] == keys[-2], "figures are covered by the checksum of their document, comments by themselves"
    monkeypatch.setattr(drawn_reports, "renderer_fingerprint", lambda: "another renderer")
    keys[-1] = report_key(reported, team, language="en")
    assert len(set(keys)) == len(keys)
    assert keys[0] == report_key(reported, team, language="en") or keys[-1] == report_key(reported, team, language="en")


def test_the_organisation_report_has_a_key_of_its_own_that_covers_the_track_record() -> None:
    reported = shop.told()[0]
    known = replace(reported, record=WhatWorked(actions=shown(3)))
    keys = [
        report_key(each, None, language=language, kind=ORGANISATION_REPORT)
        for each in (reported, known)
        for language in ("en", "zh")
    ]
    keys += [report_key(reported, node, language="en") for node in reported.nodes]
    assert len(set(keys)) == len(keys)
    team = reported.nodes[0]
    assert report_key(known, team, language="en") == report_key(reported, team, language="en")


def test_whoever_gives_reports_a_new_input_adds_it_to_the_key() -> None:
    """Figures and actions are covered by checksums in the source; comments, item sets and what is told are hashed."""
    inputs = {"cycle", "history", "instrument", "source", "actions", "earlier_actions", "shared", "coming", "record"}
    assert {field.name for field in fields(ReportedCycle)} == inputs
    checksums = {"document_sha256", "earlier_sha256", "actions_sha256"}
    assert checksums <= {field.name for field in fields(ReportSource)}

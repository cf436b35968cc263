"""The same result document and the same renderer give the same bytes: elsewhere, later, in any order, in any locale."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.reports import shop

ROOT = Path(__file__).parents[2]
ALL = [
    (shop.OPERATIONS, "en"),
    (shop.SERVICE, "zh"),
    (shop.WITHHELD, "en"),
    (shop.TOLD, "en"),
    (shop.TOLD, "zh"),
]
FOREIGN = {
    "LANG": "ja_JP.UTF-8",
    "LC_ALL": "tr_TR.UTF-8",
    "LANGUAGE": "ja:ko",
    "FC_LANG": "ja",
    "PANGO_LANGUAGE": "ja:ko:zh-tw",
    "TZ": "Pacific/Kiritimati",
    "SOURCE_DATE_EPOCH": "1",
    "PYTHONHASHSEED": "7",
    "ASSESS_LANGUAGE": "zh",
}


def drawn_elsewhere(
    folder: Path, wanted: Sequence[tuple[str, str]], environment: Mapping[str, str] | None = None
) -> dict[tuple[str, str], bytes]:
    """Draw in a new process, in another working directory, at another time."""
    folder.mkdir()
    arguments = [f"{name}/{language}" for name, language in wanted]
    subprocess.run(
        [sys.executable, "-m", "tests.reports.drawing", str(folder), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        check=True,
    )
    return {pair: (folder / f"{place}.pdf").read_bytes() for place, pair in enumerate(wanted)}


@pytest.mark.parametrize(
    ("order", "environment"),
    [
        (ALL, {"PYTHONHASHSEED": "1"}),
        (ALL[::-1], {"PYTHONHASHSEED": "2", "TZ": "America/New_York"}),
        (ALL[3:] + ALL[:3], FOREIGN),
    ],
    ids=["a new process, later, elsewhere", "in the opposite order", "in another locale"],
)
def test_every_report_has_the_same_bytes(
    order: Sequence[tuple[str, str]], environment: Mapping[str, str], tmp_path: Path
) -> None:
    here = {pair: shop.pdf(*pair) for pair in ALL}
    there = drawn_elsewhere(tmp_path / "elsewhere", order, environment)
    assert [pair for pair in ALL if there[pair] != here[pair]] == []


def test_a_report_that_is_drawn_alone_is_the_one_among_others(tmp_path: Path) -> None:
    alone = drawn_elsewhere(tmp_path / "alone", [(shop.TOLD, "zh")])
    assert alone[shop.TOLD, "zh"] == shop.pdf(shop.TOLD, "zh")


def test_another_home_and_a_fresh_font_cache_change_nothing(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "FONTCONFIG_FILE": "/nowhere"}
    found = drawn_elsewhere(tmp_path / "out", [(shop.SERVICE, "en")], environment)
    assert found[shop.SERVICE, "en"] == shop.pdf(shop.SERVICE, "en")
    assert list((tmp_path / "cache" / "assess" / "fontconfig").iterdir())

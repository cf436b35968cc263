"""The PDF sees the fonts of the package and no others."""

import subprocess
import sys
from pathlib import Path

from assess.reports.fonts import printable, text_width

PROBE = (
    "from assess.reports.fonts import prepare_fonts; prepare_fonts(); import os;"
    "print(os.environ['FONTCONFIG_FILE']); import weasyprint;"
    "print(len(weasyprint.HTML(string='<p>x 七</p>').write_pdf()))"
)


def probe(cache: Path, home: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(cache), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert int(lines[1]) > 1000
    return Path(lines[0])


def test_the_configuration_includes_nothing_of_the_system(tmp_path: Path) -> None:
    path = probe(tmp_path / "cache", tmp_path)
    text = path.read_text()
    assert path.is_relative_to(tmp_path)
    assert "<include" not in text
    assert text.count("<dir>") == 1
    assert "/assess/fonts</dir>" in text
    assert list((path.parent / "cache").iterdir())


def test_without_a_writable_home_a_private_folder_is_used(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    path = probe(blocked, tmp_path)
    assert path.is_file()
    assert not path.is_relative_to(tmp_path)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_log_names_code_points_never_the_text(caplog: object) -> None:
    import logging

    assert isinstance(caplog, object)
    logger = logging.getLogger("assess.reports.fonts")
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        assert printable("Zoë 🚀 secret") == "Zoë □ secret"
    finally:
        logger.removeHandler(handler)
    assert records == ["report text has characters outside the fonts: U+1F680"]


def test_widths_are_those_of_the_fonts() -> None:
    # Every Chinese character is one em wide; the Latin W is wider than the i.
    assert text_width("客服", 10, language="zh") == 20
    assert text_width("W", 10, language="en") > 2 * text_width("i", 10, language="en")

"""The file itself: tagged, in our fonts, the same bytes every time, deaf to everything outside."""

import base64
import contextlib
import http.server
import io
import re
import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest

from assess.errors import RefusalError
from assess.reports import pdf as pdf_module
from assess.reports.file_names import file_name
from assess.reports.pdf import render_pdf
from assess.reports.team_reports import reports_for_cycle, team_report_pdf
from tests.reports import shop
from tests.reports.opened import entry, register
from tests.reports.reading import structure

EVERY = [
    (name, language)
    for name in (shop.OPERATIONS, shop.SERVICE, shop.TECHNOLOGY, shop.WITHHELD, shop.TOLD)
    for language in ("en", "zh")
]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_it_passes_pdf_ua_1(name: str, language: str, tmp_path: Path) -> None:
    path = shop.write(tmp_path / "report.pdf", shop.pdf(name, language))
    result = page.validate_pdf(str(path), profile="ua1")
    assert result.is_compliant, result


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_screen_reader_gets_language_title_headings_tables_and_the_numbers_of_every_chart(
    name: str, language: str
) -> None:
    with pikepdf.open(io.BytesIO(shop.pdf(name, language))) as document:
        assert str(document.Root.Lang) == {"en": "en", "zh": "zh-CN"}[language]
        team = shop.OPERATIONS if name == shop.TOLD else name
        assert team in str(document.docinfo.Title)
        assert document.Root.ViewerPreferences.DisplayDocTitle
        elements = list(structure(document))
        kinds = [str(element.S) for element in elements]
        assert kinds.count("/H1") == 1
        figures = [element for element in elements if str(element.S) == "/Figure"]
        assert figures
        for figure in figures:
            told = str(figure.Alt)
            assert re.search(r"\d", told) or {"en": "favourable", "zh": "正向"}[language] in told, told
        for cell in (element for element in elements if str(element.S) == "/TD"):
            assert any("/Headers" in attributes for attributes in _attributes(cell))
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == [team]
            assert len(outline.root[0].children) >= 3


def _attributes(cell: pikepdf.Dictionary) -> list[Any]:
    value = cell.get("/A", pikepdf.Array())
    return list(value) if isinstance(value, pikepdf.Array) else [value]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_our_fonts_are_inside_and_all_are_embedded(language: str) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(shop.pdf(shop.SERVICE, language))) as document:
        for sheet in document.pages:
            for font in sheet.Resources.Font.values():
                descendant = font.DescendantFonts[0]
                assert "/FontFile2" in descendant.FontDescriptor or "/FontFile3" in descendant.FontDescriptor
                names.add(str(font.BaseFont).split("+")[-1].lower().replace("-", ""))
    assert names
    assert all(name.startswith(("sourcesans3", "notosanssc")) for name in names), names


@pytest.mark.parametrize(("name", "language"), [(shop.OPERATIONS, "en"), (shop.WITHHELD, "zh"), (shop.TOLD, "zh")])
def test_the_same_document_gives_the_same_bytes(name: str, language: str) -> None:
    reported, team = shop.told() if name == shop.TOLD else (shop.reported(), shop.team(name))
    assert team_report_pdf(reported, entry(team), language=language) == shop.pdf(name, language)


def test_no_byte_depends_on_anything_but_the_entry_of_the_team_and_its_organisation() -> None:
    """Other teams' entries may change as they like: this report stays, but for the checksum of the whole document."""
    changed = deepcopy(dict(shop.document()))
    for each in changed["cycles"][0]["teams"]:
        if each["team"] != shop.OPERATIONS and "dimensions" in each:
            each["dimensions"]["COM"]["score_100"] = 1
    base = shop.reported()
    same_source = type(base)(register(changed["cycles"][0]), base.history, base.instrument, base.source)
    assert team_report_pdf(same_source, entry(shop.team(shop.OPERATIONS)), language="en") == shop.pdf(
        shop.OPERATIONS, "en"
    )


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Listen for anybody who fetches."""
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base class
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "attack",
    [
        '<img src="{http}/x.png">',
        '<img src="{file}">',
        '<link rel="attachment" href="{file}">',
        '<link rel="stylesheet" href="{http}/x.css">',
        "<style>@import url({http}/x.css);</style>",
        '<style>@font-face {{ font-family: x; src: url("{file}") }} body {{ font-family: x }}</style>',
        '<svg><image href="{http}/x.png" width="9" height="9"/></svg>',
        '"><script>fetch("{http}")</script>',
        "{{{{ 7 * 7 }}}}",
    ],
)
def test_a_name_that_attacks_is_printed_as_text_and_nothing_is_fetched(
    attack: str, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, hits = listener
    secret = shop.write(tmp_path / "secret.txt", b"CANARY-8261")
    name = attack.format(http=address, file=secret.as_uri())
    reported, team = shop.renamed(shop.WITHHELD, name)
    content = team_report_pdf(reported, entry(team), language="en")
    text = shop.text_of(content)
    assert hits == []
    assert b"CANARY-8261" not in content
    assert "CANARY-8261" not in text
    assert name[:12] in text
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.attachments) == 0


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{http}/x.png">',
        '<link rel="attachment" href="{file}">',
        "<style>@import url({http}/x.css);</style>",
    ],
)
def test_even_markup_that_got_through_fetches_nothing(
    markup: str, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, hits = listener
    secret = shop.write(tmp_path / "secret.txt", b"CANARY-8261")
    html = f"<html lang=en><title>x</title>{markup.format(http=address, file=secret.as_uri())}<p>text</p></html>"
    with pytest.raises(RefusalError, match="outside itself"):
        render_pdf(html)
    assert hits == []


def test_an_inline_picture_cannot_fetch_either(listener: tuple[str, list[str]]) -> None:
    address, hits = listener
    image = f'<image width="9" height="9" href="{address}/x"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{image}</svg>'
    inline = base64.b64encode(picture.encode()).decode()
    with contextlib.suppress(RefusalError):
        render_pdf(f'<html lang=en><title>x</title><img alt="x" src="data:image/svg+xml;base64,{inline}"></html>')
    assert hits == []


def test_the_validator_would_say_no(tmp_path: Path) -> None:
    import weasyprint

    plain = shop.write(tmp_path / "plain.pdf", weasyprint.HTML(string="<p>untagged</p>").write_pdf())
    assert not page.validate_pdf(str(plain), profile="ua1").is_compliant


def test_missing_libraries_are_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def failing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", failing)
    with pytest.raises(RefusalError, match=r"apt-get install libpango-1\.0-0 libpangoft2-1\.0-0 libharfbuzz-subset0"):
        pdf_module.render_pdf("<p>text</p>")


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Team 🚀👩‍👩‍👧", "Team □□□□"),
        ("فريق الدعم", "□□□□ □□□□□"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("龘㐂组", "龘㐂组"),
        ("𠮷野", "□野"),
        ("<b>R&D</b>", "<b>R&D</b>"),
        ("null\x00byte", "nullbyte"),
    ],
)
def test_rare_characters_are_drawn_or_marked(name: str, printed: str) -> None:
    reported, team = shop.renamed(shop.WITHHELD, name)
    content = team_report_pdf(reported, entry(team), language="zh")
    assert printed in shop.text_of(content)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert printed in str(document.docinfo.Title)


def test_a_name_of_200_characters_stays_on_the_page() -> None:
    reported, team = shop.renamed(shop.OPERATIONS, "Supercalifragilistic" * 10)
    content = team_report_pdf(reported, entry(team), language="en")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) <= 5
    assert "Supercalifragilistic" * 10 in "".join(shop.text_of(content).split())


def test_all_reports_of_a_cycle_are_written_whole_under_their_names(tmp_path: Path) -> None:
    teams = [{"team": name, "suppressed": "too_few"} for name in ("A/B", "a b", "..", "客服")]
    base = shop.reported()
    cycle = register({**shop.document()["cycles"][0], "teams": teams, "units": []})
    reported = type(base)(cycle, base.history, base.instrument, base.source)
    written = list(reports_for_cycle(reported, tmp_path / "out", language="en"))
    assert [report.path.name for report in written] == [
        "2026-Q4_a-b_team-health_en.pdf",
        "2026-Q4_a-b-2_team-health_en.pdf",
        "2026-Q4_team_team-health_en.pdf",
        "2026-Q4_客服_team-health_en.pdf",
    ]
    assert [(report.place, report.total) for report in written] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(r.path.name for r in written)
    assert all(report.path.read_bytes().startswith(b"%PDF-") for report in written)
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_one_report_keeps_the_name_it_has_among_all(tmp_path: Path) -> None:
    teams = [{"team": name, "suppressed": "too_few"} for name in ("A/B", "a b")]
    base = shop.reported()
    cycle = register({**shop.document()["cycles"][0], "teams": teams, "units": []})
    reported = type(base)(cycle, base.history, base.instrument, base.source)
    (only,) = reports_for_cycle(reported, tmp_path, language="en", only={"a b"})
    assert only.path.name == "2026-Q4_a-b-2_team-health_en.pdf"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/abs", "..", "a\\b", "x" * 400, "客" * 200, "\n\t", "CON", "a\u202eb"]
)
def test_a_file_name_names_no_other_place(name: str) -> None:
    made = file_name(name, cycle="2026Q4", language="en")
    assert Path(made).name == made
    assert len(made.encode()) <= 200
    assert made.startswith("2026-Q4_")
    assert made.endswith("_team-health_en.pdf")
    assert all(character.isprintable() for character in made)
    assert not any(character in made for character in '\\/:*?"<>| ')

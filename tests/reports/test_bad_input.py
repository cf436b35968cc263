"""Names and comments as nobody should write them: every file of a report stays whole, harmless and readable."""

import http.server
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import page
import pytest
from openpyxl import load_workbook

from assess.errors import RefusalError
from assess.reports.files.as_json import figures_json
from assess.reports.files.contents import cycle_file, node_file
from assess.reports.files.delimited import delimited
from assess.reports.files.workbook import workbook
from assess.reports.pdf import render_pdf
from assess.reports.team_reports import ReportedCycle, team_report_pdf
from tests.adversaries.rendered.company import node_of, page_of
from tests.reports import shop
from tests.reports.files.reading import delimited_rows, parts
from tests.reports.opened import register

NASTY = {
    "emoji": "Team 🚀👩‍👩‍👧",
    "right to left": "فريق المبيعات",
    "turned around": "Ads \u202egnp.exe\u2066",
    "long": "Very long name " * 14,
    "rare": "龘㐂𠮷队",
    "combining": "Z̸̧̛a̶͟l̴g̷o e\u0301",
    "unseen": "A\u200bd\u200ds\ufeff",
    "markup": "<script>alert(1)</script><b>x</b>&amp;",
    "style": "</style><style>@import 'http://127.0.0.1:9/'</style>",
    "drawing": "<svg onload=alert(1)><image href='file:///etc/passwd'/></svg>",
    "formula": '=HYPERLINK("http://127.0.0.1:9/","x")',
    "command": "+cmd|' /C calc'!A0",
    "wide formula": "＝1+1",
    "template": "{{ 7*7 }}{% raw %}%(name)s",
}


def reported(text: str) -> ReportedCycle:
    """Give a team, the organisation and a comment a nasty text."""
    cycle = shop.document()["cycles"][0]
    teams = [each if each["team"] != shop.OPERATIONS else {**each, "team": text} for each in cycle["teams"]]
    base = shop.reported(organisation=text)
    return replace(base, cycle=register({**cycle, "teams": teams}, {text: {"CMT1": [text] * 9 + [text * 40]}}))


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_a_page_holds_it_as_text(text: str) -> None:
    html = page_of(reported(text), text, "en")
    assert "<script" not in html
    assert html.count("<style>") == html.count("</style>") == 1
    for tag in ("<b>x", "<image", "<svg onload"):
        assert tag not in html
    assert ("{{ 7*7 }}" in html) == (text == NASTY["template"]), "a name is no template"


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_no_cell_of_a_file_can_be_computed(text: str) -> None:
    cycle = reported(text)
    for file in (
        node_file(cycle, node_of(cycle, text), language="en", command="x"),
        cycle_file(cycle, language="zh", command="x"),
    ):
        content = workbook(file)
        assert b"<f>" not in b"".join(parts(content).values())
        cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type in {"n", "s", "inlineStr"} for cell in cells)
        rows = delimited(file)
        for table in rows.values():
            for row in delimited_rows(table):
                assert not any(value.startswith(("=", "+", "@", "＝", "\t")) for value in row.values())
            assert not any(mark in table.decode() for mark in "\u202e\u2066")
        assert json.loads(figures_json(file))["tables"]["scores"]


@pytest.mark.parametrize("name", ["emoji", "turned around", "long", "rare", "markup", "drawing"])
def test_a_drawn_report_stays_whole_and_accessible(name: str, tmp_path: Path) -> None:
    text = NASTY[name]
    content = team_report_pdf(reported(text), node_of(reported(text), text), language="en")
    (tmp_path / "report.pdf").write_bytes(content)
    result = page.validate_pdf(str(tmp_path / "report.pdf"), profile="ua1")
    assert result.is_compliant
    printed = shop.text_of(content)
    assert "Communication" in printed
    assert ("□" in printed) == (name in {"emoji", "rare"}), "what no font has is seen to be missing"


def test_a_comment_of_ten_thousand_characters_runs_over_pages() -> None:
    words = "Every word of it counts. " * 400
    cycle = reported("Ads")
    long = replace(cycle, cycle=register(
        {**shop.document()["cycles"][0]}, {shop.OPERATIONS: {"CMT1": [words.strip()] + ["Short."] * 9}}
    ))  # fmt: skip
    printed = " ".join(shop.text_of(team_report_pdf(long, node_of(long, shop.OPERATIONS), language="en")).split())
    assert printed.count("Every word of it counts.") > 380
    assert printed.count("Short.") == 9


class Canary(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    Canary.asked = []
    server = http.server.HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Canary.asked
    server.shutdown()
    thread.join()
    server.server_close()


ASKING = (
    '<img src="{}" alt="x">',
    '<link rel="stylesheet" href="{}">',
    "<style>@import url({});</style>",
    '<p style="background: url({})">x</p>',
    "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style><p>x</p>",
    '<link rel="attachment" href="{}">',
    '<object data="{}">x</object>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
)


@pytest.mark.parametrize("asking", ASKING)
def test_the_renderer_asks_no_server_and_reads_no_file(
    asking: str, canary: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = canary
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>canary-7f3a</text></svg>")
    for target in (f"{address}/canary", secret.as_uri(), f"ftp://{address[7:]}/x"):
        html = f'<html lang="en"><head><title>x</title></head><body>{asking.format(target)}</body></html>'
        try:
            content = render_pdf(html)
        except RefusalError:
            continue
        assert "canary-7f3a" not in shop.text_of(content)
        assert b"canary-7f3a" not in content
    assert asked == []


def test_the_canary_sings(canary: tuple[str, list[str]]) -> None:
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{canary[0]}/canary")  # noqa: S310 - our own server
    refused.value.close()
    assert canary[1] == ["/canary"]

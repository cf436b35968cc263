"""A finished report can be read back to the last character, and nothing but our own files is taken for one."""

import io
import re
from collections import Counter

import pikepdf
import pytest

from assess.errors import InputError
from assess.reports.provenance import provenance_of
from assess.reports.read_back import read_back
from assess.reports.renderer import renderer_versions
from tests.reports import shop


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.SERVICE, shop.WITHHELD, shop.TOLD])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_reads_every_character_an_independent_program_reads(name: str, language: str) -> None:
    """Running lines apart: `pdftotext` reads them from every page, the tags leave them out."""
    content = shop.pdf(name, language)
    seen = Counter(re.sub(r"\s", "", shop.text_of(content)))
    read = Counter("".join(read_back(content).passages.elements()))
    missing = "".join((seen - read).elements())
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = len(document.pages)
    team = shop.OPERATIONS if name == shop.TOLD else name
    running = {
        "en": f"LumenHome流明家居·Teamhealthreport·{team}Pageof",
        "zh": f"LumenHome流明家居·团队健康度报告·{team}第页共页",
    }
    allowed = Counter(running[language] * pages) + Counter("".join(map(str, range(1, pages + 1))) + str(pages) * pages)
    assert not Counter(missing) - allowed


def test_it_knows_which_paragraph_a_line_belongs_to() -> None:
    passages = read_back(shop.pdf(shop.OPERATIONS, "en")).passages
    assert passages["Twothingstodo"] == 1
    assert any(passage.startswith("Recommendationsfollowfromthedisplayedfiguresalone;nothing") for passage in passages)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_says_what_is_printed_in_it(language: str) -> None:
    content = shop.pdf(shop.OPERATIONS, language)
    provenance = provenance_of(read_back(content).information)
    assert provenance.result_sha256 == shop.reported().source.document_sha256
    assert provenance.result_sha256 in re.sub(r"\s", "", shop.text_of(content))
    assert (provenance.node, provenance.language) == (shop.OPERATIONS, language)
    assert provenance.command == shop.COMMAND
    assert dict(provenance.renderer) == dict(renderer_versions())


def test_every_part_of_the_renderer_is_named_and_here() -> None:
    versions = renderer_versions()
    assert {"weasyprint", "pango", "harfbuzz", "harfbuzz-subset", "fontconfig", "zlib", "fonts"} <= versions.keys()
    assert "missing" not in versions.values()
    assert all(re.fullmatch(r"[0-9a-f.]+", version) for version in versions.values()), versions


def test_other_pdf_readers_find_the_same_information() -> None:
    content = shop.pdf(shop.OPERATIONS, "zh")
    with pikepdf.open(io.BytesIO(content)) as document:
        found = {str(name)[1:]: str(value) for name, value in document.docinfo.items()}
    assert read_back(content).information == found


def saved_anew(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n%%EOF\n",
        b"not a PDF at all" * 100,
        b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n1 0 obj\n<</Type /ObjStm/First 4/Filter /FlateDecode/Length 3>>\nstream\n123",
    ],
    ids=["empty", "bare", "text", "broken"],
)
def test_what_is_no_report_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match="This is no report of Assess"):
        read_back(content)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_report_is_refused(share: float) -> None:
    content = shop.pdf(shop.WITHHELD, "en")
    with pytest.raises(InputError):
        read_back(content[: int(len(content) * share)])


def test_a_pdf_of_somebody_else_is_refused() -> None:
    import weasyprint

    with pytest.raises(InputError, match="no report of Assess"):
        provenance_of(read_back(weasyprint.HTML(string="<p>text</p>").write_pdf(pdf_tags=True)).information)
    with pytest.raises(InputError, match="another program has saved it anew"):
        read_back(saved_anew(shop.pdf(shop.WITHHELD, "en")))

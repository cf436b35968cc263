"""Slips to draw from a box: readable by phone and eye, alike but for the code, silent about whose they are."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import page
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from assess.reports.printed_codes import SLIPS_ON_A_PAGE, grouped, link_picture, printed_codes_pdf
from assess.surveys.envelopes.links import write_code
from assess.surveys.paper_codes import PaperCodes, PaperGroup
from tests.reports.reading import boxes

MM = 72 / 25.4
SLIP_WIDTH, SLIP_HEIGHT = 105 * MM, 74.25 * MM
PICTURE_MM, FROM_THE_CUT_MM, KEPT_FREE_MM = 37.0, 4.0, 5.0
Word = tuple[float, float, float, float, str]


def codes_of(first: int, count: int) -> tuple[str, ...]:
    """Make codes that look like the real ones, sorted; the multiplier spreads them over all letters."""
    drawn = (((first + n) * 0x9E3779B97F4A7C15) % 2**80 for n in range(count))
    return tuple(sorted(write_code(value.to_bytes(10, "big")) for value in drawn))


WAREHOUSE = PaperGroup("Warehouse 仓库", codes_of(1, 9))
KITCHEN = PaperGroup("Kitchen", codes_of(100, 2))
CODES = PaperCodes(
    organisation="Lantern 灯笼",
    base_url="https://health.lantern.example",
    closes_at=datetime(2026, 12, 4, 10, tzinfo=UTC),
    time_zone="Asia/Shanghai",
    groups=(KITCHEN, WAREHOUSE),
)
LANGUAGES = [None, "en", "zh"]


def cells(content: bytes) -> list[list[list[str]]]:
    """Read the words of every slip, page by page; a word belongs to the slip its middle lies on."""
    return [[[word[4] for word in cell] for cell in placed(words)] for words in boxes(content)]


def placed(words: list[Word]) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in range(SLIPS_ON_A_PAGE)]
    for word in words:
        column, row = int((word[0] + word[2]) / 2 / SLIP_WIDTH), int((word[1] + word[3]) / 2 / SLIP_HEIGHT)
        found[2 * row + column].append(word)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_begins_on_a_page_of_its_own_and_its_codes_follow_in_the_order_of_the_alphabet(
    language: str | None,
) -> None:
    pages = cells(printed_codes_pdf(CODES, language))
    assert len(pages) == 3
    slips = [[" ".join(cell[-4:]) for cell in sheet if cell] for sheet in pages]
    assert slips[0][1:] == [grouped(code) for code in KITCHEN.codes]
    assert slips[1][1:] + slips[2] == [grouped(code) for code in WAREHOUSE.codes]
    assert [sum(not cell for cell in sheet) for sheet in pages] == [5, 0, 6]


@pytest.mark.parametrize("language", LANGUAGES)
def test_slips_of_all_groups_are_the_same_but_for_the_code(language: str | None) -> None:
    pages = cells(printed_codes_pdf(CODES, language))
    slips = [pages[0][1:], pages[1][1:], pages[2]]
    texts = {" ".join(cell[:-4]) for sheet in slips for cell in sheet if cell}
    (text,) = texts
    assert "health.lantern.example/s" in text
    assert "Lantern" in text
    assert "18:00" in text
    assert "Asia" in text
    assert ("Answer until" in text) == (language != "zh")
    assert ("前作答" in text.replace(" ", "")) == (language != "en")
    for word in ("Warehouse", "仓库", "Kitchen"):
        assert word not in text


def test_the_first_slip_of_a_section_names_the_box_and_how_many_slips_go_into_it() -> None:
    pages = cells(printed_codes_pdf(CODES, None))
    first = " ".join(pages[1][0])
    assert "Warehouse" in first
    assert "Slips for the box of this group: 9" in first
    assert "放进本组抽签箱的纸条张数：9" in first.replace(" ", "")
    assert not any(code[:4] in first for code in WAREHOUSE.codes)


def picture_of(content: bytes, folder: Path, resolution: int = 300) -> NDArray[np.uint8]:
    """Print the first page at the resolution of an office printer."""
    (folder / "codes.pdf").write_bytes(content)
    command = ["pdftoppm", "-r", str(resolution), "-gray", "-png", "-f", "1", "-l", "1", "codes.pdf", "sheet"]
    subprocess.run(command, check=True, cwd=folder)
    (sheet,) = folder.glob("sheet*.png")
    with Image.open(sheet) as image:
        return np.asarray(image.convert("L"))


def module_mm(link: str) -> float:
    return PICTURE_MM / len(list(link_picture(link).matrix_iter(border=4)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_squares_are_the_qr_codes_of_the_links(language: str | None, tmp_path: Path) -> None:
    """Take the middle of every module from the printed page and compare all of them, quiet zone included."""
    image = picture_of(printed_codes_pdf(CODES, language), tmp_path)
    dots = 300 / 25.4
    for place, code in enumerate(KITCHEN.codes, start=1):
        link = f"{CODES.base_url}/s/{code}"
        wanted = np.array([list(row) for row in link_picture(link).matrix_iter(border=4)], dtype=bool)
        size = module_mm(link) * dots
        middles = (np.arange(len(wanted)) + 0.5) * size
        left = ((place % 2 + 1) * 105 - FROM_THE_CUT_MM - PICTURE_MM) * dots
        columns = (left + middles).astype(int)
        highest, lowest = (int((place // 2 * 74.25 + edge) * dots) for edge in (5, 74.25 - PICTURE_MM))
        tries = (image[(top + middles).astype(int)][:, columns] < 128 for top in range(highest, lowest))
        assert any(np.array_equal(seen, wanted) for seen in tries), code


@pytest.mark.parametrize("host", ["health.lantern.example", f"{'a-rather-long-label.' * 4}example.com"])
def test_a_module_of_the_square_is_wide_enough_for_old_phones(host: str) -> None:
    """A module of 0.4 mm is what cameras of phones read at arm's length; long addresses make smaller ones."""
    assert module_mm(f"https://{host}/s/{WAREHOUSE.codes[0]}") > 0.6


NASTY = replace(
    CODES,
    organisation="Zweckverband " + "Abfallwirtschaftsgesellschaft" * 4,
    base_url=f"https://{'a-rather-long-label.' * 4}example.com:8443",
    time_zone="America/Argentina/Buenos_Aires",
    groups=(PaperGroup("仓储物流与客户服务中心" * 10, codes_of(7, 1)), PaperGroup("W" * 120, codes_of(8, 1))),
)


@pytest.mark.parametrize("codes", [CODES, NASTY])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_printed_where_somebody_cuts(codes: PaperCodes, language: str | None, tmp_path: Path) -> None:
    content = printed_codes_pdf(codes, language)
    dark = picture_of(content, tmp_path, resolution=150) < 160
    down, across = (np.arange(length) * 25.4 / 150 for length in dark.shape)
    rows, columns = (_from_the_cut(down, 74.25), _from_the_cut(across, 105.0))
    assert dark[rows < 1][:, columns > 1].any(), "a line to cut along"
    assert dark[rows > 1][:, columns < 1].any(), "a line to cut along"
    assert not dark[(rows > 1) & (rows < KEPT_FREE_MM)][:, columns > 1].any()
    assert not dark[rows > 1][:, (columns > 1) & (columns < FROM_THE_CUT_MM)].any()
    for words in boxes(content):
        for place, cell in enumerate(placed(words)):
            for *_box, bottom, text in cell[-4:]:
                assert bottom < (place // 2 + 1) * SLIP_HEIGHT - KEPT_FREE_MM * MM, text


def _from_the_cut(places: NDArray[np.float64], every: float) -> NDArray[np.float64]:
    """Distance in mm to the nearest cut or edge of the paper."""
    return np.abs((places + every / 2) % every - every / 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_nothing_about_itself(language: str | None) -> None:
    content = printed_codes_pdf(CODES, language)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert set(document.docinfo) <= {"/Title", "/Producer"}
        assert str(document.docinfo.Title) in {"Slips to cut out", "待裁剪的纸条"}
        metadata = bytes(document.Root.Metadata.read_bytes()).decode()
        with document.open_outline() as outline:
            assert list(outline.root) == []
    for word in ("Lantern", "Kitchen", "Warehouse", "2026", "health", *KITCHEN.codes):
        assert word not in metadata


def test_the_same_codes_give_the_same_bytes_whatever_the_time() -> None:
    assert printed_codes_pdf(CODES, "zh") == printed_codes_pdf(CODES, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_passes_pdf_ua_1(language: str | None, tmp_path: Path) -> None:
    path = tmp_path / "codes.pdf"
    path.write_bytes(printed_codes_pdf(CODES, language))
    result = page.validate_pdf(str(path), profile="ua1")
    assert result.is_compliant, result


def test_names_that_attack_are_printed_as_text() -> None:
    attack = '<img src="file:///etc/passwd"><script>1</script>{{ 7 * 7 }}'
    content = printed_codes_pdf(replace(CODES, organisation=attack, groups=(replace(KITCHEN, name=attack),)), "en")
    text = " ".join(word for sheet in cells(content) for cell in sheet for word in cell)
    assert "file:///etc/passwd" in text
    assert "{{ 7 * 7 }}" in text

"""Logos: what is taken, what is kept of it, and every trick that is refused with a sentence."""

import io
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from assess.errors import InputError
from assess.looks.logos import MOST_BYTES, read_logo
from assess.reports.pdf import render_pdf
from tests.looks.pictures import SVG, picture, png_of


def logo_file(tmp_path: Path, content: bytes | str, name: str = "logo.png") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "CMYK")])
def test_a_picture_is_painted_anew_without_what_stood_beside_it(tmp_path: Path, kind: str, mode: str) -> None:
    logo = read_logo(logo_file(tmp_path, picture(kind, mode=mode, secret="Author: Ada, 31.2304 N")))
    assert logo.content_type == "image/png"
    assert b"Ada" not in logo.content
    with Image.open(io.BytesIO(logo.content)) as image:
        assert image.size == ((300, 100) if kind == "PNG" else (100, 300)), "turned upright"
        assert image.mode == ("RGBA" if mode == "RGBA" else "RGB")
        assert image.info == {}


def test_a_large_picture_is_made_small(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(read_logo(logo_file(tmp_path, picture(size=(4000, 400)))).content)) as image:
        assert image.size == (1200, 120)


def test_the_same_file_gives_the_same_logo(tmp_path: Path) -> None:
    path = logo_file(tmp_path, picture("JPEG"))
    assert read_logo(path) == read_logo(path)


def test_a_drawing_keeps_shapes_and_colour_runs(tmp_path: Path) -> None:
    extra = '<!-- Ada --><metadata>Ada</metadata><title>Ada</title><x:y xmlns:x="urn:x">Ada</x:y>'
    logo = read_logo(logo_file(tmp_path, SVG % extra, "logo.svg"))
    assert logo.content_type == "image/svg+xml"
    assert b"Ada" not in logo.content
    names = [part.tag.rpartition("}")[2] for part in fromstring(logo.content).iter()]
    assert names == ["svg", "defs", "linearGradient", "stop", "stop", "circle", "path"]
    assert b'stop-color="#88bb55"' in logo.content


REFUSED = {
    "script": "<script>alert(1)</script>",
    "on": '<g onload="alert(1)"/>',
    "on in another case": '<g ONLOAD="alert(1)"/>',
    "picture from elsewhere": '<image href="http://127.0.0.1:9/x.png"/>',
    "picture in another dress": '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="file:///etc/passwd"/>',
    "use": '<use href="#g"/>',
    "page inside": "<foreignObject><p>x</p></foreignObject>",
    "style": "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    "style attribute": '<g style="fill:url(http://127.0.0.1:9/x)"/>',
    "paint from elsewhere": '<g fill="url(http://127.0.0.1:9/#x)"/>',
    "paint from a file": '<g fill="url(file:///etc/passwd#x)"/>',
    "paint spelt otherwise": '<g fill="URL(x)"/>',
    "paint behind an escape": '<g fill="\\75rl(x)"/>',
    "two paints": '<g fill="url(#a) url(x)"/>',
    "address": '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    "animation": '<animate attributeName="x"/>',
    "text": "<text>Lumen</text>",
    "filter": '<filter id="f"><feImage href="x"/></filter>',
    "a clip of itself": '<clipPath id="c"><g clip-path="url(#c)"/></clipPath>',
    "a clip on a clip": '<clipPath id="c" clip-path="url(#c)"/>',
    "depth": "<g>" * 60 + "</g>" * 60,
    "parts": "<g/>" * 4000,
}


@pytest.mark.parametrize("extra", REFUSED.values(), ids=REFUSED.keys())
def test_a_drawing_that_could_act_or_fetch_is_refused(tmp_path: Path, extra: str) -> None:
    with pytest.raises(InputError, match=r"SVG|PNG"):
        read_logo(logo_file(tmp_path, SVG % extra, "logo.svg"))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/svg.dtd">',
    ],
)
def test_no_document_type_is_read(tmp_path: Path, declared: str) -> None:
    with pytest.raises(InputError, match="document type"):
        read_logo(logo_file(tmp_path, declared + SVG % "", "logo.svg"))


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"%PDF-1.7", b"GIF89a" + bytes(40), picture()[:60], b"<html><p>x</p></html>", b"<svg>", b"<"],
)
def test_what_is_no_picture_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="can be read"):
        read_logo(logo_file(tmp_path, content))


def test_fifty_megabytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    with path.open("wb") as stream:
        stream.write(picture())
        stream.truncate(50 * 1024 * 1024)
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_logo(path)


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (60_000, 60_000), (4_001, 4_000)])
def test_a_bomb_is_not_unpacked(tmp_path: Path, width: int, height: int) -> None:
    content = png_of(width, height)
    assert len(content) < MOST_BYTES
    with pytest.raises(InputError, match="16 million"):
        read_logo(logo_file(tmp_path, content))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path"):
        read_logo(tmp_path / "none.png")


@pytest.mark.parametrize("content", [picture(), (SVG % "").encode()])
def test_every_logo_that_is_taken_can_be_drawn(tmp_path: Path, content: bytes) -> None:
    logo = read_logo(logo_file(tmp_path, content))
    drawn = render_pdf(f'<html lang="en"><title>x</title><p><img src="{logo.address}" alt="x"></p></html>')
    assert drawn.startswith(b"%PDF")

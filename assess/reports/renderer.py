"""What draws a report, by name and version: the same of all of them gives the same bytes.

`renderer_versions` goes into every file, so that a difference can be explained years later. `renderer_fingerprint` also
covers our own code, texts and templates: it decides whether a drawn report may be used again.
"""

import contextlib
import ctypes
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import assess

_PACKAGES = ("weasyprint", "pydyf", "tinyhtml5", "tinycss2", "cssselect2", "pyphen", "fonttools", "jinja2", "babel")
_TEXTS = {".py", ".toml", ".po", ".html", ".css"}


@cache
def renderer_versions() -> Mapping[str, str]:
    """Name everything that has a say in how a report looks; a library that is not there is `missing`."""
    return {
        "assess": assess.__version__,
        **{name: metadata.version(name) for name in _PACKAGES},
        **_library_versions(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "fonts": _hash_of(sorted(_fonts()))[:12],
    }


@cache
def renderer_fingerprint() -> str:
    """Hash these versions and every file of ours that decides what a report says and how it looks."""
    listed = "".join(f"{name} {version}\n" for name, version in renderer_versions().items())
    return hashlib.sha256(f"{listed}{_hash_of(_sources())}".encode()).hexdigest()


def _library_versions() -> dict[str, str]:
    """Ask the libraries themselves, without loading WeasyPrint: a web process only looks into the cache.

    harfbuzz-subset is optional, and where it is missing the fonts in a file are other ones.
    """
    return {
        "pango": _dotted("libpango-1.0", "0", "pango_version"),
        "harfbuzz": _said("libharfbuzz", "0", "hb_version_string"),
        "harfbuzz-subset": _said("libharfbuzz-subset", "0", "hb_version_string"),
        "fontconfig": _dotted("libfontconfig", "1", "FcGetVersion"),
    }


def _said(library: str, number: str, function: str) -> str:
    ask = _function(library, number, function)
    if ask is None:
        return "missing"
    ask.restype = ctypes.c_char_p
    return str(ask().decode("ascii"))


def _dotted(library: str, number: str, function: str) -> str:
    """Turn 15012 into 1.50.12."""
    ask = _function(library, number, function)
    if ask is None:
        return "missing"
    version = int(ask())
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"


def _function(library: str, number: str, name: str) -> Any:  # noqa: ANN401 - a foreign function has no type
    for file in (f"{library}.so.{number}", f"{library}.{number}.dylib"):
        with contextlib.suppress(OSError, AttributeError):
            return getattr(ctypes.CDLL(file), name)
    return None


def _fonts() -> Iterator[Path]:
    with resources.as_file(resources.files("assess") / "fonts") as folder:
        yield from folder.glob("*.ttf")


def _sources() -> list[Path]:
    """List our own files, templates included, wherever they lie: in a checkout they are beside the package."""
    package = Path(assess.__file__).parent
    beside = package.parent / "templates"
    folders = [package, *([] if (package / "templates").is_dir() else [beside])]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in _TEXTS)


def _hash_of(files: list[Path]) -> str:
    """Hash names and contents; folders do not count, they differ from machine to machine."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()

"""Files of figures of a published cycle, in a folder under names that sort beside the reports."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.releases.entry import Entry
from assess.reports.file_names import file_names
from assess.reports.files.as_json import figures_json
from assess.reports.files.contents import cycle_file, node_file
from assess.reports.files.delimited import delimited
from assess.reports.files.model import FigureFile
from assess.reports.files.workbook import workbook
from assess.reports.team_reports import ReportedCycle
from assess.reports.whole_files import write_whole


class Format(StrEnum):
    """How figures are written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


def cycle_file_stem(quarter: str, language: str) -> str:
    """Name the file of a whole cycle, without its ending.

    >>> cycle_file_stem("2026Q4", "en")
    '2026-Q4_team-health_en'
    """
    return f"{quarter[:4]}-{quarter[4:]}_team-health_{language}"


def write_cycle_file(
    reported: ReportedCycle, out: Path, written_as: Format, *, language: str, bom: bool = False
) -> Iterator[Path]:
    """Write the figures of the whole cycle. Errors: InputError where the folder cannot be written."""
    yield from _write(cycle_contents(reported, written_as, language=language, bom=bom), out)


def cycle_contents(
    reported: ReportedCycle, written_as: Format, *, language: str, bom: bool = False
) -> Mapping[str, bytes]:
    """Give the figures of the whole cycle as files: names and contents, with CSV one per table."""
    stem = cycle_file_stem(reported.label or "", language)
    command = f"assess cycle export {reported.label} --format {written_as} --out exports"
    return _contents(cycle_file(reported, language=language, command=command), stem, written_as, bom=bom)


def node_contents(
    reported: ReportedCycle, node: Entry, written_as: Format, *, language: str, bom: bool = False
) -> Mapping[str, bytes]:
    """Give the figures of one team or unit as files."""
    return _node_contents(reported, node, _stems(reported, language)[node.name], written_as, language=language, bom=bom)


def _stems(reported: ReportedCycle, language: str) -> Mapping[str, str]:
    names = file_names(reported.names, cycle=reported.label, language=language)
    return {node: name.removesuffix(".pdf") for node, name in zip(reported.names, names, strict=True)}


def _node_contents(
    reported: ReportedCycle, node: Entry, stem: str, written_as: Format, *, language: str, bom: bool
) -> Mapping[str, bytes]:
    command = f"assess cycle export {reported.label} --format {written_as} --all --out exports"
    return _contents(node_file(reported, node, language=language, command=command), stem, written_as, bom=bom)


def write_node_files(
    reported: ReportedCycle,
    out: Path,
    written_as: Format,
    *,
    language: str,
    only: Collection[str] | None = None,
    bom: bool = False,
) -> Iterator[Path]:
    """Write one file per team and unit (of those in `only`), with CSV one per table. Errors as above."""
    stems = _stems(reported, language)
    for node in reported.nodes:
        if only is None or node.name in only:
            stem = stems[node.name]
            yield from _write(_node_contents(reported, node, stem, written_as, language=language, bom=bom), out)


def _write(contents: Mapping[str, bytes], out: Path) -> Iterator[Path]:
    for name, content in contents.items():
        path = out / name
        try:
            out.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise InputError(
                _(
                    "%(file)s cannot be written (%(what)s); name another folder with --out.",
                    file=path,
                    what=error.strerror or type(error).__name__,
                )
            ) from error
        yield path


def _contents(file: FigureFile, stem: str, written_as: Format, *, bom: bool) -> dict[str, bytes]:
    if written_as is Format.XLSX:
        return {f"{stem}.xlsx": workbook(file)}
    if written_as is Format.JSON:
        return {f"{stem}.json": figures_json(file)}
    return {f"{stem}_{key}.csv": content for key, content in delimited(file, bom=bom).items()}

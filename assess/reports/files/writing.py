"""Files of figures of a published cycle, in a folder under names that sort beside the reports."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
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
    stem = cycle_file_stem(reported.label or "", language)
    command = f"assess cycle export {reported.label} --format {written_as} --out exports"
    yield from _write(cycle_file(reported, language=language, command=command), out, stem, written_as, bom=bom)


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
    names = file_names(reported.names, cycle=reported.label, language=language)
    for node, name in zip(reported.nodes, names, strict=True):
        if only is None or node.name in only:
            command = f"assess cycle export {reported.label} --format {written_as} --all --out exports"
            file = node_file(reported, node, language=language, command=command)
            yield from _write(file, out, name.removesuffix(".pdf"), written_as, bom=bom)


def _write(file: FigureFile, out: Path, stem: str, written_as: Format, *, bom: bool) -> Iterator[Path]:
    for name, content in _contents(file, stem, written_as, bom=bom).items():
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

"""Readers of the files, by other programs than those that wrote them."""

import csv
import io
import json
import zipfile
from typing import Any

from openpyxl import load_workbook

from assess.reports.files.as_json import figures_json
from assess.reports.files.delimited import delimited
from assess.reports.files.model import FigureFile
from assess.reports.files.workbook import sheet_name, workbook

Rows = list[dict[str, Any]]


def sheets(content: bytes) -> dict[str, Rows]:
    """Read every sheet with typed cells; formulas would come as texts that begin with an equals sign, of type f."""
    book = load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book.worksheets:
        heading, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert all(cell.data_type in {"s", "n", "inlineStr"} for row in sheet.iter_rows() for cell in row)
        found[sheet.title] = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    return found


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def delimited_rows(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def tables(file: FigureFile, written_as: str) -> dict[str, Rows]:
    """Read the tables of a file by their keys, whatever the format; a row by the keys of its columns."""
    if written_as == "json":
        read: dict[str, Rows] = json.loads(figures_json(file))["tables"]
        return read
    content = workbook(file) if written_as == "xlsx" else b""
    by_title = sheets(content) if content else {}
    by_key = {} if content else delimited(file)
    found = {}
    for table in file.tables:
        rows = by_title[sheet_name(table.title)] if content else delimited_rows(by_key[table.key])
        keys = [column.key for column in table.filled]
        found[table.key] = [
            {key: value for key, value in zip(keys, row.values(), strict=True) if value not in {None, ""}}
            for row in rows
        ]
    return found

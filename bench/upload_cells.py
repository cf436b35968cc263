"""How soon a workbook of ten million cells is refused when HR sends it through the browser.

Run it: python -m bench.upload_cells [CELLS]. Prints the size of what is sent and the seconds until it is refused.
"""

import sys
import time
import zipfile
from io import BytesIO

from assess.errors import InputError
from assess.tables.uploads import MOST_BYTES, sent_file

_COLUMNS = 100


def workbook(cells: int) -> bytes:
    """Write a sheet of so many cells, packed: little to send, much to read."""
    row = b"<row>" + b"<c><v>1</v></c>" * _COLUMNS + b"</row>"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(cells // _COLUMNS):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def main(cells: int) -> None:
    """Measure and print."""
    content = workbook(cells)
    print(f"{cells:,} cells, {len(content):,} bytes of at most {MOST_BYTES:,}")
    start = time.perf_counter()
    try:
        with sent_file(content, "roster"):
            print("taken")
    except InputError as error:
        print(f"refused after {time.perf_counter() - start:.3f} s: {error}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)

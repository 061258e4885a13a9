"""Tables as CSV files that a spreadsheet can open without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from django.http import StreamingHttpResponse

from oversight.kernel.spreadsheets import Cell, safe_cell

#: Tells spreadsheets that the file is UTF-8.
_MARK: Final = "\ufeff"


class _Echo:
    """Hands back each line that is written, so that a file of any length needs no room."""

    def write(self, line: str) -> str:
        return line


def csv_file(name: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """Give a table as a file to download, a row at a time.

    Args:
        name: Name of the file, ending in ``.csv``.
        heading: Names of the columns.
        rows: The rows; read only as they are sent.
    """
    writer = csv.writer(_Echo())
    # The first row is asked for now, so that a refusal still becomes a page.
    steady = iter(rows)
    first = list(_first(steady))
    lines = (writer.writerow([safe_cell(cell) for cell in row]) for row in chain([heading], first, steady))
    return StreamingHttpResponse(
        chain([_MARK], lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _first(rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    found = next(rows, None)
    if found is not None:
        yield found

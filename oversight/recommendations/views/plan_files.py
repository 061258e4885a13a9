"""A whole plan to take away, and the registers as they are filtered (E3, E6)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from oversight.arrangements.views.files import csv_file
from oversight.exchange.rules.files import file_rules
from oversight.exchange.views.files import attachment
from oversight.kernel.declaring import reads
from oversight.kernel.printing import tagged_pdf
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.recommendations.forms.plans import ActionFilters, PlanFilters
from oversight.recommendations.forms.recommendations import Filters
from oversight.recommendations.queries.plan_actions import every_action
from oversight.recommendations.queries.plan_documents import plan_document
from oversight.recommendations.queries.plan_facts import PlanLine
from oversight.recommendations.queries.plans import every_plan
from oversight.recommendations.queries.recommendations import every_line
from oversight.recommendations.rules.plan_documents import (
    PlanDocument,
    write_csv,
    write_docx,
    write_ods,
    write_register,
    write_xlsx,
)
from oversight.recommendations.views.plan_actions import COLUMNS as ACTION_COLUMNS
from oversight.recommendations.views.plan_actions import action_cells
from oversight.recommendations.views.recommendations import COLUMNS as RECOMMENDATION_COLUMNS
from oversight.recommendations.views.recommendations import SEE, recommendation_cells

#: Rows of a plan that become a PDF while somebody waits, in some seconds. A longer one is a document.
MOST_PRINTED: Final = 400
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def _style() -> str:
    return resources.files("oversight.recommendations").joinpath("data/plan.css").read_text(encoding="utf-8")


def _pdf(document: PlanDocument) -> bytes:
    rows = sum(len(sheet.rows) for sheet in document.sheets)
    if rows > MOST_PRINTED:
        raise Refused(
            "plan_file",
            f"The plan has {rows:,} rows, which take too long to set as a PDF.",
            "Download the Word document or the workbook, which hold the same.",
        )
    # A column in which no row says anything takes room from the others and says nothing.
    sheets = [
        (
            sheet,
            [place for place in range(len(sheet.columns)) if any(row[place] for row in sheet.words)],
        )
        for sheet in document.sheets
    ]
    html = render_to_string("recommendations/plan_pdf.html", {"document": document, "sheets": sheets})
    return tagged_pdf(html, style=_style())


WRITERS: Final[Mapping[str, Callable[[PlanDocument], bytes]]] = {
    "xlsx": write_xlsx,
    "ods": write_ods,
    "csv": write_csv,
    "docx": write_docx,
    "pdf": _pdf,
}


@reads(SEE)
def plan_file(request: Request, reference: str, kind: str) -> HttpResponse:
    """Give a whole plan as a file."""
    if kind not in WRITERS:
        raise Refused(
            "not_found_kind", f"There is no such file as “{kind[:20]}”.", "Choose a link on the plan’s page."
        )
    document = plan_document(actor=request.actor, reference=reference, today=request.today, at=request.at)
    name = f"{reference}-{request.today.isoformat()}.{kind}"
    return attachment(name, file_rules().kinds[kind].media_type, WRITERS[kind](document))


def workbook_file(
    name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> FileResponse:
    """Give a table of any length as a workbook. It is written to disk first, a row at a time, then sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    try:
        write_register(file, title, headings, rows)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def _read_well(names: Sequence[str]) -> list[str]:
    return [name.replace("_", " ").capitalize() for name in names]


@reads(SEE)
def recommendations_xlsx(request: Request) -> HttpResponseBase:
    """Give exactly the recommendations that the filters choose, as a workbook."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        return _back(request, "recommendations")
    lines = every_line(actor=request.actor, chosen=filters.chosen())
    return workbook_file(
        f"recommendations-{request.today.isoformat()}.xlsx",
        "Recommendations",
        _read_well(RECOMMENDATION_COLUMNS),
        map(recommendation_cells, lines),
    )


@reads(SEE)
def actions_xlsx(request: Request) -> HttpResponseBase:
    """Give exactly the actions that the filters choose, as a workbook."""
    filters = ActionFilters(request.GET)
    if not filters.is_valid():
        return _back(request, "plan-actions")
    lines = every_action(actor=request.actor, chosen=filters.chosen(), today=request.today)
    return workbook_file(
        f"actions-{request.today.isoformat()}.xlsx",
        "Actions",
        _read_well(ACTION_COLUMNS),
        map(action_cells, lines),
    )


PLAN_COLUMNS: Final = ("reference", "title", "kind", "unit_code", "unit", "state", "submitted", "published")


def _plan_cells(line: PlanLine) -> tuple[Cell, ...]:
    return (
        line.reference,
        line.title,
        line.kind_label,
        line.unit.code if line.unit else "",
        line.unit.name if line.unit else "",
        line.state_label,
        line.submitted_on,
        line.published_on,
    )


@reads(SEE)
def plans_csv(request: Request) -> HttpResponseBase:
    """Give exactly the plans that the filters choose, as CSV."""
    filters = PlanFilters(request.GET)
    if not filters.is_valid():
        return _back(request, "plans")
    lines = every_plan(actor=request.actor, chosen=filters.chosen())
    return csv_file(f"plans-{request.today.isoformat()}.csv", PLAN_COLUMNS, map(_plan_cells, lines))


@reads(SEE)
def plans_xlsx(request: Request) -> HttpResponseBase:
    """Give exactly the plans that the filters choose, as a workbook."""
    filters = PlanFilters(request.GET)
    if not filters.is_valid():
        return _back(request, "plans")
    lines = every_plan(actor=request.actor, chosen=filters.chosen())
    return workbook_file(
        f"plans-{request.today.isoformat()}.xlsx", "Plans", _read_well(PLAN_COLUMNS), map(_plan_cells, lines)
    )


def _back(request: Request, address: str) -> HttpResponseRedirect:
    # The page says what is wrong, beside the field.
    return HttpResponseRedirect(f"{reverse(address)}?{request.GET.urlencode()}")

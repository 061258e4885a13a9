"""A whole plan to take away, and the registers as they are filtered (E3, E6)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import IO, Final

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
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
from oversight.recommendations.queries.plan_facts import ActionLine, PlanDetail, PlanLine
from oversight.recommendations.queries.plans import every_plan
from oversight.recommendations.queries.plans import plan as plan_detail
from oversight.recommendations.queries.recommendations import every_line
from oversight.recommendations.rules.plan_documents import (
    PlanDocument,
    held,
    write_docx,
    write_ods,
    write_register,
    write_xlsx,
)
from oversight.recommendations.views.plan_actions import COLUMNS as ACTION_COLUMNS
from oversight.recommendations.views.plan_actions import action_cells
from oversight.recommendations.views.recommendations import COLUMNS as RECOMMENDATION_COLUMNS
from oversight.recommendations.views.recommendations import SEE, recommendation_cells

#: Rows of a plan that are set as a PDF, and as another whole document, while somebody waits some seconds.
MOST_PRINTED: Final = 400
MOST_SET: Final = 2000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def _style() -> str:
    return resources.files("oversight.recommendations").joinpath("data/plan.css").read_text(encoding="utf-8")


def _pdf(document: PlanDocument) -> bytes:
    html = render_to_string("recommendations/plan_pdf.html", {"document": document})
    return tagged_pdf(html, style=_style())


#: What is made as a whole: how, and of how many rows at most. A workbook and a table are of any length.
WHOLE: Final[Mapping[str, tuple[Callable[[PlanDocument], bytes], int]]] = {
    "ods": (write_ods, MOST_SET),
    "docx": (write_docx, MOST_SET),
    "pdf": (_pdf, MOST_PRINTED),
}


@reads(SEE)
def plan_file(request: Request, reference: str, kind: str) -> HttpResponseBase:
    """Give a whole plan as a file."""
    if kind not in {"csv", "xlsx", *WHOLE}:
        raise Refused(
            "not_found_kind", f"There is no such file as “{kind[:20]}”.", "Choose a link on the plan’s page."
        )
    document = plan_document(actor=request.actor, reference=reference, today=request.today, at=request.at)
    name = f"{reference}-{request.today.isoformat()}.{kind}"
    if kind == "csv":
        # The other tables have no room in it.
        return csv_file(name, document.sheets[0].headings, document.sheets[0].rows)
    if kind == "xlsx":
        return _written(name, lambda file: write_xlsx(document, file))
    write, most = WHOLE[kind]
    return attachment(name, file_rules().kinds[kind].media_type, write(held(document, most)))


def workbook_file(
    name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> FileResponse:
    """Give a table of any length as a workbook."""
    return _written(name, lambda file: write_register(file, title, headings, rows))


def _written(name: str, write: Callable[[IO[bytes]], None]) -> FileResponse:
    """Give a workbook that is written to disk first, a row at a time, then sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    try:
        write(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def _read_well(names: Sequence[str]) -> list[str]:
    return [name.replace("_", " ").capitalize() for name in names]


RETURN_COLUMNS: Final = (
    "recommendation",
    "number",
    "text",
    "addressed_to",
    "answer",
    "delivery",
    "action",
    "what_is_done",
    "owner",
    "measure",
    "first_date",
    "present_date",
    "progress",
    "stands",
    "as_it_stood_on",
)


def _return_rows(found: PlanDetail, today: date) -> Iterator[tuple[Cell, ...]]:
    """Give a row for each recommendation and action, and one for each that has no other side."""
    actions_by_number = {one.number: one for one in found.actions}
    for made in found.recommendations:
        line = made.line
        about = (
            line.reference,
            line.number,
            line.text,
            line.addressee.name,
            line.response_label,
            line.delivery_label,
        )
        for number in made.actions or (None,):
            yield (*about, *_return_cells(actions_by_number.get(number) if number else None), today)
    carried = {number for made in found.recommendations for number in made.actions}
    for one in found.actions:
        if one.number not in carried:
            yield ("", None, "", "", "", "", *_return_cells(one), today)


def _return_cells(one: ActionLine | None) -> tuple[Cell, ...]:
    if one is None:
        return (None, "", "", "", None, None, "", "")
    return (
        one.number,
        one.text,
        one.owner.name,
        one.measure,
        one.first_due,
        one.due,
        one.progress_label,
        one.timing_label,
    )


@reads(SEE)
def progress_csv(request: Request, reference: str) -> HttpResponseBase:
    """Give the progress with a plan as one sheet, as CSV."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    return csv_file(f"{reference}-progress.csv", RETURN_COLUMNS, _return_rows(found, request.today))


@reads(SEE)
def progress_xlsx(request: Request, reference: str) -> HttpResponseBase:
    """Give the progress with a plan as one sheet, as a workbook."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    rows = _return_rows(found, request.today)
    return workbook_file(f"{reference}-progress.xlsx", "Progress", _read_well(RETURN_COLUMNS), rows)


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

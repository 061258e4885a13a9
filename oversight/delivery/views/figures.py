"""A unit's measures and their trends, and figures brought in from files (B2)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.delivery.actions import figures as acts
from oversight.delivery.forms.assessing import BringingFigures, Nothing
from oversight.delivery.queries import figures as queries
from oversight.delivery.queries.sight import BRING_IN, SEE
from oversight.delivery.rules.figures import KINDS, columns
from oversight.delivery.rules.measures import About, measures_of, number_in_words
from oversight.delivery.views.drawing import trend_picture
from oversight.delivery.views.steps import StepWords, take_step
from oversight.exchange.rules.files import file_rules
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.kernel.sheets import write_sheet


@reads(SEE)
def unit(request: Request, code: str) -> HttpResponse:
    """Show every measure of a region or unit with its latest figure."""
    found = queries.unit_of(request.actor, code)
    lines = queries.unit_measures(actor=request.actor, code=code)
    return render(request, "delivery/unit.html", {"unit": found, "lines": lines})


@reads(SEE)
def trend(request: Request, code: str, measure: str) -> HttpResponse:
    """Show the trend of a measure of a unit against its target, drawn and as a table."""
    unit_ = queries.unit_of(request.actor, code)
    found, points = queries.trend(actor=request.actor, code=code, measure=measure)
    context = {
        "unit": unit_,
        "measure": found,
        "points": tuple(reversed(points)),
        "picture": trend_picture(points) if points else None,
        "number": number_in_words,
    }
    return render(request, "delivery/trend.html", context)


@reads(SEE)
def trend_csv(request: Request, code: str, measure: str) -> HttpResponseBase:
    """Give the trend of a measure of a unit as a file."""
    queries.unit_of(request.actor, code)
    found, points = queries.trend(actor=request.actor, code=code, measure=measure)
    headings = ("period_begins", "figure", "unit_of_figure", "target", "stands", "entered_by", "note")
    rows = (
        (
            one.first,
            number_in_words(one.value),
            found.unit,
            number_in_words(one.target) if one.target is not None else "",
            one.standing.words,
            one.by,
            one.note,
        )
        for one in points
    )
    return csv_file(f"{measure}-{code}.csv", headings, rows)


@reads(BRING_IN)
def files(request: Request) -> HttpResponse:
    """Show the files of figures that my organisation brought."""
    found = queries.files(actor=request.actor, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
    return render(request, "delivery/files.html", {"found": found, "pages": pages})


@writes(BRING_IN)
def bring_in(request: Request) -> HttpResponse:
    """Bring a file of figures: kept and checked, and nothing taken yet."""
    rules = file_rules()
    form_page = "delivery/bring_in.html"
    if request.method != "POST":
        kinds = [(kind, rules.kinds[kind].title) for kind in KINDS]
        context: dict[str, Any] = {
            "form": BringingFigures(),
            "kinds": kinds,
            "measures": measures_of(About.UNIT),
        }
        return render(request, form_page, context)
    words = StepWords(
        title="Bring in figures from a file",
        button="Check the file",
        back=reverse("delivery-files"),
        back_words="Back to the files",
        done="The file is being checked. No figure is taken before you confirm.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data["file"]
        made = acts.bring_file(by=request.actor, at=request.at, file_name=given.name, file=given.read())
        return reverse("delivery-file", args=[made])

    return take_step(request, words, BringingFigures, act)


@reads(BRING_IN)
def template(request: Request, kind: str) -> HttpResponse:
    """Give an empty file to fill in."""
    del request
    if kind not in KINDS:
        raise Http404
    notes = tuple(f"{one.title} ({one.unit})" for one in measures_of(About.UNIT))
    content = write_sheet(kind, "Figures", columns(), (), ("Measures:", *notes))
    answer = HttpResponse(content, content_type=file_rules().kinds[kind].media_type)
    answer["Content-Disposition"] = f'attachment; filename="figures.{kind}"'
    return answer


@reads(BRING_IN)
def file(request: Request, file_id: int) -> HttpResponse:
    """Show how far a file is, what is wrong with its rows, and what taking it would do."""
    found = queries.file(actor=request.actor, at=request.at, file_id=file_id)
    return render(request, "delivery/file.html", {"found": found})


@writes(BRING_IN)
def confirm(request: Request, file_id: int) -> HttpResponse:
    """Confirm a file that was checked: all of its figures are taken."""
    found = queries.file(actor=request.actor, at=request.at, file_id=file_id)
    back = reverse("delivery-file", args=[file_id])
    words = StepWords(
        title=f"Bring in the figures of {found.name}",
        button="Bring them in",
        back=back,
        back_words="Back to the file",
        told=(
            f"{found.new:,} are new.",
            f"{found.changed:,} replace a figure that is there; both stay.",
            f"{found.same:,} are there already.",
        ),
        done="The figures are being taken.",
    )

    def act(form: Any) -> str:
        del form
        acts.confirm_file(by=request.actor, at=request.at, file_id=file_id)
        return back

    return take_step(request, words, Nothing, act)


@writes(BRING_IN)
def set_aside(request: Request, file_id: int) -> HttpResponse:
    """Set a file aside."""
    found = queries.file(actor=request.actor, at=request.at, file_id=file_id)
    back = reverse("delivery-file", args=[file_id])
    words = StepWords(
        title=f"Set {found.name} aside",
        button="Set it aside",
        back=back,
        back_words="Back to the file",
        told=("None of its figures is taken. The file itself stays kept.",),
        done="The file is set aside.",
        warning=True,
    )

    def act(form: Any) -> str:
        del form
        acts.set_aside_file(by=request.actor, at=request.at, file_id=file_id)
        return reverse("delivery-files")

    return take_step(request, words, Nothing, act)

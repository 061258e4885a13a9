"""The sample: years, lists, draws and their records, for a lay reader to follow and anyone to check (F1,
F2).
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.sheets import KINDS, SheetColumn, write_sheet
from oversight.kernel.suppression import suppression_rule
from oversight.kernel.words import count_in_words, join_in_words
from oversight.sfo.actions import sample as acts
from oversight.sfo.forms.reviews import CommittingSeed, next_years
from oversight.sfo.queries.marking import statistics_of, year_figures
from oversight.sfo.queries.sample import (
    RegionShare,
    batch_detail,
    list_asked_for,
    waiting_reviews,
    year_detail,
    year_names,
)
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.records import written
from oversight.sfo.rules.review import ASSURERS
from oversight.sfo.rules.statistics import COLUMNS, hidden_numbers

SEE: Final = "sfo.see_sample"
CONFLICT: Final = 409
CONTENT_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}


@reads(SEE)
def sample(request: Request) -> HttpResponse:
    """Show a year of the sample: the latest, or the one asked for."""
    names = year_names()
    asked = request.GET.get("year", "")
    current = asked or next(iter(names), "")
    # The year that runs comes first, and not one whose seed was committed to ahead of time.
    found = year_detail(current) if current else None
    if found and not asked and found.first_day > request.today and len(names) > 1:
        found = year_detail(names[1])
    actor, design = request.actor, found.design if found else shipped_designs()[-1]
    return render(
        request,
        "sfo/sample.html",
        {
            "found": found,
            "names": names,
            "design": design,
            "bars": _bars(found.regions) if found else [],
            "waiting": waiting_reviews(),
            "asked_for": list_asked_for(request.today),
            "runs": found is not None and found.first_day <= request.today <= found.last_day,
            "over": found is not None and found.is_over(request.today),
            "may": {name: actor.may(f"sfo.{name}") for name in ("commit_seed", "freeze", "draw", "assure")},
            "bodies": ASSURERS,
        },
    )


def _bars(regions: tuple[RegionShare, ...]) -> list[dict[str, object]]:
    """Give the chart of how far each region is from the share, in shares of the width: the middle is the
    share.
    """
    bars: list[dict[str, object]] = []
    for place, one in enumerate(regions):
        # Three reviews either way reach the edge; what lies further out stops there.
        length = min(48.0, abs(one.ahead) * 16 / 100)
        bars.append(
            {
                "name": one.name,
                "y": 30 + 44 * place,
                "x": 50 - (length if one.ahead < 0 else 0),
                "width": max(length, 0.3),
                "told": f"{one.ahead / 100:+.1f}",
            }
        )
    return bars


@writes("sfo.commit_seed")
def commit_seed(request: Request) -> HttpResponse:
    """Commit to the seed of a year that has not begun."""
    form = CommittingSeed(request.POST if request.method == "POST" else None, years=next_years(request.today))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                name = acts.commit_seed(by=request.actor, at=request.at, starts=form.cleaned_data["starts"])
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"The seed of {name} is sealed. Its digest is in the record.")
                return redirect("sfo-sample-year", year=name)
    return render(request, "sfo/commit_seed.html", {"form": form}, status=status)


@reads(SEE)
def sample_year(request: Request, year: str) -> HttpResponse:  # noqa: ARG001 - every view takes one
    """Go to a year on the page of the sample."""
    response = redirect("sfo-sample")
    response["Location"] += f"?year={year_detail(year).name}"
    return response


@writes("sfo.freeze")
def freeze(request: Request) -> HttpResponse:
    """Freeze the list of all submitted reviews."""
    if request.method == "POST":
        year, number = acts.freeze(by=request.actor, at=request.at)
        messages.success(request, f"List {number} of {year} is frozen. Anyone may make the draw now.")
        return redirect("sfo-batch", year=year, number=number)
    return render(request, "sfo/freeze.html", {"waiting": waiting_reviews(), "design": shipped_designs()[-1]})


@reads(SEE)
def batch(request: Request, year: str, number: int) -> HttpResponse:
    """Show a list and its draw, with everything needed to repeat it."""
    found = batch_detail(year, number)
    context = {"found": found, "may_draw": request.actor.may("sfo.draw")}
    return render(request, "sfo/batch.html", context)


@writes("sfo.draw")
def draw(request: Request, year: str, number: int) -> HttpResponse:
    """Make the draw from a frozen list."""
    found = batch_detail(year, number)
    if request.method == "POST":
        drawn = acts.make_draw(by=request.actor, at=request.at, year=year, number=number)
        told = count_in_words(drawn, "review")
        messages.success(request, f"{told} drawn for HM Inspectorate of Probation. Each review is allocated.")
        return redirect("sfo-batch", year=year, number=number)
    return render(request, "sfo/draw.html", {"found": found})


@reads(SEE)
def record(request: Request, year: str, number: int) -> HttpResponse:  # noqa: ARG001 - every view takes one
    """Give the record of a draw as a file that `oversight sample check` repeats."""
    found = batch_detail(year, number)
    if found.record is None:
        raise Refused("not_found_record", "The draw is not made yet.", "Make the draw first.")
    return HttpResponse(
        written(found.record),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="sfo-draw-{year}-{number}.json"'},
    )


@writes("sfo.commit_seed")
def reveal(request: Request, year: str) -> HttpResponse:
    """Reveal the seed of a year that is over."""
    found = year_detail(year)
    if request.method == "POST":
        acts.reveal_seed(by=request.actor, at=request.at, year=year)
        messages.success(request, "The seed is revealed. Every record of the year holds it now.")
        return redirect("sfo-sample-year", year=year)
    return render(request, "sfo/reveal.html", {"found": found, "over": found.is_over(request.today)})


@writes("sfo.assure")
def declare(request: Request, year: str) -> HttpResponse:
    """Declare that my body has quality assured all its reviews of a year."""
    found = year_detail(year)
    if request.method == "POST":
        acts.declare_assured(by=request.actor, at=request.at, year=year)
        messages.success(request, "Declared.")
        return redirect("sfo-sample-year", year=year)
    context = {"found": found, "body": ASSURERS.get(request.actor.party, ""), "left": found.open}
    return render(request, "sfo/declare.html", context)


@reads(SEE)
def figures(request: Request, year: str) -> HttpResponse:
    """Show what a year's reviews got, and how far the two bodies agree."""
    found = year_figures(year_detail(year).name)
    context = {
        "found": found,
        "bodies": ASSURERS,
        "kinds": KINDS,
        "hidden": hidden_numbers(statistics_of(found)),
        # Who does not mark reviews is no named reader of all of them, and a small number tells of one.
        "whole": request.actor.may("sfo.assure"),
        "rule": suppression_rule(),
    }
    return render(request, "sfo/figures.html", context)


@reads(SEE)
def figures_file(request: Request, year: str, kind: str) -> HttpResponse:  # noqa: ARG001 - as above
    """Give a year's figures as a table for publication, with small numbers hidden."""
    if kind not in KINDS:
        raise Refused(
            "not_found_file", "There is no such kind of file.", f"Choose {join_in_words(KINDS, 'or')}."
        )
    rows = statistics_of(year_figures(year_detail(year).name))
    columns = [SheetColumn(name, wide=name in {"standard", "measure", "note"}) for name in COLUMNS]
    rule = suppression_rule()
    notes = (f"Numbers below {rule.least} are hidden, with others from which they follow. {rule.unverified}",)
    return HttpResponse(
        write_sheet(kind, f"SFO reviews {year}", columns, rows, notes),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="sfo-reviews-{year}.{kind}"'},
    )

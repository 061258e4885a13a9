"""Action plans as anyone may read them: the list, a plan, its versions, files and feed (E3, H1, ¶24, ¶27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.syndication.views import Feed
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from oversight.kernel.declaring import public
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.sheets import SheetColumn, write_sheet
from oversight.kernel.spreadsheets import Cell, safe_cell
from oversight.publication.forms import PlanFilterForm
from oversight.publication.queries.areas import areas_named
from oversight.publication.queries.plans import (
    PlanFilters,
    PlanLine,
    PublicPlan,
    every_plan,
    newest_plans,
    plan_list,
    public_plan,
)
from oversight.publication.rules.plan_snapshots import PlanSnapshot, PublishedAction
from oversight.publication.views.caching import cached
from oversight.publication.views.data import LICENCE, PLAN_COLUMNS, csv_answer

#: Plans in the feed.
IN_FEED: Final = 20
KINDS: Final = ("csv", "json", "ods")
_ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"


def _filters(request: Request) -> PlanFilterForm:
    return PlanFilterForm(request.GET)


def _chosen(form: PlanFilterForm) -> PlanFilters:
    words = form.cleaned_data["q"]
    codes = tuple(ref.code for ref in areas_named(words)) if words else ()
    return PlanFilters(text=words, codes=codes, kind=form.cleaned_data["kind"])


@public
@cached
def plans(request: Request) -> HttpResponse:
    """List the action plans that were published, the one updated last first."""
    form = _filters(request)
    page = plan_list(_chosen(form), number=request.GET.get("page")) if form.is_valid() else None
    filtered = any(value for name, value in request.GET.items() if name != "page")
    context = {"form": form, "page": page, "filtered": filtered}
    return render(request, "publication/action_plans.html", context)


@public
@cached
def plan(request: Request, reference: str) -> HttpResponse:
    """Show an action plan as it was last published."""
    return _page(request, public_plan(reference))


@public
@cached
def version(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one version of an action plan, as it was."""
    return _page(request, public_plan(reference, number))


def _page(request: Request, found: PublicPlan) -> HttpResponse:
    address = request.build_absolute_uri(reverse("public-plan", args=[found.snapshot.reference]))
    context = {"plan": found, "snapshot": found.snapshot, "address": address, "kinds": KINDS}
    return render(request, "publication/action_plan.html", context)


@public
@cached
def file(request: Request, reference: str, number: int, kind: str) -> HttpResponse:
    """Give a version of a plan as data: its actions as a table, or everything as JSON."""
    found = public_plan(reference, number)
    if found.off is not None:
        raise Refused(
            "not_found_plan_withdrawn",
            "This action plan was taken off the web.",
            "Open its page: it says when and why.",
        )
    _check_kind(kind)
    name = f"{reference}-version-{number}.{kind}"
    if kind == "json":
        address = request.build_absolute_uri(reverse("public-plan", args=[reference]))
        merged = {
            "merged_into": found.merged.reference if found.merged else None,
            "took_in": [one.reference for one in found.took_in],
        }
        said = as_json(found.snapshot, found.round, found.published_at, address)
        return JsonResponse(
            {"licence": LICENCE, **said, **merged},
            json_dumps_params={"ensure_ascii": False},
        )
    return _table(name, kind, _rows(found.snapshot, found.round))


@public
@cached
def every_file(request: Request, kind: str) -> HttpResponse:
    """Give every action of the plans that the filters choose, or all, as data."""
    _check_kind(kind)
    form = _filters(request)
    if not form.is_valid():
        # The page says beside the field what is wrong.
        return HttpResponseRedirect(f"{reverse('public-plans')}?{request.GET.urlencode()}")
    lines = every_plan(_chosen(form))
    if kind == "json":
        listed = [_line_as_json(request, line) for line in lines]
        return JsonResponse({"licence": LICENCE, "plans": listed}, json_dumps_params={"ensure_ascii": False})
    rows = (row for line in lines if line.snapshot for row in _rows(line.snapshot, line.round))
    return _table(f"action-plans.{kind}", kind, rows)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Refused(
            "not_found_kind", f"There is no such file as “{kind[:20]}”.", "Choose a link on the plan’s page."
        )


def _table(name: str, kind: str, rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    written = ([safe_cell(cell) for cell in row] for row in rows)
    if kind == "csv":
        return csv_answer(name, tuple(PLAN_COLUMNS), written)
    columns = [SheetColumn(column) for column in PLAN_COLUMNS]
    content = write_sheet("ods", "Actions", columns, ([_plain(cell) for cell in row] for row in rows))
    return HttpResponse(
        content, content_type=_ODS, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _plain(cell: Cell) -> str:
    return safe_cell(cell) if not isinstance(cell, str) else cell


def _rows(snapshot: PlanSnapshot, number: int) -> Iterator[tuple[Cell, ...]]:
    for one in snapshot.actions:
        yield (
            snapshot.reference,
            number,
            snapshot.title,
            snapshot.unit_code,
            snapshot.published_on,
            snapshot.as_on,
            one.number,
            one.text,
            " ".join(one.recommendations),
            one.owner,
            one.measure,
            one.commissioned,
            one.first_date,
            " ".join(change.after.isoformat() for change in one.dates),
            one.present_date,
            one.progress,
            one.stands,
            "\n".join(f"{said.on.isoformat()}, {said.progress}: {said.text}" for said in one.said),
        )


def _line_as_json(request: Request, line: PlanLine) -> dict[str, Any]:
    assert line.snapshot is not None
    address = request.build_absolute_uri(reverse("public-plan", args=[line.reference]))
    return as_json(line.snapshot, line.round, line.updated_at, address)


def as_json(snapshot: PlanSnapshot, number: int, published_at: datetime, address: str) -> dict[str, Any]:
    """Give a version of a plan as data: everything that its page shows."""
    return {
        "reference": snapshot.reference,
        "address": address,
        "version": number,
        "digest": snapshot.digest,
        "title": snapshot.title,
        "kind": snapshot.kind,
        "written_by": snapshot.writer,
        "unit_code": snapshot.unit_code or None,
        "submitted_on": snapshot.submitted_on,
        "published_on": snapshot.published_on,
        "updated_on": snapshot.updated_on,
        "as_on": snapshot.as_on,
        "this_version_published_at": published_at,
        "on_gov_uk": snapshot.where,
        "reports": [
            {"reference": one.source, "title": one.title, "kind": one.kind} for one in snapshot.reports
        ],
        "recommendations": [
            {
                "reference": one.reference,
                "report": one.source,
                "number": one.number,
                "text": one.text,
                "addressed_to": one.authority,
                "answer": one.answer,
                "part_agreed": one.agreed_part or None,
                "reason": one.reason or None,
                "delivery": one.delivery,
                "superseded_by": one.superseded_by or None,
                "actions": list(one.actions),
            }
            for one in snapshot.recommendations
        ],
        "actions": [_action_as_json(one) for one in snapshot.actions],
    }


def _action_as_json(one: PublishedAction) -> dict[str, Any]:
    return {
        "number": one.number,
        "action": one.text,
        "recommendations": list(one.recommendations),
        "owner": one.owner,
        "measure": one.measure,
        "commissioned_services": one.commissioned,
        "first_date": one.first_date,
        "later_dates": [
            {"date": change.after, "reason": change.reason, "asked_on": change.asked_on}
            for change in one.dates
        ],
        "present_date": one.present_date,
        "progress": one.progress,
        "stands": one.stands,
        "said": [
            {"on": said.on, "progress": said.progress, "text": said.text, "by": said.body}
            for said in one.said
        ],
    }


class Plans(Feed):  # type: ignore[type-arg]  # Django takes no arguments of types at run time
    """Action plans as they are published and updated, newest first, for whoever subscribes."""

    feed_type = Atom1Feed
    title = "Action plans for the probation service"
    subtitle = "Action plans as they are published or updated"
    author_name = "HM Prison and Probation Service"

    def link(self) -> str:
        """Address of the list."""
        return reverse("public-plans")

    def feed_url(self) -> str:
        """Address of the feed itself, which is its permanent identifier."""
        return reverse("public-plan-feed")

    def items(self) -> Sequence[PlanLine]:
        """Give the entries."""
        return newest_plans(IN_FEED)

    def item_title(self, item: PlanLine) -> str:
        """Title of the plan."""
        return item.title

    def item_description(self, item: PlanLine) -> str:
        """How it stands, in a sentence or two."""
        assert item.snapshot is not None
        told = f"{item.snapshot.done} of {len(item.snapshot.actions)} actions are done."
        return f"{told} Version {item.round} shows what changed." if item.round > 1 else told

    def item_link(self, item: PlanLine) -> str:
        """Permanent address of the plan; an update is a change of the same entry."""
        return reverse("public-plan", args=[item.reference])

    def item_updateddate(self, item: PlanLine) -> datetime:
        """When its current version was published."""
        return item.updated_at


_feed: Final = Plans()


@public
@cached
def feed(request: Request) -> HttpResponse:
    """Give the plans last published or updated as an Atom feed."""
    return _feed(request)

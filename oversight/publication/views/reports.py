"""One report as anyone may read it: its page, its earlier versions, its files, and the feed (D8, ¶16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.syndication.views import Feed
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from oversight.kernel.declaring import public
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.publication.queries import published
from oversight.publication.queries.areas import area_names
from oversight.publication.queries.plans import plan_of_report
from oversight.publication.queries.reports import rounds_of
from oversight.publication.rules.comparing import differences
from oversight.publication.rules.history import EVIDENCE
from oversight.publication.rules.programmes import programmes
from oversight.publication.rules.snapshots import GivenRating, PublishedData
from oversight.publication.views.caching import cached
from oversight.publication.views.data import LICENCE, csv_answer

#: Reports in the feed.
IN_FEED: Final = 20
RATING_COLUMNS: Final = ("reference", "version", "standard", "title", "rating", "how_it_came_about")
RECOMMENDATION_COLUMNS: Final = (
    "reference",
    "version",
    "number",
    "addressed_to",
    "recommendation",
    "standards",
)


@public
@cached
def report(request: Request, reference: str) -> HttpResponse:
    """Show one report: its text when it was published here, and what is known of it otherwise."""
    found = published.report(reference)
    return _entry_page(request, reference) if found is None else _page(request, found)


@public
@cached
def version(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one version of a report, as it was."""
    return _page(request, _found(reference, number))


def _page(request: Request, found: published.Report) -> HttpResponse:
    snapshot = found.snapshot
    return render(
        request,
        "publication/published_report.html",
        {
            "report": found,
            "snapshot": snapshot,
            "names": area_names(),
            "rater": programmes().rater,
            "plan": plan_of_report(snapshot.reference),
            "address": request.build_absolute_uri(reverse("report", args=[snapshot.reference])),
        },
    )


def _entry_page(request: Request, reference: str) -> HttpResponse:
    current, *earlier = rounds_of(reference)
    following = [current, *earlier]
    names = area_names()
    return render(
        request,
        "publication/report.html",
        {
            "report": current,
            "name_now": names.get(current.said.unit_code, current.said.unit_name),
            "region_name": names.get(current.said.region_code, ""),
            "evidence": EVIDENCE[current.said.evidence],
            "plan": plan_of_report(reference),
            "corrections": [
                (after, differences(before.said, after.said))
                for after, before in zip(following, earlier, strict=False)
            ],
            "address": request.build_absolute_uri(reverse("report", args=[reference])),
        },
    )


def _found(reference: str, number: int) -> published.Report:
    found = published.report(reference, number)
    if found is None:
        raise Refused(
            "not_found_report_version",
            f"There is no text of a report with the reference {reference[:100]!r} here.",
            "Search the register of reports.",
        )
    return found


def _on_the_web(reference: str, number: int) -> published.Report:
    found = _found(reference, number)
    if found.off is not None:
        raise Refused(
            "not_found_report_withdrawn",
            "HM Inspectorate of Probation has taken this report off the web.",
            "Open the report’s page: it says when and why.",
            paragraph="16",
        )
    return found


@public
@cached
def pdf(request: Request, reference: str, number: int) -> HttpResponse:
    """Give the PDF of a version."""
    del request
    _on_the_web(reference, number)
    content = published.pdf_of(reference, number)
    if content is None:
        raise Refused(
            "not_found_pdf",
            "The PDF of this report is being made. It takes a few minutes after publication.",
            "Read the report on its page, or come back later.",
        )
    return _file(content, "application/pdf", f"{reference}-version-{number}.pdf")


@public
@cached
def data(request: Request, reference: str, number: int) -> HttpResponse:
    """Give a version as data."""
    found = _on_the_web(reference, number)
    content = as_json(found, request.build_absolute_uri(reverse("report", args=[reference])))
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@public
@cached
def ratings_csv(request: Request, reference: str, number: int) -> HttpResponse:
    """Give the ratings of a version as a table; the overall one has no standard."""
    del request
    snapshot = _on_the_web(reference, number).snapshot
    given = [*([snapshot.overall] if snapshot.overall else []), *snapshot.ratings]
    rows = [
        (reference, str(number), one.standard, one.title, one.rating, " ".join(one.explanation))
        for one in given
    ]
    return _table(f"{reference}-version-{number}-ratings.csv", RATING_COLUMNS, rows)


@public
@cached
def recommendations_csv(request: Request, reference: str, number: int) -> HttpResponse:
    """Give the recommendations of a version as a table."""
    del request
    snapshot = _on_the_web(reference, number).snapshot
    rows = [
        (reference, str(number), str(one.number), one.authority_name, one.text, "; ".join(one.standards))
        for one in snapshot.recommendations
    ]
    return _table(f"{reference}-version-{number}-recommendations.csv", RECOMMENDATION_COLUMNS, rows)


def _table(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    return csv_answer(name, columns, ([safe_cell(cell) for cell in row] for row in rows))


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def as_json(found: published.Report, address: str) -> dict[str, Any]:
    """Give a version of a report as data: everything that its page shows."""
    snapshot = found.snapshot
    return {
        "reference": snapshot.reference,
        "address": address,
        "version": found.round,
        "digest": found.digest,
        "published_on": snapshot.published_on,
        "this_version_published_at": found.published_at,
        "rated_by": programmes().rater,
        "licence": LICENCE,
        "title": snapshot.title,
        "type": snapshot.type_title,
        "programme": {"id": snapshot.programme.id, "title": snapshot.programme.title},
        "areas": [{"code": one.code, "name": one.name} for one in snapshot.places],
        "with": list(snapshot.partners),
        "fieldwork": {"from": snapshot.fieldwork_from, "until": snapshot.fieldwork_until},
        "cases_inspected": snapshot.cases,
        "overall_rating": _rating(snapshot.overall) if snapshot.overall else None,
        "score": snapshot.score,
        "score_max": snapshot.programme.score_max if snapshot.score is not None else None,
        "ratings": [_rating(one) for one in snapshot.ratings],
        "sections": [{"key": one.key, "title": one.title, "html": one.html} for one in snapshot.sections],
        "recommendations": [
            {
                "number": one.number,
                "addressed_to": one.authority_name,
                "text": one.text,
                "standards": list(one.standards),
            }
            for one in snapshot.recommendations
        ],
        "data": [_data(one) for one in snapshot.data_items],
        "corrections": [
            {"on": one.on, "version": one.round, "wrong": one.wrong, "says_now": one.says, "why": one.why}
            for one in found.corrections
        ],
    }


def _rating(given: GivenRating) -> dict[str, Any]:
    return {
        "standard": given.standard or None,
        "title": given.title,
        "rating": given.rating or None,
        "how_it_came_about": list(given.explanation),
    }


def _data(item: PublishedData) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "owner": item.owner_name,
        "source": item.source,
        "as_of": item.as_of,
        "columns": list(item.columns),
        "rows": [list(row) for row in item.rows],
        "note": item.note or None,
    }


class Reports(Feed):  # type: ignore[type-arg]  # Django takes no arguments of types at run time
    """Reports as they are published and corrected, newest first, for whoever subscribes."""

    feed_type = Atom1Feed
    title = "Reports by HM Inspectorate of Probation"
    subtitle = "Inspection reports as they are published or corrected"
    author_name = "HM Inspectorate of Probation"

    def link(self) -> str:
        """Address of the register."""
        return reverse("reports")

    def feed_url(self) -> str:
        """Address of the feed itself, which is its permanent identifier."""
        return reverse("report-feed")

    def items(self) -> Sequence[published.FeedEntry]:
        """Give the entries."""
        return published.newest(IN_FEED)

    def item_title(self, item: published.FeedEntry) -> str:
        """Title of the report."""
        return item.title

    def item_description(self, item: published.FeedEntry) -> str:
        """What it is about, in a sentence or two."""
        return item.summary

    def item_link(self, item: published.FeedEntry) -> str:
        """Permanent address of the report; a correction is a change of the same entry."""
        return reverse("report", args=[item.reference])

    def item_pubdate(self, item: published.FeedEntry) -> datetime:
        """When it was first published."""
        return item.published_at

    def item_updateddate(self, item: published.FeedEntry) -> datetime:
        """When its current version was."""
        return item.updated_at


_feed: Final = Reports()


@public
@cached
def feed(request: Request) -> HttpResponse:
    """Give the newest reports as an Atom feed."""
    return _feed(request)

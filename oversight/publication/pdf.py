"""The PDF of a published report: made by the worker from what was published, and kept (D8)."""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

import pikepdf
from django.template.loader import render_to_string

from oversight.access.queries import acting_by_command
from oversight.jobs.rules import Progress
from oversight.jobs.working import Tell
from oversight.kernel.printing import STEPS, tagged_pdf
from oversight.publication.actions import keep_pdf
from oversight.publication.queries.published import Report, report
from oversight.publication.rules.programmes import programmes
from oversight.publication.rules.snapshots import round_of

COMMAND: Final = "work"


@cache
def style() -> str:
    """Give the style sheet of reports on paper."""
    file = resources.files("oversight.publication").joinpath("data/report-pdf.css")
    return file.read_text(encoding="utf-8")


def html_of(found: Report) -> str:
    """Give the page that a report's PDF is made from."""
    facts = {
        "snapshot": found.snapshot,
        "round": found.round,
        "published_at": found.published_at,
        "corrections": found.corrections,
        "rater": programmes().rater,
    }
    return render_to_string("publication/report_pdf.html", facts)


def make_pdf(subject: str, at: datetime, tell: Tell) -> str:
    """Make the PDF of a round and keep it; done before, it is left as it is.

    Args:
        subject: The round, as ``round_subject`` names it.
        at: Moment of making it.
        tell: Told how far it is.
    """
    reference, number = round_of(subject)
    found = report(reference, number)
    assert found is not None, f"{subject} was asked for and never published"
    if found.pdf is not None:
        return "It was made before."

    def step(place: int, words: str) -> None:
        tell(Progress(place - 1, STEPS, words))

    content = tagged_pdf(html_of(found), style=style(), tell=step)
    with pikepdf.open(io.BytesIO(content)) as made:
        pages = len(made.pages)
    by = acting_by_command(COMMAND)
    keep_pdf(by=by, at=at, reference=reference, number=number, content=content, pages=pages)
    return f"Made, with {pages} {'page' if pages == 1 else 'pages'},"

# ruff: noqa: PLC0415 - the framework is started first
"""How fast a long report becomes a PDF, against the library alone on the same HTML in the same run.

    python -m benchmarks.pdf [--pages 60] [--tables 25]

Makes a report of so many pages and tables, and prints JSON: seconds of processor time for our whole path (the
text read back, the page made from its template, set with progress told, header cells completed, pages
counted) and for WeasyPrint alone. Each is the best of some turns taken one after the other.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

TURNS = 3
TARGET = 2.0
WORDS = (
    "Leaders set a clear direction and staff understood what was asked of them, but vacancies left too many "
    "people under supervision without the contact that their assessment called for. "
)


def _table(number: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">Team {row}</th><td>{row * 7}</td><td>{row * 3}</td><td>{row * 11}</td></tr>'
        for row in range(1, 13)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Team", "Cases", "Reviewed", "Contacts"))
    return (
        f"<table><caption>Table {number}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def report_of(sections: int, tables: int, paragraphs: int) -> Any:
    """Make a report as it is read back from the register."""
    from oversight.publication.queries.published import Report
    from oversight.publication.rules.programmes import UnitType
    from oversight.publication.rules.snapshots import ProgrammeFacts, Section, Snapshot

    told = []
    for number in range(1, sections + 1):
        html = f"<h3>What was found</h3>{f'<p>{WORDS * 3}</p>' * paragraphs}"
        mine = range(number, tables + 1, sections)
        told.append(Section(f"part-{number}", f"Part {number}", html + "".join(map(_table, mine))))
    facts = ProgrammeFacts(
        id="pdu-2023-25",
        version=1,
        title="PDU inspections",
        rated=False,
        standards=(),
        score_max=None,
        since=date(2023, 10, 1),
        about="About",
        not_known="Not known",
        sources=(),
    )
    snapshot = Snapshot(
        reference="2026-PDU-1",
        version=1,
        source_digest="0" * 64,
        title="An inspection",
        kind="core",
        type_title="Inspection of a Probation Delivery Unit",
        programme=facts,
        unit_type=UnitType.PDU,
        unit_code="N57EKNT",
        unit_name="East Kent",
        region_code="N57",
        places=(),
        partners=(),
        fieldwork_from=date(2026, 4, 13),
        fieldwork_until=date(2026, 4, 24),
        published_on=date(2026, 6, 1),
        overall=None,
        score=None,
        ratings=(),
        cases=40,
        sections=tuple(told),
        recommendations=(),
        data_items=(),
    )
    at = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    return Report(1, snapshot, snapshot.digest, at, current=True, rounds=(), notices=(), pdf=None)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def run(pages: int = 60, tables: int = 25) -> dict[str, Any]:
    """Measure, and give what was found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    import pikepdf
    from weasyprint import CSS, HTML

    from oversight.kernel.printing import tagged_pdf
    from oversight.publication.pdf import html_of, style
    from oversight.publication.rules.snapshots import read_snapshot

    sections, paragraphs = 12, 2
    while True:
        report = report_of(sections, tables, paragraphs)
        with pikepdf.open(io.BytesIO(tagged_pdf(html_of(report), style=style()))) as made:
            found = len(made.pages)
        if found >= pages:
            break
        paragraphs += max(1, (pages - found) * 4 // sections)
    text, html, told = report.snapshot.text, html_of(report), []

    def ours() -> None:
        read = replace(report, snapshot=read_snapshot(text))
        content = tagged_pdf(html_of(read), style=style(), tell=lambda *step: told.append(step))
        with pikepdf.open(io.BytesIO(content)) as file:
            assert len(file.pages) == found

    def alone() -> None:
        HTML(string=html).write_pdf(stylesheets=[CSS(string=style())], pdf_variant="pdf/ua-1")

    turns = [(_seconds(alone), _seconds(ours)) for _ in range(TURNS)]
    library, whole = min(one for one, _ in turns), min(one for _, one in turns)
    return {
        "pages": found,
        "tables": tables,
        "seconds_library_alone": round(library, 2),
        "seconds_ours": round(whole, 2),
        "ratio": round(whole / library, 2),
        "target_ratio": TARGET,
        "within_target": whole <= TARGET * library,
        "steps_told": len(told) // TURNS,
    }


def main() -> None:
    """Read the command line and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--tables", type=int, default=25)
    chosen = parser.parse_args()
    print(json.dumps(run(chosen.pages, chosen.tables), indent=2))


if __name__ == "__main__":
    main()

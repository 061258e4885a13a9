"""The paragraphs of the Memorandum for readers of the repository: ``python -m tools.paragraphs write|check``.

``docs/mou/paragraphs.md`` is made from the text that ships with the service and from nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from oversight.arrangements.rules.facts import Version
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.processes import processes_under, shipped_catalogue
from oversight.arrangements.rules.reading import MOU_2023, read_version, shipped_text
from oversight.arrangements.rules.telling import Told, occasions_in_words, sentence_case, tell
from oversight.kernel.words import day_in_words

PAGE = Path(__file__).resolve().parent.parent / "docs" / "mou" / "paragraphs.md"
HEADING = ("arrangement", "who owes it", "to whom", "what starts it", "by when", "how firmly")


def page() -> str:
    """Give the whole page."""
    version = read_version(shipped_text(), MOU_2023, datetime(2023, 8, 18, tzinfo=UTC))
    return "\n".join(_lines(version)) + "\n"


def _lines(version: Version) -> Iterator[str]:
    yield "# What carries each paragraph"
    yield ""
    yield f"{version.title}, in force since {day_in_words(version.effective_from)}."
    yield ""
    yield f"Made by `python -m tools.paragraphs write` from `{MOU_2023}`. The service shows the same at"
    yield "`/how-oversight-works/paragraphs`, always for the text then in force."
    yield "A local target is not a number in the Memorandum; it is labelled wherever it is shown."
    for paragraph in version.paragraphs:
        yield ""
        yield f"## Paragraph {paragraph.number}: {paragraph.subject}"
        yield ""
        carried = [one for one in version.arrangements if one.paragraph_number == paragraph.number]
        if not carried:
            yield f"Nothing has to carry it. {paragraph.reason}"
            continue
        yield from _row(HEADING)
        yield from _row(["---"] * len(HEADING))
        for one in carried:
            yield from _row(_cells(tell(one, version)))
    yield ""
    yield "## Processes"
    yield ""
    yield "Put together in `processes.yaml`; each page under `/how-oversight-works/processes/` shows one."
    yield ""
    yield from _row(("process", "arrangements"))
    yield from _row(("---", "---"))
    for process in processes_under(version, shipped_catalogue()):
        yield from _row((process.title, ", ".join(f"`{one.arrangement.id}`" for one in process.owed)))
    yield ""
    yield f"Signed by {in_words(version.signatories, version)}."


def _cells(told: Told) -> tuple[str, ...]:
    arrangement = told.arrangement
    when = f"{told.when}. Local target: {told.target}" if told.target else told.when
    return (
        f"`{arrangement.id}` {arrangement.title}",
        sentence_case(told.who),
        sentence_case(told.whom),
        "Always in force" if arrangement.standing else occasions_in_words(told.starts),
        when,
        told.force,
    )


def _row(cells: tuple[str, ...] | list[str]) -> Iterator[str]:
    yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def main() -> int:
    if sys.argv[1:] == ["write"]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if sys.argv[1:] == ["check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        print("docs/mou/paragraphs.md is out of step with the text of the arrangements. Run make fix.")
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

"""The text of a draft as it was sent for checking, and what became of its passages in later versions (D6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from oversight.inspections.models import AccuracyCheck, ReportVersion
from oversight.inspections.rules.report_content import assembled, read_content
from oversight.inspections.rules.reporting import (
    Followed,
    Passage,
    Purpose,
    SectionText,
    follow,
)
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused

#: Versions never change, so what was taken apart once is kept, by row and digest.
KEPT = 32


@dataclass(frozen=True)
class Placed:
    """A passage with its place in a version.

    Args:
        version: Row of the version.
        number: Number of the version.
        anchor: Name of the passage in it.
        place: Which passage it is, counted from 1.
        section: Title of its section.
        kind: Its kind.
        item: Number of the data item or recommendation; 0 for text.
        text: Its words.
    """

    version: int
    number: int
    anchor: str
    place: int
    section: str
    kind: str
    item: int
    text: str


@lru_cache(maxsize=KEPT)
def _sections(pk: int, digest: str) -> tuple[SectionText, ...]:
    row = ReportVersion.objects.get(pk=pk, digest=digest)
    return assembled(read_content(parse(row.content)))


def sections_of(version: ReportVersion) -> tuple[SectionText, ...]:
    """Give the sections of a version; its content may be deferred."""
    return _sections(version.pk, version.digest)


@lru_cache(maxsize=KEPT)
def _placed(pk: int, digest: str, number: int) -> Mapping[str, Placed]:
    found: dict[str, Placed] = {}
    for section in _sections(pk, digest):
        for one in section.passages:
            found[one.anchor] = Placed(
                pk, number, one.anchor, len(found) + 1, section.title, one.kind, one.item, one.text
            )
    return found


def placed_in(version: ReportVersion) -> Mapping[str, Placed]:
    """Give every passage of a version by its anchor, in order."""
    return _placed(version.pk, version.digest, version.number)


@lru_cache(maxsize=KEPT)
def _followed(old: tuple[int, str], new: tuple[int, str]) -> Mapping[str, Followed]:
    return follow(_passages(*old), _passages(*new))


def _passages(pk: int, digest: str) -> list[Passage]:
    return [one for section in _sections(pk, digest) for one in section.passages]


def followed(old: ReportVersion, new: ReportVersion) -> Mapping[str, Followed]:
    """Tell what became of every passage of a version in a later one, by its anchor."""
    return _followed((old.pk, old.digest), (new.pk, new.digest))


def drafts_of(check: AccuracyCheck) -> list[ReportVersion]:
    """Give the versions that were sent for checking, in order, without their content."""
    rows = ReportVersion.objects.filter(
        inspection=check.inspection_id, purpose=Purpose.CHECK, number__gte=check.first_draft.number
    )
    return list(rows.defer("content").order_by("number"))


def draft_of(check: AccuracyCheck, number: int = 0) -> ReportVersion:
    """Give a version that was sent for checking.

    Args:
        check: The check.
        number: Number of the version; 0 for the one under check now.

    Raises:
        Refused: Rule ``not_found_draft``: that version was not sent for checking.
    """
    if not number or number == check.draft.number:
        return check.draft
    found = next((one for one in drafts_of(check) if one.number == number), None)
    if found is None:
        raise Refused(
            "not_found_draft",
            f"Version {number} of the report was not sent for checking.",
            "Open the draft from the accuracy check.",
            paragraph="22",
        )
    return found


def passage_of(check: AccuracyCheck, anchor: str, number: int = 0) -> Placed:
    """Give a passage of a version that was sent for checking.

    Raises:
        Refused: Rule ``not_found_draft``, or rule ``accuracy_passage`` when it has no such passage.
    """
    draft = draft_of(check, number)
    found = placed_in(draft).get(anchor)
    if found is None:
        raise Refused(
            "accuracy_passage",
            f"Version {draft.number} of the draft has no passage “{anchor[:80]}”.",
            "Open the draft and comment on a passage of it.",
            paragraph="22",
            field="anchor",
        )
    return found

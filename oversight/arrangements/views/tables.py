"""Arrangements as rows of a table and as plain data, for whoever wants to work with them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from oversight.arrangements.rules.facts import Arrangement, Version
from oversight.arrangements.rules.telling import occasions_in_words, sentence_case, tell
from oversight.kernel.periods import Period
from oversight.kernel.spreadsheets import Cell

HEADING: Final = (
    "version",
    "version_effective_from",
    "id",
    "paragraph",
    "principles",
    "title",
    "summary",
    "who_owes_it",
    "to_whom",
    "what_starts_it",
    "time_limit_in_the_mou",
    "about_the_time_limit",
    "local_target",
    "about_the_local_target",
    "before_what",
    "what_meets_it",
    "how_firmly",
    "always_in_force",
    "what_upholds_it",
    "what_the_text_leaves_open",
    "effective_from",
)


def as_row(one: Arrangement, version: Version) -> tuple[Cell, ...]:
    """Give the cells of an arrangement, in the order of ``HEADING``."""
    told = tell(one, version)
    return (
        version.id,
        version.effective_from,
        one.id,
        one.paragraph,
        "; ".join(one.principles),
        one.title,
        one.summary,
        sentence_case(told.who),
        sentence_case(told.whom),
        occasions_in_words(told.starts),
        told.limit,
        one.limit_note,
        told.target,
        one.local_note,
        told.before,
        occasions_in_words(told.met_by),
        one.force.value,
        one.standing,
        " ".join(part for part in (one.guard, one.guard_note) if part),
        one.ambiguity,
        one.effective_from,
    )


def as_data(version: Version) -> dict[str, Any]:
    """Give a text as plain data that JSON can hold, days in ISO form, names as in the text itself."""
    return {
        "id": version.id,
        "title": version.title,
        "effective_from": version.effective_from.isoformat(),
        "source": version.source,
        "signatories": dict(version.signatories),
        "parties": dict(version.parties),
        "kinds": dict(version.kinds),
        "events": {name: asdict(event) for name, event in version.events.items()},
        "arrangements": [_arrangement(one, version) for one in version.arrangements],
        "paragraphs": [asdict(paragraph) for paragraph in version.paragraphs],
    }


def _arrangement(one: Arrangement, version: Version) -> dict[str, Any]:
    told = tell(one, version)
    data = asdict(one)
    data |= {
        "effective_from": one.effective_from.isoformat(),
        "limit": _period(one.limit),
        "local_target": _period(one.local_target),
        "in_words": {
            "who": told.who,
            "to_whom": told.whom,
            "by_when": told.when,
            "local_target": told.target,
            "starts": occasions_in_words(told.starts),
            "met_by": occasions_in_words(told.met_by),
            "how_firmly": told.force,
        },
    }
    return data


def _period(period: Period | None) -> dict[str, Any] | None:
    return asdict(period) if period else None

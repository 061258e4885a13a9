"""Events, texts and parties for tests of the rules: no database."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import yaml

from oversight.arrangements.rules.facts import Event, PartyFacts, Version
from oversight.arrangements.rules.reading import MOU_2023, read_version, shipped_text

ADOPTED = datetime(2023, 8, 18, tzinfo=UTC)

PARTIES = {
    code: PartyFacts(code, kind, lineage)
    for code, kind, lineage in [
        ("ministers", "ministers", "/ministers/"),
        ("moj", "department", "/moj/"),
        ("moj-sponsorship", "team", "/moj/moj-sponsorship/"),
        ("moj-policy", "team", "/moj/moj-policy/"),
        ("moj-commissioning", "team", "/moj/moj-commissioning/"),
        ("moj-data-assurance", "team", "/moj/moj-data-assurance/"),
        ("hmpps", "agency", "/hmpps/"),
        ("hmpps-osag", "team", "/hmpps/hmpps-osag/"),
        ("hmpps-contract-management", "team", "/hmpps/hmpps-contract-management/"),
        ("hmpps-commercial", "team", "/hmpps/hmpps-commercial/"),
        ("hmpps-rpq", "team", "/hmpps/hmpps-rpq/"),
        ("probation-service", "service", "/hmpps/probation-service/"),
        ("N57", "region", "/hmpps/probation-service/N57/"),
        ("N57EKNT", "pdu", "/hmpps/probation-service/N57/N57EKNT/"),
        ("N57SUR", "pdu", "/hmpps/probation-service/N57/N57SUR/"),
        ("N56", "region", "/hmpps/probation-service/N56/"),
        ("N56NOSU", "pdu", "/hmpps/probation-service/N56/N56NOSU/"),
        ("hmip", "inspectorate", "/hmip/"),
        ("hmicfrs", "inspectorate", "/hmicfrs/"),
        ("home-office", "department", "/home-office/"),
        ("provider-nacro", "provider", "/provider-nacro/"),
    ]
}


def resolve(code: str) -> PartyFacts:
    return PARTIES[code]


@cache
def mou(adopted_at: datetime = ADOPTED) -> Version:
    """Give the Memorandum of 2023 as shipped."""
    return read_version(shipped_text(), MOU_2023, adopted_at)


def text_with(*, identifier: str, effective_from: date, changes: dict[str, dict]) -> str:
    """Give the shipped text under another name and day, with fields of some arrangements changed."""
    raw = deepcopy(_shipped())
    raw["id"], raw["effective_from"] = identifier, effective_from
    for arrangement, fields in changes.items():
        held = next(one for one in raw["arrangements"] if one["id"] == arrangement)
        for field, value in fields.items():
            held[field] = {**held.get(field, {}), **value} if isinstance(value, dict) else value
    return str(yaml.dump(raw, Dumper=yaml.CSafeDumper, sort_keys=False))


@cache
def _shipped() -> dict[str, Any]:
    return dict(yaml.load(shipped_text(), Loader=yaml.CSafeLoader))


def another(
    identifier: str, effective_from: date, changes: dict[str, dict], adopted_at: datetime = ADOPTED
) -> Version:
    """Read the shipped text with changes, as a version."""
    text = text_with(identifier=identifier, effective_from=effective_from, changes=changes)
    return read_version(text, f"{identifier}.yaml", adopted_at)


def event(
    number: int,
    name: str,
    on: date | str,
    *,
    by: str = "hmip",
    kind: str = "",
    about: str = "case-1",
    unit: str = "",
    addressee: str = "",
    until: date | None = None,
    withdrawn: bool = False,
    recorded_at: datetime | None = None,
) -> Event:
    """Make an event recorded in the order of its number, years after every text in use was adopted."""
    return Event(
        id=number,
        name=name,
        kind=kind,
        about=about,
        on=date.fromisoformat(on) if isinstance(on, str) else on,
        recorded_at=recorded_at or datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        recorder=PARTIES[by],
        unit=PARTIES[unit] if unit else None,
        addressee=PARTIES[addressee] if addressee else None,
        until=until,
        withdrawn=withdrawn,
    )

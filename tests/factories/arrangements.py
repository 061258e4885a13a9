"""Arrangements in force and events recorded by the parties entitled to, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting, acting_by_command
from oversight.arrangements import actions
from oversight.arrangements.models import ArrangementVersion
from oversight.arrangements.rules.reading import MOU_2023, shipped_text
from oversight.parties.queries import party
from tests.factories.parties import register
from tests.harness.once import once

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

#: One role for each party that records events in tests.
ROLES = {
    "moj-sponsorship": "sponsorship_officer",
    "moj-policy": "moj_policy_officer",
    "moj-commissioning": "moj_commissioner",
    "moj-data-assurance": "data_assurance_officer",
    "ministers": "ministers_office",
    "hmpps": "hmpps_officer",
    "hmpps-osag": "osag_coordinator",
    "hmpps-contract-management": "contract_manager",
    "hmpps-commercial": "commercial_contract_manager",
    "hmpps-rpq": "performance_quality_officer",
    "probation-service": "chief_probation_officer",
    "hmip": "hmip_lead_inspector",
    "hmicfrs": "partner_inspector",
    "home-office": "department_officer",
    "operator": "service_operator",
}


def acting_for(code: str, role: str = "") -> Acting:
    """Give an actor for a party that is in the register, without a person behind it."""
    ref = party(code)
    known = ROLES.get(code) or {"region": "regional_probation_director", "pdu": "head_of_pdu"}.get(
        ref.kind, "provider_representative"
    )
    return Acting(f"person:{code}", f"Person of {ref.name}", code, role or known, ref.lineage, ref.name)


def load_mou(at: datetime = datetime(2023, 8, 18, 12, tzinfo=UTC)) -> ArrangementVersion:
    """Load the register and take up the Memorandum of 2023."""
    register()
    once(
        f"mou {at}",
        lambda: actions.load_version(by=acting_by_command("test"), at=at, text=shipped_text(), name=MOU_2023),
    )
    return ArrangementVersion.objects.get(identifier="mou-2023")


def record(
    event: str,
    on: date | str,
    *,
    by: str = "hmip",
    kind: str = "",
    about: str = "case-1",
    unit: str = "",
    addressee: str = "",
    until: date | None = None,
    at: datetime = AT,
    note: str = "",
) -> actions.EventFacts:
    """Record an event for a party."""
    return actions.happened(
        by=acting_for(by),
        at=at,
        event=event,
        kind=kind,
        about=about,
        on=date.fromisoformat(on) if isinstance(on, str) else on,
        unit=party(unit) if unit else None,
        addressee=party(addressee) if addressee else None,
        note=note,
        until=until,
    )


def withdraw(event_id: int, *, by: str = "hmip", revision: int = 1, at: datetime = AT) -> actions.EventFacts:
    """Withdraw an event for a party."""
    return actions.withdraw_event(
        by=acting_for(by), at=at, event_id=event_id, revision=revision, reason="Recorded in error."
    )

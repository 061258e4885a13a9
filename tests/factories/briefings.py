"""Alerts, briefings and policy changes brought to a state by the real steps, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from oversight.access.queries import Acting
from oversight.arrangements.actions import happened
from oversight.briefings.actions import alerts, briefings, changes, sending
from oversight.briefings.models import Alert, Briefing, BriefingCopy, PolicyChange
from oversight.parties.queries import party
from oversight.publication.actions import publish_report
from oversight.publication.rules.snapshots import GivenRating, Section, Snapshot
from oversight.recommendations.actions import receive
from tests.factories.arrangements import acting_for
from tests.factories.parties import acting_as
from tests.factories.snapshots import snapshot

#: Tuesday 2 June 2026: the report was published the day before.
AT = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
REPORT = "2026-PDU-N57EKNT-1"
INADEQUATE = GivenRating("", "Overall", "Inadequate", ("3 points of 21.",))
TEXT = {
    "issue": "East Kent was rated Inadequate. Cases of high risk were not reviewed.",
    "asked": "To note the rating and agree to meet the region.",
}


def officer(name: str = "one") -> Acting:
    """Give someone of the Sponsorship team, without a person behind it."""
    found = acting_for("moj-sponsorship")
    return replace(found, reference=f"person:sponsor-{name}", name=f"Officer {name}")


def poor_report(**more: Any) -> Snapshot:
    """Give a report on East Kent that is rated Inadequate and names an area to improve."""
    facts = {
        "overall": INADEQUATE,
        "score": 3,
        "sections": (
            Section(
                "improve-staffing",
                "Areas to improve: Staffing",
                '<p class="govuk-body">Fill vacancies &amp; train managers.</p>',
            ),
        ),
    }
    return snapshot(**(facts | more))


def published(found: Snapshot | None = None, *, at: datetime = AT - timedelta(days=1)) -> str:
    """Publish a report the way its case does, and tell the arrangements; give its reference."""
    made = found or poor_report()
    publish_report(by=acting_for("hmip", "hmip_publications"), at=at, snapshot=made)
    lead = acting_for("hmip")
    poor = made.overall is not None and made.overall.rating == "Inadequate"
    for event in ("report_published", *(["poor_rating_published"] if poor else [])):
        happened(
            by=lead,
            at=at,
            event=event,
            kind="core",
            about=made.reference,
            on=at.date(),
            unit=party(made.unit_code),
            addressee=None,
            note="",
        )
    return made.reference


def recommended(*, on: date, number: int = 1, addressee: str = "N57EKNT", source: str = REPORT) -> str:
    """Hand a recommendation over to those who answer it; give its reference."""
    return receive(
        by=acting_for("hmip"),
        at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
        kind="core",
        source=source,
        source_title="An inspection of East Kent",
        number=number,
        text="Fill vacancies.",
        addressee=party(addressee),
        on=on,
        unit=party("N57EKNT"),
    )


def alerted(*, at: datetime = AT) -> Alert:
    """Publish a poor rating and let the service look."""
    published()
    alerts.look(by=officer(), at=at)
    return Alert.objects.get(kind="rating")


def act(step: Any, row: Briefing, by: Acting, at: datetime = AT, **more: Any) -> Any:
    """Take a step on a briefing as it stands now, and give what it gives."""
    row.refresh_from_db()
    done = step(by=by, at=at, reference=row.reference, revision=row.revision, **more)
    row.refresh_from_db()
    return done


def started(*, by: Acting | None = None, at: datetime = AT) -> Briefing:
    """Start a briefing on the alert of a poor rating."""
    alert = alerted(at=at)
    reference = briefings.start(
        by=by or officer(), at=at, title="East Kent", alert_id=alert.pk, revision=alert.revision
    )
    return Briefing.objects.get(reference=reference)


def written(**more: Any) -> Briefing:
    """Bring a briefing to where its needed parts are written."""
    row = started(**more)
    act(briefings.write, row, officer(), title=row.title, parts=TEXT)
    return row


def cleared(**more: Any) -> Briefing:
    """Bring a briefing to where a second person cleared it."""
    row = written(**more)
    act(briefings.ask_clearance, row, officer())
    act(briefings.clear, row, officer("two"))
    return row


def private_secretary(**person: Any) -> Acting:
    """Give someone of the ministers' office, with a person and a membership."""
    return acting_as("ministers_office", "ministers", **person)


def sent(*readers: Acting) -> Briefing:
    """Bring a briefing to where it was sent to people of the ministers' office."""
    people = [one.reference for one in readers] or [private_secretary().reference]
    row = cleared()
    act(sending.send, row, officer(), people=people)
    return row


def decided(*readers: Acting) -> Briefing:
    """Bring a briefing to where it was decided on."""
    row = sent(*readers)
    act(sending.decide, row, officer(), text="Noted.", decided_by="The Minister", on=AT.date())
    return row


def copy_of(row: Briefing, reader: Acting) -> BriefingCopy:
    """Give the copy of a reader."""
    return BriefingCopy.objects.get(briefing=row, person=reader.reference)


def changed(**more: Any) -> PolicyChange:
    """Record a policy change."""
    facts = {
        "title": "Every case of high risk is reviewed each quarter",
        "kind": "policy_framework",
        "what": "The framework asks for a review each quarter.",
        "state": "under_way",
        "on": AT.date(),
    }
    reference = changes.record(by=acting_for("moj-policy"), at=AT, **(facts | more))
    return PolicyChange.objects.get(reference=reference)


def change_act(step: Any, row: PolicyChange, *, by: Acting | None = None, **more: Any) -> Any:
    """Take a step on a policy change as it stands now."""
    row.refresh_from_db()
    done = step(
        by=by or acting_for("moj-policy"), at=AT, reference=row.reference, revision=row.revision, **more
    )
    row.refresh_from_db()
    return done

"""Audits brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from oversight.access.queries import Acting, acting_under
from oversight.audits.actions import accuracy, drafting, fieldwork, following, issuing, planning, sources
from oversight.audits.models import Audit
from oversight.audits.rules.audit import AuditState
from oversight.parties.queries import memberships_of_addresses, party
from tests.factories.intelligence import finding
from tests.factories.parties import acting_as
from tests.harness.once import reached

AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 4, 14)
UNIT = "N57EKNT"
SUMMARY = "Plans are made in time. What they say is not always done."
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
#: The way of an audit, one step after another.
WAY = (
    AuditState.PLANNED,
    AuditState.ANNOUNCED,
    AuditState.FIELDWORK,
    AuditState.DRAFTING,
    AuditState.REVIEW,
    AuditState.ACCURACY,
    AuditState.ANSWERING,
    AuditState.FINAL,
    AuditState.FOLLOWED_UP,
)


def _someone(role: str, party_code: str, email: str) -> Acting:
    """Someone with an address, the same person each time."""
    for held in memberships_of_addresses([email], today=TODAY):
        return acting_under(held)
    return acting_as(role, party_code, email=email, name=email.split("@", maxsplit=1)[0].capitalize())


def osag(place: str) -> Acting:
    """Someone of OSAG, by what they are in the audit."""
    role = "osag_lead" if place == "reviewer" else "osag_coordinator"
    return _someone(role, "hmpps-osag", f"{place}@example.org")


def lead() -> Acting:
    return osag("lead")


def auditor() -> Acting:
    return osag("auditor")


def reviewer() -> Acting:
    return osag("reviewer")


def head() -> Acting:
    """Head of the unit that is audited."""
    return _someone("head_of_pdu", UNIT, "head@example.org")


def team() -> planning.Team:
    return planning.Team(lead().reference, reviewer().reference, (auditor().reference,))


def planned(*, audited=UNIT, service="probation", place="", at=AT, **more) -> Audit:
    """An audit that is planned, by its lead."""
    given = {
        "title": "Quality of sentence plans",
        "scope": "Whether plans are made, and done.",
        "first": TODAY + timedelta(7),
        "last": TODAY + timedelta(11),
    } | more
    reference = planning.plan_audit(
        by=lead(), at=at, service=service, audited=party(audited), place=place, team=team(), **given
    )
    return Audit.objects.get(reference=reference)


def now(row: Audit) -> Audit:
    row.refresh_from_db()
    return row


def inspection_finding() -> int:
    """A finding of the Inspectorate about the unit, shared with OSAG."""
    return finding(acting_as("hmip_lead_inspector"), about=UNIT, readers=("hmpps-osag",))


def cited(row: Audit) -> int:
    return sources.cite_source(
        by=lead(),
        at=AT,
        reference=row.reference,
        kind="item",
        cited=str(inspection_finding()),
        used_for="To choose the unit.",
    )


def with_test(row: Audit, *, file=PDF) -> int:
    """A test with a reviewed working paper, concluded; gives the row of the paper."""
    number = fieldwork.write_test(
        by=auditor(), at=AT, reference=row.reference, question="Are plans done?", method="Read 20 cases."
    )
    paper = fieldwork.add_paper(
        by=auditor(),
        at=AT,
        reference=row.reference,
        number=number,
        title="Cases read",
        text="Twenty cases, chosen by lot.",
        file_name="cases.pdf" if file else "",
        file=file,
    )
    fieldwork.review_paper(
        by=reviewer(), at=AT, reference=row.reference, paper_id=paper, move="review", note="Fits."
    )
    fieldwork.conclude_test(
        by=lead(),
        at=AT,
        reference=row.reference,
        number=number,
        conclusion="partly",
        result="Nine of 20 were done.",
    )
    return paper


def written(row: Audit, *, action_for=UNIT) -> None:
    """Its finding, action, rating and summary."""
    drafting.write_finding(
        by=auditor(),
        at=AT,
        reference=row.reference,
        number=None,
        title="Plans are not done",
        text="Eleven of 20 plans were not done.",
        cause="Nobody checks them.",
        consequence="Risk is not managed.",
        theme="risk_of_harm",
        grade="high",
        test=1,
    )
    drafting.write_action(
        by=lead(),
        at=AT,
        reference=row.reference,
        finding=1,
        text="Check plans each month.",
        owner=party(action_for),
    )
    drafting.summarise(by=lead(), at=AT, reference=row.reference, rating="limited", summary=SUMMARY)


def step(row: Audit, act, by: Acting, *, at=AT, **more) -> Audit:
    """An audit after a step that hands back the revision it saw."""
    act(by=by, at=at, reference=row.reference, revision=now(row).revision, **more)
    return now(row)


@reached
def at_state(state: AuditState = AuditState.FINAL) -> Audit:
    """An audit of the unit, brought to a state by every step before it."""
    row = planned()
    for reached_state in WAY[1 : WAY.index(state) + 1]:
        _onward(row, reached_state)
    return now(row)


def _onward(row: Audit, state: AuditState) -> None:
    if state is AuditState.ANNOUNCED:
        step(row, planning.announce, lead())
        cited(row)
    elif state is AuditState.FIELDWORK:
        step(row, fieldwork.start_fieldwork, lead())
    elif state is AuditState.DRAFTING:
        with_test(row)
        step(row, fieldwork.finish_fieldwork, lead())
    elif state is AuditState.REVIEW:
        written(row)
        step(row, drafting.hand_in, lead())
    elif state is AuditState.ACCURACY:
        step(row, drafting.issue_draft, reviewer())
    elif state is AuditState.ANSWERING:
        raised(row)
        step(row, accuracy.return_check, head())
    elif state is AuditState.FINAL:
        accuracy.answer_point(
            by=lead(), at=AT, reference=row.reference, number=1, answer="not_accepted", reason="It was 20."
        )
        step(row, issuing.issue_final, reviewer())
    else:
        followed_up(row)


def raised(row: Audit) -> int:
    return accuracy.raise_point(
        by=head(),
        at=AT,
        reference=row.reference,
        part="Finding 1",
        text="It was 19 cases.",
        evidence="The list of cases.",
    )


def followed_up(row: Audit) -> None:
    following.plan_follow_up(by=lead(), at=AT, reference=row.reference, first=TODAY, last=TODAY)
    step(
        row,
        following.record_follow_up,
        lead(),
        made_on=TODAY,
        account="Checks are made each month.",
        found={1: "done"},
    )

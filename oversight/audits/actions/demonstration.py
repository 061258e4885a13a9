"""Made-up audits, one in progress and one final, so that a demonstration has something to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.audits.actions import accuracy, drafting, fieldwork, issuing, planning, sources
from oversight.audits.models import Audit
from oversight.audits.queries.sources import candidates
from oversight.audits.rules.audit import AuditState
from oversight.exchange.actions.writing import london_day
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.parties.queries import party

_FILE: Final = "demonstration.yaml"
_LEAD: Final = "osag_coordinator"
_REVIEWER: Final = "osag_lead"
_AUDITED: Final = "head_of_pdu"


def demonstrate_audits(*, by: Actor, at: datetime) -> None:
    """Carry made-up audits as far as each goes, every step by one of the demonstration's people.

    Where any audit is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Audit.objects.exists():
        return
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=london_day(at))
        if membership is not None and not person.second
    }
    text = files("oversight.audits").joinpath("data", _FILE).read_text(encoding="utf-8")
    told: Mapping[str, Any] = read_yaml(text, _FILE).data
    lead, reviewer, today = people[_LEAD], people[_REVIEWER], london_day(at)
    with transaction.atomic():
        for one in told["audits"]:
            reference = planning.plan_audit(
                by=lead,
                at=at,
                title=one["title"],
                service="probation",
                audited=party(one["audited"]),
                place="",
                scope=one["scope"],
                first=today,
                last=today + timedelta(days=4),
                team=planning.Team(lead.reference, reviewer.reference),
            )
            _carry(reference, one, told, people, at)


def _carry(
    reference: str,
    one: Mapping[str, Any],
    told: Mapping[str, Any],
    people: Mapping[str, Actor],
    at: datetime,
) -> None:
    lead, reviewer, today = people[_LEAD], people[_REVIEWER], london_day(at)
    given: dict[str, Any] = {"at": at, "reference": reference}

    def step(act: Callable[..., object], who: Actor, **more: object) -> None:
        act(by=who, revision=Audit.objects.get(reference=reference).revision, **given, **more)

    step(planning.announce, lead)
    found = candidates(actor=lead, reference=reference, about=None, text="", today=today)
    others = [held for held in found if held.owner != party(lead.party).name]
    inspected = [held for held in others if held.owner == party("hmip").name]
    drawn = (inspected or others)[0]
    sources.cite_source(by=lead, kind=drawn.kind, cited=drawn.cited, used_for=told["used_for"], **given)
    step(fieldwork.start_fieldwork, lead)
    fieldwork.write_test(by=lead, **told["test"], **given)
    paper = fieldwork.add_paper(by=lead, number=1, **told["paper"], **given)
    if one["stops_at"] == AuditState.FIELDWORK:
        return
    fieldwork.review_paper(by=reviewer, paper_id=paper, move="review", note="", **given)
    fieldwork.conclude_test(by=lead, number=1, **told["conclusion"], **given)
    step(fieldwork.finish_fieldwork, lead)
    drafting.write_finding(by=lead, number=None, test=1, **told["finding"], **given)
    drafting.write_action(by=lead, finding=1, text=told["action"], owner=party(one["audited"]), **given)
    drafting.summarise(by=lead, **told["summary"], **given)
    step(drafting.hand_in, lead)
    step(drafting.issue_draft, reviewer)
    accuracy.raise_point(by=people[_AUDITED], **told["point"], **given)
    step(accuracy.return_check, people[_AUDITED])
    accuracy.answer_point(by=lead, number=1, **told["answer"], **given)
    step(issuing.issue_final, reviewer)

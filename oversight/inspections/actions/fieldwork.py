"""Fieldwork: lists uploaded, samples drawn, cases left out and replaced (D1, ¶16)."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Final

from oversight.inspections.actions.moving import _line, _on_team, _text
from oversight.inspections.models import Inspection
from oversight.inspections.models.fieldwork import (
    NAME_LENGTH,
    CaseJudgement,
    CaseList,
    ListRow,
    SampledCase,
    SampleDraw,
)
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.sight import not_found, visible
from oversight.inspections.rules.case import WORKFLOW, CaseState
from oversight.inspections.rules.case_lists import CaseFile, Design, design_of
from oversight.inspections.rules.programmes import Sample
from oversight.inspections.rules.sampling import ListedCase, Plan, drawn, list_digest, replacement
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.ledger.acting import Recorded, action

#: States in which a sample is drawn: once it is announced, until fieldwork ends.
SAMPLING: Final = (CaseState.ANNOUNCED, CaseState.INFORMATION_REQUESTED, CaseState.FIELDWORK)


def _inspection(by: Actor, reference: str, states: Collection[CaseState]) -> Inspection:
    """Give an inspection that the actor inspects, in one of some states, locked so that it stays in it."""
    rows = visible(by).select_for_update(of=("self",)).filter(reference=reference)
    row = rows.order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise not_found()
    if not _on_team(by, row):
        raise Refused(
            "inspection_team",
            "This is for the lead inspector and the team of this inspection.",
            "Ask them, or ask the inspection planner to put you on the team.",
            paragraph="16",
            who_can="the lead inspector and the team of this inspection",
        )
    if row.state not in states:
        labels = join_in_words([WORKFLOW.state(one).label.lower() for one in states], "or")
        here = WORKFLOW.state(row.state).label.lower()
        raise Refused(
            "fieldwork_state",
            f"This inspection is {here}; this is done while it is {labels}.",
            "Open the inspection to see its next step.",
            paragraph="16",
        )
    return row


def _design(row: Inspection, sample: str) -> tuple[Sample, Design]:
    programme = programme_for(row)
    found, design = programme.sample(sample), design_of(programme, sample)
    if found is None or design is None or found.from_units:
        raise Refused(
            "sample_known",
            f"{programme.title} draws no sample “{sample[:60]}”.",
            "Choose one of the samples of this inspection.",
            paragraph="9",
            field="sample",
        )
    return found, design


@action(verb="inspection.case-list-uploaded", permission="inspections.lead", paragraph="16")
def upload_list(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    sample: str,
    file: CaseFile,
    file_name: str,
    reason: str = "",
) -> Recorded[int]:
    """Keep an uploaded list of cases in place of the one before.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        sample: Sample that it is for.
        file: The list as read.
        file_name: Name of the file.
        reason: Why the one before is not used; needed when a sample was drawn from that.

    Returns:
        Number of the list.

    Raises:
        Refused: The list has faults, the one before was drawn from and there is no reason, or it is not the
            time or not the team of the one who uploads.
    """
    row = _inspection(by, reference, SAMPLING)
    _design(row, sample)
    if file.faults:
        raise Refused(
            "case_list", "The list has faults.", "Correct every row named and upload it again.", field="file"
        )
    why, name = _text(reason, "reason"), _line(file_name, "file", NAME_LENGTH)
    before = CaseList.objects.filter(inspection=row, sample=sample, replaced_at=None).order_by("id").first()
    if before is not None:
        was_drawn = SampleDraw.objects.filter(case_list=before).exists()
        if was_drawn and not why:
            raise Refused(
                "case_list_drawn",
                f"A sample was drawn from {before.file_name}. A new list sets that sample aside.",
                "Say why, and upload it again.",
                paragraph="16",
                field="reason",
            )
        if CaseJudgement.objects.filter(case__draw__case_list=before).exists():
            raise Refused(
                "case_list_judged",
                f"Cases drawn from {before.file_name} are judged already, so that list stays.",
                "Go on with its sample.",
                paragraph="16",
                field="file",
            )
        before.replaced_at, before.replaced_by = at, by.reference
        before.replaced_reason = why if was_drawn else ""
        before.save()
    held = CaseList.objects.create(
        inspection=row,
        sample=sample,
        file_name=name or "list.csv",
        digest=list_digest(file.cases),
        uploaded_at=at,
        uploaded_by=by.reference,
        uploaded_name=by.name,
    )
    ListRow.objects.bulk_create(
        (
            ListRow(
                case_list=held,
                reference=one.reference,
                officer=one.officer,
                stratum=one.stratum,
                left_out=one.excluded,
            )
            for one in file.cases
        ),
        batch_size=500,
    )
    payload: dict[str, Value] = {
        "sample": sample,
        "digest": held.digest,
        "cases": len(file.cases),
        "left_out": sum(1 for one in file.cases if one.excluded),
        "reason": why,
    }
    return Recorded(f"inspection:{row.reference}", payload, held.pk)


def _cases_of(held: CaseList) -> list[ListedCase]:
    """Give the cases of a list."""
    return [
        ListedCase(one.reference, one.officer, one.stratum, one.left_out)
        for one in held.rows.order_by("reference")
    ]


@action(verb="inspection.sample-drawn", permission="inspections.lead", paragraph="16")
def draw_sample(*, by: Actor, at: datetime, reference: str, list_id: int, wanted: int) -> Recorded[int]:
    """Draw the sample and its reserve from a list, once. The service makes the seed, so nobody chooses it.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        list_id: Number of the list that the actor saw.
        wanted: Cases to assess.

    Returns:
        How many cases of the sample were drawn.

    Raises:
        Refused: Another list took its place, it was drawn from already, nothing can be drawn, or it is not
            the time or not the team of the actor.
    """
    row = _inspection(by, reference, SAMPLING)
    held = CaseList.objects.filter(inspection=row, pk=list_id, replaced_at=None).order_by("id").first()
    if held is None:
        raise Refused(
            "case_list_stale",
            "This list is not in use any more: a colleague uploaded another one.",
            "Open the cases again to see it.",
        )
    if SampleDraw.objects.filter(case_list=held).exists():
        raise Refused(
            "sample_drawn",
            "A sample was drawn from this list already; drawing again would let someone choose.",
            "Use that sample. When the list was wrong, upload the right one with the reason.",
            paragraph="16",
        )
    _, design = _design(row, held.sample)
    plan = Plan(wanted, design.most_per_officer.figure, design.buffer_per_cent.figure, secrets.token_hex(16))
    found = drawn(_cases_of(held), plan)
    draw = SampleDraw.objects.create(
        case_list=held,
        seed=plan.seed,
        wanted=wanted,
        most_per_officer=plan.most_per_officer,
        buffer_per_cent=plan.buffer_per_cent,
        drawn=found.drawn,
        strata={
            one.stratum: [one.listed, one.wanted, one.drawn, one.reserve_wanted, one.reserve_drawn]
            for one in found.strata
        },
        drawn_at=at,
        drawn_by=by.reference,
        drawn_name=by.name,
    )
    rows = dict(held.rows.order_by("id").values_list("reference", "pk"))
    last = (
        SampledCase.objects.filter(inspection=row)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
        or 0
    )
    SampledCase.objects.bulk_create(
        (
            SampledCase(
                inspection=row,
                draw=draw,
                row_id=rows[one.case.reference],
                number=number,
                in_reserve=one.in_reserve,
            )
            for number, one in enumerate(found.cases, start=last + 1)
        ),
        batch_size=500,
    )
    payload: dict[str, Value] = {
        "sample": held.sample,
        "digest": held.digest,
        "seed": plan.seed,
        "wanted": wanted,
        "most_per_officer": plan.most_per_officer,
        "buffer_per_cent": plan.buffer_per_cent,
        "drawn": found.drawn,
        "shortfall": found.shortfall,
    }
    return Recorded(f"inspection:{row.reference}", payload, found.drawn)


@action(verb="inspection.case-left-out", permission="inspections.lead", paragraph="16")
def leave_out(
    *, by: Actor, at: datetime, reference: str, number: int, reason: str, note: str = ""
) -> Recorded[int]:
    """Leave out a drawn case that cannot be assessed; the first fitting one in reserve takes its place.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the case.
        reason: One of the reasons of the programme.
        note: What there is to add; needed with the reason ``other``.

    Returns:
        Number of the case in its place; 0 when there is none.

    Raises:
        Refused: There is no such case, it is left out or in reserve, the reason is unknown or lacks its note,
            or it is not the time or not the team of the actor.
    """
    row = _inspection(by, reference, SAMPLING)
    case = (
        SampledCase.objects.select_related("row", "draw__case_list")
        .filter(inspection=row, number=number, draw__case_list__replaced_at=None)
        .order_by("id")
        .first()
    )
    if case is None:
        raise Refused("not_found_case", f"There is no case {number}.", "Choose one from the list.")
    if case.removed_at or case.in_reserve:
        standing = "left out already" if case.removed_at else "in reserve, so nobody assesses it"
        raise Refused("case_standing", f"Case {number} is {standing}.", "Choose one of the sample.")
    if case.judgements.exists():
        raise Refused(
            "case_judged",
            f"Case {number} is judged already; leaving it out now would change what the sample shows.",
            "Judge it as far as its file goes, with “not applicable” where a question does not apply.",
            paragraph="16",
        )
    _, design = _design(row, case.draw.case_list.sample)
    if reason not in design.exclusions:
        raise Refused(
            "case_reason",
            "A case is left out for one of the reasons of the programme only.",
            f"Choose one of: {join_in_words(list(design.exclusions.values()), 'or')}.",
            paragraph="16",
            field="reason",
        )
    told = _text(note, "note")
    if reason == "other" and not told:
        raise Refused("case_reason", "Another reason has to be told.", "Say why in the note.", field="note")
    case.removed_at, case.removed_by, case.removed_reason, case.removed_note = at, by.reference, reason, told
    case.save()
    waiting = list(
        SampledCase.objects.select_related("row")
        .filter(draw=case.draw, in_reserve=True, removed_at=None)
        .order_by("number")
    )
    by_reference = {one.row.reference: one for one in waiting}
    chosen = replacement(
        [ListedCase(one.row.reference, one.row.officer, one.row.stratum) for one in waiting], case.row.stratum
    )
    in_place = by_reference[chosen.reference] if chosen else None
    if in_place is not None:
        in_place.in_reserve, in_place.replaces = False, case
        in_place.save()
    payload: dict[str, Value] = {
        "case": number,
        "reason": reason,
        "note": told,
        "in_its_place": in_place.number if in_place else None,
    }
    return Recorded(f"inspection:{row.reference}", payload, in_place.number if in_place else 0)

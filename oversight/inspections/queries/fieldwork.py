"""The cases of an inspection: lists, draws and the register of what was drawn (D1, ¶16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oversight.inspections.models import Inspection
from oversight.inspections.models.fieldwork import CaseList, SampledCase, SampleDraw
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.sight import demand_part, found
from oversight.inspections.rules.case_lists import Design, design_of
from oversight.inspections.rules.programmes import Programme, Sample
from oversight.inspections.rules.sampling import ListedCase, Plan, StratumCount, drawn
from oversight.inspections.rules.visibility import Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

PAGE_SIZE = 25


@dataclass(frozen=True)
class DrawFacts:
    """A draw as its page tells it.

    Args:
        seed: Its seed, for whoever repeats it.
        wanted: Cases wanted.
        drawn: Cases drawn for the sample.
        most_per_officer: Cap used.
        buffer_per_cent: Reserve used.
        strata: The count of each stratum.
        at: When it was drawn.
        by: Who drew it.
    """

    seed: str
    wanted: int
    drawn: int
    most_per_officer: int
    buffer_per_cent: int
    strata: tuple[StratumCount, ...]
    at: datetime
    by: str

    @property
    def shortfall(self) -> int:
        """Cases wanted that could not be drawn."""
        return self.wanted - self.drawn


@dataclass(frozen=True)
class ListFacts:
    """A list in use.

    Args:
        id: Its number.
        file_name: Name of the file.
        digest: Digest of its cases.
        cases: Cases on it.
        left_out: Cases on it that cannot be drawn.
        at: When it was uploaded.
        by: Who uploaded it.
        draw: What was drawn from it; None before.
        set_aside: Lists with a draw that were set aside before it, with the reasons.
    """

    id: int
    file_name: str
    digest: str
    cases: int
    left_out: int
    at: datetime
    by: str
    draw: DrawFacts | None
    set_aside: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseRow:
    """A drawn case in the register.

    Args:
        number: Its number.
        reference: Its reference.
        officer: Code of the responsible officer.
        stratum: Title of its stratum.
        standing: ``sample``, ``reserve`` or ``left_out``.
        replaces: Number of the case whose place it took; 0 for none.
        reason: Why it was left out, in words; empty otherwise.
        note: What was added to that.
    """

    number: int
    reference: str
    officer: str
    stratum: str
    standing: str
    replaces: int
    reason: str
    note: str


@dataclass(frozen=True)
class SampleFacts:
    """One sample of an inspection.

    Args:
        inspection: The inspection.
        sample: The sample.
        design: How it is drawn.
        case_list: The list in use; None before one is uploaded.
        rows: A page of the drawn cases.
        count: How many there are.
        page: Which page.
    """

    inspection: Inspection
    sample: Sample
    design: Design
    case_list: ListFacts | None
    rows: tuple[CaseRow, ...]
    count: int
    page: int


def seen(actor: Actor, reference: str, part: Part = Part.CASES) -> tuple[Inspection, Programme]:
    """Give an inspection of whose case data an actor sees a part, with its programme.

    Raises:
        Refused: There is none that the actor sees, or that part is not theirs to see (¶22, ¶33).
    """
    row = found(actor, reference)
    demand_part(actor, row, part)
    return row, programme_for(row)


def own_samples(programme: Programme) -> tuple[Sample, ...]:
    """Give the samples that are drawn for an inspection itself."""
    return tuple(one for one in programme.samples if design_of(programme, one.id) and not one.from_units)


def sample_of(*, actor: Actor, reference: str, sample: str = "", page: int = 1) -> SampleFacts | None:
    """Give one sample of an inspection.

    Args:
        actor: Who looks.
        reference: Reference of the inspection.
        sample: Identifier of the sample; empty for the first.
        page: Which page of the drawn cases.

    Returns:
        None when the inspection draws no sample.

    Raises:
        Refused: As for ``seen``, or there is no such sample.
    """
    row, programme = seen(actor, reference)
    samples = own_samples(programme)
    if not samples:
        return None
    chosen = next((one for one in samples if one.id == (sample or samples[0].id)), None)
    if chosen is None:
        raise Refused("not_found_sample", "There is no such sample.", "Choose one from the list.")
    design = design_of(programme, chosen.id)
    assert design is not None
    held = (
        CaseList.objects.filter(inspection=row, sample=chosen.id, replaced_at=None)
        .select_related("draw")
        .order_by("id")
        .first()
    )
    draw = _draw_of(held)
    rows = SampledCase.objects.filter(draw=draw).select_related("row", "replaces") if draw else None
    count = rows.count() if rows is not None else 0
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    listed = rows.order_by("number")[start : start + PAGE_SIZE] if rows is not None else ()
    return SampleFacts(
        inspection=row,
        sample=chosen,
        design=design,
        case_list=_list_facts(row, held, draw) if held else None,
        rows=tuple(case_row(one, design) for one in listed),
        count=count,
        page=number,
    )


def _draw_of(held: CaseList | None) -> SampleDraw | None:
    return getattr(held, "draw", None)


def _list_facts(row: Inspection, held: CaseList, draw: SampleDraw | None) -> ListFacts:
    before = CaseList.objects.filter(inspection=row, sample=held.sample, replaced_at__isnull=False).exclude(
        replaced_reason=""
    )
    return ListFacts(
        id=held.pk,
        file_name=held.file_name,
        digest=held.digest,
        cases=held.rows.count(),
        left_out=held.rows.exclude(left_out="").count(),
        at=held.uploaded_at,
        by=held.uploaded_name,
        draw=_draw_facts(draw) if draw else None,
        set_aside=tuple(before.order_by("id").values_list("file_name", "replaced_reason")),
    )


def _draw_facts(draw: SampleDraw) -> DrawFacts:
    return DrawFacts(
        seed=draw.seed,
        wanted=draw.wanted,
        drawn=draw.drawn,
        most_per_officer=draw.most_per_officer,
        buffer_per_cent=draw.buffer_per_cent,
        strata=tuple(StratumCount(name, *counts) for name, counts in sorted(draw.strata.items())),
        at=draw.drawn_at,
        by=draw.drawn_name,
    )


def case_row(one: SampledCase, design: Design) -> CaseRow:
    """Give a drawn case as a register shows it."""
    standing = "left_out" if one.removed_at else "reserve" if one.in_reserve else "sample"
    return CaseRow(
        number=one.number,
        reference=one.row.reference,
        officer=one.row.officer,
        stratum=design.title_of(one.row.stratum),
        standing=standing,
        replaces=one.replaces.number if one.replaces else 0,
        reason=design.exclusions.get(one.removed_reason, one.removed_reason),
        note=one.removed_note,
    )


def repeats(*, actor: Actor, reference: str, list_id: int) -> bool:
    """Draw again from the list and seed kept, and tell whether the same cases come in the same order.

    Raises:
        Refused: As for ``seen``, or nothing was drawn from that list.
    """
    row, _ = seen(actor, reference)
    held = CaseList.objects.filter(inspection=row, pk=list_id).select_related("draw").order_by("id").first()
    draw = _draw_of(held)
    if held is None or draw is None:
        raise Refused("not_found_draw", "Nothing was drawn from this list.", "Open the cases again.")
    listed = [
        ListedCase(one.reference, one.officer, one.stratum, one.left_out)
        for one in held.rows.order_by("reference")
    ]
    again = drawn(listed, Plan(draw.wanted, draw.most_per_officer, draw.buffer_per_cent, draw.seed))
    kept = list(draw.cases.order_by("number").values_list("row__reference", flat=True))
    return [one.case.reference for one in again.cases] == kept


@dataclass(frozen=True)
class DrawnCaseFacts:
    """One drawn case: its sample, how that is drawn, and the case as the register shows it."""

    sample: Sample
    design: Design
    row: CaseRow


def drawn_case(*, actor: Actor, reference: str, number: int) -> DrawnCaseFacts:
    """Give one drawn case of a list in use.

    Raises:
        Refused: As for ``seen``, or there is no case of that number.
    """
    return drawn_case_of(*seen(actor, reference), number)


def drawn_case_of(row: Inspection, programme: Programme, number: int) -> DrawnCaseFacts:
    """Give one drawn case of an inspection that the one who asks was found to see.

    Raises:
        Refused: There is no case of that number.
    """
    one = (
        SampledCase.objects.select_related("row", "replaces", "draw__case_list")
        .filter(inspection=row, number=number, draw__case_list__replaced_at=None)
        .order_by("id")
        .first()
    )
    if one is None:
        raise Refused("not_found_case", f"There is no case {number}.", "Choose one from the list of cases.")
    sample = programme.sample(one.draw.case_list.sample)
    assert sample is not None
    design = design_of(programme, sample.id)
    assert design is not None
    return DrawnCaseFacts(sample, design, case_row(one, design))

"""Figures of a report: entered, changed, withdrawn, and checked by data assurance (D7, ¶31, ¶32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Max

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _line, _text, _today
from oversight.inspections.actions.report import WRITING
from oversight.inspections.actions.report_telling import _tell_of_comparison
from oversight.inspections.models import TITLE_LENGTH, DataCheck, DataItem, DataItemRevision, Inspection
from oversight.inspections.queries.data_items import checkable
from oversight.inspections.queries.report_facts import data_items_of, facts_of, unchecked
from oversight.inspections.rules.data_items import ItemFacts, check_facts, needs_check
from oversight.inspections.rules.data_tables import read_table, table_text
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party


def _item(row: Inspection, number: int) -> tuple[DataItem, DataItemRevision]:
    found = DataItem.objects.filter(inspection=row, number=number).order_by("id").first()
    if found is None:
        raise Refused("not_found_data_item", f"There is no data item {number}.", "Choose one from the list.")
    if found.withdrawn_at is not None:
        raise Refused(
            "data_item_withdrawn",
            f"Data item {number} was withdrawn.",
            "Enter a new one: numbers are not used again.",
            paragraph="32",
        )
    return found, DataItemRevision.objects.get(item=found, superseded=False)


def _checked(facts: ItemFacts, at: datetime) -> ItemFacts:
    """Give the facts clean, or refuse them."""
    clean = replace(
        facts,
        title=_line(facts.title, "title", TITLE_LENGTH),
        source=_line(facts.source, "source", TITLE_LENGTH),
        reason=_text(facts.reason, "reason"),
        owner=party(facts.owner).code,
    )
    for field in ("title", "source"):
        if not getattr(clean, field):
            raise Refused("data_item", f"Figures need their {field}.", "Enter it.", field=field)
    check_facts(clean, _today(at))
    if read_table(table_text(clean.table), clean.measure).faults:
        raise Refused(
            "data_item_table",
            "The table has faults.",
            "Correct every row named and enter it again.",
            field="table",
        )
    return clean


def _write(item: DataItem, revision: int, facts: ItemFacts, by: Actor, at: datetime) -> None:
    DataItemRevision.objects.create(
        item=item,
        revision=revision,
        title=facts.title,
        level=facts.level,
        measure=facts.measure,
        owner_id=facts.owner,
        source=facts.source,
        as_of=facts.as_of,
        published=facts.published,
        placement=facts.placement,
        reason=facts.reason,
        figures=canonical(facts.table.value()),
        digest=facts.digest,
        written_at=at,
        written_by=by.reference,
        written_name=by.name,
    )


def _payload(number: int, revision: int, facts: ItemFacts) -> dict[str, Value]:
    return {
        "data_item": number,
        "revision": revision,
        "title": facts.title,
        "level": str(facts.level),
        "owner": facts.owner,
        "source": facts.source,
        "as_of": facts.as_of,
        "published": facts.published,
        "placement": str(facts.placement),
        "reason": facts.reason,
        "digest": facts.digest,
    }


def _tell(row: Inspection, by: Actor, at: datetime) -> None:
    _tell_of_comparison(row, unchecked=bool(unchecked(data_items_of(row))), by=by, at=at)


@action(verb="report.data-item-entered", permission="inspections.lead", paragraph="32")
def enter_data_item(*, by: Actor, at: datetime, reference: str, facts: ItemFacts) -> Recorded[int]:
    """Enter a table or figure for the report.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        facts: What it is, with its figures as read.

    Returns:
        Its number, which it keeps for ever.

    Raises:
        Refused: Something is missing, the table has faults, it may not stand where it is put, or it is not
            the time or not the team of the actor.
    """
    row = _inspection(by, reference, WRITING)
    clean = _checked(facts, at)
    last = DataItem.objects.filter(inspection=row).aggregate(last=Max("number"))["last"] or 0
    item = DataItem.objects.create(inspection=row, number=last + 1, made_at=at, made_by=by.reference)
    _write(item, 1, clean, by, at)
    _tell(row, by, at)
    return Recorded(f"inspection:{row.reference}", _payload(item.number, 1, clean), item.number)


@action(verb="report.data-item-changed", permission="inspections.lead", paragraph="32")
def change_data_item(
    *, by: Actor, at: datetime, reference: str, number: int, facts: ItemFacts, revision: int
) -> Recorded[int]:
    """Change a data item. A check by data assurance holds for the figures that were checked alone.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the data item.
        facts: What it is now.
        revision: Revision that the actor saw.

    Returns:
        The revision that holds now.

    Raises:
        Refused: A colleague changed it since, it was withdrawn, or as for ``enter_data_item``.
    """
    row = _inspection(by, reference, WRITING)
    item, held = _item(row, number)
    clean = _checked(facts, at)
    if held.revision != revision:
        raise Refused(
            "data_item_stale",
            f"{held.written_name} changed data item {number} since you opened it.",
            "Open it again in another window, then decide what to keep of yours.",
            field="table",
        )
    if facts_of(held) != clean:
        DataItemRevision.objects.filter(pk=held.pk).update(superseded=True)
        revision = held.revision + 1
        _write(item, revision, clean, by, at)
        _tell(row, by, at)
    return Recorded(f"inspection:{row.reference}", _payload(number, revision, clean), revision)


@action(verb="report.data-item-withdrawn", permission="inspections.lead", paragraph="32")
def withdraw_data_item(
    *, by: Actor, at: datetime, reference: str, number: int, reason: str
) -> Recorded[None]:
    """Withdraw a data item from the report; its number is not used again.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the data item.
        reason: Why.

    Raises:
        Refused: There is no reason, it was withdrawn before, or it is not the time or not the team of the
            actor.
    """
    row = _inspection(by, reference, WRITING)
    item, _ = _item(row, number)
    why = _text(reason, "reason")
    if not why:
        raise Refused(
            "data_item_withdrawal",
            "A data item is withdrawn with a reason.",
            "Enter it.",
            paragraph="32",
            field="reason",
        )
    DataItem.objects.filter(pk=item.pk).update(
        withdrawn_at=at, withdrawn_by=by.reference, withdrawn_name=by.name, withdrawn_reason=why
    )
    _tell(row, by, at)
    payload: dict[str, Value] = {"data_item": number, "reason": why}
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="report.data-item-checked", permission="inspections.check_data", paragraph="32")
def check_data_item(
    *, by: Actor, at: datetime, reference: str, number: int, digest: str, holds: bool, note: str
) -> Recorded[None]:
    """Say for data assurance whether a national comparison is right.

    Args:
        by: A data assurance officer.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the data item.
        digest: Digest of the figures that the actor saw.
        holds: Whether they are right.
        note: What was found; needed when they are not.

    Raises:
        Refused: The figures changed since they were opened, they are none that data assurance checks, or the
            note is missing.
    """
    row = checkable(by, reference)
    item, held = _item(row, number)
    if not needs_check(held.level, held.placement):
        raise Refused(
            "data_check_needed",
            f"Data item {number} is no national comparison that leaves the Inspectorate.",
            "There is nothing to check.",
            paragraph="32",
        )
    if held.digest != digest:
        raise Refused(
            "data_check_stale",
            f"Data item {number} changed since you opened it.",
            "Check the figures as they are now.",
            paragraph="32",
        )
    told = _text(note, "note")
    if not holds and not told:
        raise Refused(
            "data_check_note",
            "A check that finds fault says what is wrong.",
            "Enter it.",
            paragraph="32",
            field="note",
        )
    DataCheck.objects.create(
        revision=held,
        digest=held.digest,
        holds=holds,
        note=told,
        checked_at=at,
        checked_by=by.reference,
        checked_name=by.name,
    )
    _tell(row, by, at)
    payload: dict[str, Value] = {"data_item": item.number, "digest": digest, "holds": holds, "note": told}
    return Recorded(f"inspection:{row.reference}", payload, None)

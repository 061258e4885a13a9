"""Information in advance: asked for once, of one owner; what is held is reused (D5, ¶31, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.urls import reverse

from oversight.arrangements.actions import happened
from oversight.exchange.actions.elsewhere import asked_elsewhere, supplied_elsewhere
from oversight.inspections.actions.files import _file_facts, _keep_within
from oversight.inspections.actions.moving import (
    _checked_move,
    _locked,
    _moved,
    _text,
    _today,
    _told,
)
from oversight.inspections.models import InformationRequest, Inspection, SuppliedInformation
from oversight.inspections.queries.information import (
    CONFIRMING,
    WANTED_IN,
    key_of,
    latest_held,
    wanted_of,
)
from oversight.inspections.queries.sight import found
from oversight.inspections.rules.files import FileUse
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, parties_by_code, party

_SUPPLY = "inspections.supply_information"


class Decision(StrEnum):
    """What to do about an item that is wanted."""

    ASK = "ask"
    REUSE = "reuse"
    LEAVE = "leave"


@dataclass(frozen=True)
class Choice:
    """A decision on one item.

    Args:
        decision: What to do.
        reason: Why it is asked for although it is held; empty otherwise.
    """

    decision: Decision
    reason: str = ""


@action(verb="inspection.information-asked", permission="inspections.lead", paragraph="31")
def ask_information(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    choices: Mapping[str, Choice],
    needed_by: date | None,
) -> Recorded[int]:
    """Ask for what is missing, each item of its one owner, and reuse what is held.

    Args:
        by: Someone on the team.
        at: Moment of asking.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        choices: What to do about each item, by its key; an item left out is left.
        needed_by: Day by which what is asked for is needed, not after fieldwork starts; may be None when
            nothing is asked for.

    Returns:
        How many items were asked for.

    Raises:
        Refused: The step is not possible now or not for the actor; an item is unknown, was asked for already,
            is asked for again without a reason or reused though nothing is held; the day is wrong; nothing is
            chosen; or the inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "ask_information")
    today, parties = _today(at), parties_by_code()
    wanted = {
        key_of(item.id, about.code): (item, about, owner) for item, about, owner in wanted_of(row, parties)
    }
    done = {key_of(one.item, one.about_id) for one in row.requests.order_by("id")}
    held = latest_held(row, [(item.id, about.code) for item, about, _ in wanted.values()])
    chosen = {key: one for key, one in choices.items() if one.decision is not Decision.LEAVE}
    if not chosen:
        raise Refused(
            "information_nothing",
            "Nothing is asked for or reused.",
            "Choose at least one item.",
            paragraph="31",
        )
    asked: list[InformationRequest] = []
    payload: list[Value] = []
    for key, choice in chosen.items():
        if key not in wanted or key in done:
            raise Refused(
                "information_item",
                "One of these items is not wanted here, or was dealt with already.",
                "Open the page again to see how things stand.",
                paragraph="31",
                field=key,
            )
        item, about, owner = wanted[key]
        earlier = held.get((item.id, about.code))
        line = InformationRequest(
            inspection=row,
            item=item.id,
            title=item.title,
            about_id=about.code,
            owner_id=owner.code,
            owner_lineage=owner.lineage,
            needed_by=needed_by or today,
            asked_at=at,
            asked_by=by.reference,
            asked_name=by.name,
        )
        if choice.decision is Decision.REUSE:
            if earlier is None:
                raise Refused(
                    "information_not_held",
                    f"“{item.title}” of {about.name} is not held, so it cannot be reused.",
                    "Ask its owner for it.",
                    paragraph="31",
                    field=key,
                )
            line.reused, line.supply, line.met_at, line.met_by = True, earlier, at, by.reference
        else:
            asked.append(line)
            why = _text(choice.reason, key)
            if earlier is not None and not why:
                raise Refused(
                    "information_held",
                    f"“{item.title}” of {about.name} is held already, as of "
                    f"{day_in_words(earlier.describes)}.",
                    "Use what is held, or say why it is needed again: its owner reads the reason.",
                    paragraph="31",
                    field=key,
                )
            line.held, line.reason = earlier, why if earlier is not None else ""
        line.save()
        payload.append({"item": item.id, "about": about.code, "owner": owner.code, "reused": line.reused})
    if asked:
        _check_needed_by(needed_by, row, today)
        _tell_exchange(asked, row, parties, by, at)
    reused = len(chosen) - len(asked)
    told = " and ".join(
        words
        for words in (
            f"{count_in_words(len(asked), 'item')} asked for" if asked else "",
            f"{count_in_words(reused, 'item')} reused" if reused else "",
        )
        if words
    )
    if asked:
        _moved(row, move, by=by, at=at, on=today, detail=told[0].upper() + told[1:])
    else:
        row.revision += 1
        row.save()
        _told(row, "reuse_information", row.state, by=by, at=at, on=today, detail=told)
    return Recorded(f"inspection:{row.reference}", {"items": payload, "needed_by": needed_by}, len(asked))


def _tell_exchange(
    asked: Sequence[InformationRequest],
    row: Inspection,
    parties: Mapping[str, PartyRef],
    by: Actor,
    at: datetime,
) -> None:
    """Let everyone who wants the same see that it is asked for, so that its owner answers once (¶10(iv))."""
    for line in asked:
        asked_elsewhere(
            by=by,
            at=at,
            kind=line.item,
            title=line.title,
            about=parties[line.about_id],
            owner=parties[line.owner_id],
            purpose=f"Inspection: {row.title}",
            needed_by=line.needed_by,
            reason=line.reason or "Asked for before an inspection, whose page did not have it.",
            place=reverse(
                "inspection-information-supply",
                kwargs={"reference": row.reference, "request_id": line.pk},
            ),
        )


def _check_needed_by(needed_by: date | None, row: Inspection, today: date) -> None:
    why = ""
    if needed_by is None:
        why = "What is asked for needs a day by which it is to come."
    elif needed_by < today:
        why = f"{day_in_words(needed_by)} has passed."
    elif needed_by > max(row.fieldwork_from, today):
        day = day_in_words(row.fieldwork_from)
        why = f"Information in advance has to come before fieldwork starts on {day}."
    if why:
        raise Refused(
            "information_needed_by",
            why,
            "Enter a day from today until fieldwork starts.",
            paragraph="31",
            field="needed_by",
        )


def _owner_of(*, by: Actor, reference: str, request_id: int, **_: object) -> PartyLike:
    row = found(by, reference)
    one = row.requests.filter(pk=request_id).order_by("id").first()
    if one is None:
        raise Refused(
            "not_found_request",
            "There is no such request for information.",
            "Open the inspection to see what was asked for.",
        )
    return party(one.owner_id)


@action(verb="inspection.information-supplied", permission=_SUPPLY, paragraph="31", on=_owner_of)
def supply_information(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    request_id: int,
    revision: int,
    describes: date,
    where: str,
    note: str,
    file_name: str = "",
    file: bytes = b"",
    sensitive: bool = False,
) -> Recorded[None]:
    """Supply an item. It also meets every other open request for the same, and stays for later inspections.

    Args:
        by: Who supplies it, for its owner.
        at: Moment of supplying.
        reference: Reference of the inspection.
        request_id: Row of the request.
        revision: The request's revision that the actor saw.
        describes: Day up to which it describes things, not later than today.
        where: Where the Inspectorate finds it: a link, or a place; may be empty when there is a file.
        note: Anything to add; may be empty.
        file_name: Name of a file that is supplied; empty for none.
        file: Its content.
        sensitive: Whether each reading of the file is recorded.

    Raises:
        Refused: It was supplied already, the inspection no longer takes information, the day is still to
            come, there is neither file nor place, or the file is not one that can be kept.
    """
    row = found(by, reference)
    one = (
        InformationRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, inspection=row).get()
    )
    if one.met_at is not None or one.revision != revision:
        raise Refused(
            "stale_request",
            "This was supplied already.",
            "Open the inspection to see what was supplied.",
            paragraph="31",
        )
    if row.state not in WANTED_IN:
        raise Refused(
            "information_closed",
            "This inspection no longer takes information in advance.",
            "Open the inspection to see how it stands.",
            paragraph="31",
        )
    today = _today(at)
    if describes > today:
        raise Refused(
            "information_day",
            f"{day_in_words(describes)} is still to come.",
            "Enter the day up to which it describes things.",
            field="describes",
        )
    place = _text(where, "where")
    if not place and not file_name:
        raise Refused(
            "information_where",
            "There is no file, and nobody is told where this is.",
            "Choose a file, or enter a link or a place.",
            paragraph="31",
            field="where",
        )
    kept = None
    if file_name:
        kept = _keep_within(
            row,
            use=FileUse.INFORMATION,
            name=file_name,
            content=file,
            by=by,
            at=at,
            sensitive=sensitive,
            party=one.owner_id,
        )
    supply = SuppliedInformation.objects.create(
        item=one.item,
        title=one.title,
        about_id=one.about_id,
        owner_id=one.owner_id,
        describes=describes,
        where=place,
        file=kept,
        note=_text(note, "note"),
        supplied_for=row,
        supplied_at=at,
        supplied_by=by.reference,
        supplied_name=by.name,
    )
    supplied_elsewhere(
        by=by,
        at=at,
        kind=one.item,
        title=one.title,
        about=party(one.about_id),
        owner=party(one.owner_id),
        as_at=describes,
        where=place,
        note=supply.note,
        file_name=file_name,
        file=file,
        source=reverse("inspection-information", kwargs={"reference": row.reference}),
    )
    same = InformationRequest.objects.select_for_update(of=("self",)).filter(
        item=one.item, about=one.about, owner=one.owner, met_at=None
    )
    met = []
    for request in same.order_by("id"):
        request.supply, request.met_at, request.met_by = supply, at, by.reference
        request.revision += 1
        request.save()
        met.append(request.pk)
    _told(row, "supply_information", row.state, by=by, at=at, on=today, detail=one.title)
    payload: dict[str, Value] = {
        "item": one.item,
        "about": one.about_id,
        "describes": describes,
        "where": place,
        "file": _file_facts(kept) if kept else None,
        "requests": list(met),
    }
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(
    verb="inspection.information-confirmed",
    permission=_SUPPLY,
    paragraph="31",
    on=lambda *, by, **_: party(by.party),
)
def confirm_information(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Say for the Probation Service, or for data assurance, that all information was supplied (¶31).

    What is held already counts, so a party of which nothing was asked says so at once.

    Args:
        by: Who says it, for one of the two parties that owe it.
        at: Moment of saying it.
        reference: Reference of the inspection.

    Raises:
        Refused: The actor's party does not owe it, said it already, or something asked of it or of those
            below it has not come; or the inspection no longer takes information.
    """
    row = found(by, reference)
    if by.party not in CONFIRMING:
        raise Refused(
            "permission_confirm_information",
            "Only those who owe the information say that all of it was supplied.",
            "Ask the Probation Service or data assurance.",
            paragraph="31",
            who_can="the Chief Probation Officer's office and data assurance",
        )
    if row.state not in WANTED_IN:
        raise Refused(
            "information_closed",
            "This inspection no longer takes information in advance.",
            "Open the inspection to see how it stands.",
            paragraph="31",
        )
    if row.moves.filter(move="confirm_information", made_party__code=by.party).exists():
        raise Refused("information_once", "This was said already.", "There is nothing to do.", paragraph="31")
    missing = [
        one.title
        for one in row.requests.filter(met_at=None).order_by("id")
        if f"/{by.party}/" in one.owner_lineage
    ]
    if missing:
        raise Refused(
            "information_missing",
            f"{count_in_words(len(missing), 'item')} asked for "
            f"{'has' if len(missing) == 1 else 'have'} not come: {'; '.join(missing)}.",
            "Supply what is missing, or ask its owner to.",
            paragraph="31",
        )
    today = _today(at)
    _told(row, "confirm_information", row.state, by=by, at=at, on=today)
    happened(
        by=by,
        at=at,
        event="advance_information_supplied",
        kind="",
        about=row.reference,
        on=today,
        unit=None,
        addressee=None,
        note="",
    )
    return Recorded(f"inspection:{row.reference}", {"for": by.party}, None)

"""A review from notification to closing: registered, given more time, submitted, told and learned from.

The record keeps digests of what is written of a review, never the words: more people read the record than the
review has named readers.
"""

from __future__ import annotations

from datetime import date, datetime

from oversight.access.queries import acting_by_command
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.sfo.actions.moving import (
    _check_day,
    _checked,
    _locked,
    _moved,
    _region_of,
    _tell,
    _text,
    _today,
    _told,
    _untell,
)
from oversight.sfo.actions.sample import _push
from oversight.sfo.models import Reader, Reading, Review, ReviewDue
from oversight.sfo.queries.people import person_to_name
from oversight.sfo.queries.sight import opened, seen
from oversight.sfo.rules.designs import PARAGRAPH, shipped_designs
from oversight.sfo.rules.review import (
    BY_DRAW,
    WORKFLOW,
    ReviewState,
    about_round,
    check_case_reference,
    check_days,
    check_extension,
    reference_of,
)
from oversight.sfo.rules.standards import shipped_standards, standards_on


@action(verb="sfo.review-registered", permission="sfo.register", paragraph="19")
def register(
    *, by: Actor, at: datetime, case_reference: str, region: PartyRef, offence_group: str, notified_on: date
) -> Recorded[str]:
    """Register a review from its notification. Who registers it is its first named reader.

    Args:
        by: Who registers it for HMPPS.
        at: Moment of doing so.
        case_reference: Reference in the case record; never a name.
        region: Region that supervised the person.
        offence_group: Identifier of the offence group.
        notified_on: Day of notification.

    Returns:
        Its reference.

    Raises:
        Refused: The case reference is none or is registered, the region, group or day does not fit; ``field``
            says which.
    """
    case, today = check_case_reference(case_reference), _today(at)
    if notified_on > today:
        raise Refused(
            "sfo_days",
            f"{day_in_words(notified_on)} is still to come.",
            "Enter today or an earlier day.",
            paragraph=PARAGRAPH,
            field="notified_on",
        )
    if region.kind != "region":
        raise Refused(
            "sfo_region",
            f"{region.name} is not a probation region.",
            "Enter a region.",
            paragraph=PARAGRAPH,
            field="region",
        )
    if offence_group not in shipped_designs()[-1].offence_groups:
        raise Refused(
            "sfo_group",
            "This offence group is not known.",
            "Choose one from the list.",
            paragraph=PARAGRAPH,
            field="offence_group",
        )
    held = Review.objects.filter(case_reference=case).order_by("id").first()
    if held is not None:
        raise Refused(
            "sfo_case_reference",
            f"Case {case} is registered as {held.reference}.",
            "Open that review, or correct the case reference.",
            paragraph=PARAGRAPH,
            field="case_reference",
        )
    standards = standards_on(shipped_standards(), notified_on)
    numbered = Review.objects.filter(reference__startswith=f"SFO-{notified_on.year}-").order_by("id")
    row = Review.objects.create(
        reference=reference_of(notified_on.year, numbered.values_list("reference", flat=True)),
        case_reference=case,
        region_id=region.code,
        offence_group=offence_group,
        standards_version=standards.version,
        state=WORKFLOW.starts,
        notified_on=notified_on,
        registered_at=at,
        registered_by=by.reference,
    )
    _told(row, "register", "", by=by, at=at, on=notified_on)
    Reader.objects.create(
        review=row,
        person=by.reference,
        name=by.name,
        party_id=by.party,
        added_at=at,
        added_by=by.reference,
        added_name=by.name,
    )
    payload: dict[str, Value] = {
        "region": region.code,
        "offence_group": offence_group,
        "notified_on": notified_on,
        "standards": standards.version,
    }
    return Recorded(f"sfo-review:{row.reference}", payload, row.reference)


@action(verb="sfo.review-commissioned", permission="sfo.register", paragraph="19", on=_region_of)
def commission(
    *, by: Actor, at: datetime, reference: str, revision: int, on: date, due_on: date
) -> Recorded[None]:
    """Commission a review with the first date by which it is due.

    Args:
        by: Who commissions it.
        at: Moment of recording it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        on: Day of commissioning.
        due_on: The first date by which it is due; it stays.

    Raises:
        Refused: It is not the time for it, a day does not fit, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "commission")
    _check_day(row, on, at=at)
    check_days(notified_on=row.notified_on, due_on=due_on, today=_today(at))
    row.first_due_on = row.due_on = due_on
    _set_due(row, due_on, "", by=by, at=at)
    _moved(row, move, by=by, at=at, on=on)
    return Recorded(f"sfo-review:{row.reference}", {"on": on, "due_on": due_on}, None)


@action(verb="sfo.review-extended", permission="sfo.register", paragraph="19", on=_region_of)
def extend(
    *, by: Actor, at: datetime, reference: str, revision: int, due_on: date, account: str
) -> Recorded[None]:
    """Give a review more time, with the reason and the new date; the first date stays in view.

    Args:
        by: Who gives it.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        due_on: The new date.
        account: Why.

    Raises:
        Refused: It is not being worked on, the date is not later, the reason is missing, or the actor is no
            named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "extend")
    assert row.due_on is not None
    check_extension(due_on, due_on=row.due_on)
    reason, earlier = _text(account, "account"), row.due_on
    row.due_on = due_on
    _moved(row, move, by=by, at=at, on=_today(at), account=reason)
    _set_due(row, due_on, reason, by=by, at=at)
    payload: dict[str, Value] = {"due_on": due_on, "before": earlier, "reason_digest": digest(reason)}
    return Recorded(f"sfo-review:{row.reference}", payload, None)


def _set_due(row: Review, due_on: date, reason: str, *, by: Actor, at: datetime) -> None:
    ReviewDue.objects.create(
        review=row,
        number=row.dues.count() + 1,
        due_on=due_on,
        reason=reason,
        set_at=at,
        set_by=by.reference,
        set_name=by.name,
    )


@action(verb="sfo.review-submitted", permission="sfo.submit", paragraph="19", on=_region_of)
def submit(*, by: Actor, at: datetime, reference: str, revision: int, on: date) -> Recorded[None]:
    """Submit a review for quality assurance: it waits for the next list, or goes back to who returned it.

    Submitted again, its further round of quality assurance is owed by that body (¶19).

    Args:
        by: Who submits it.
        at: Moment of recording it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        on: Day of submitting.

    Raises:
        Refused: It is not being worked on, the day does not fit, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    again = row.state == ReviewState.RETURNED
    move = _checked(by, row, "resubmit" if again else "submit")
    _check_day(row, on, at=at)
    event = None
    if again:
        # It keeps the body that the draw gave it: no review is drawn for twice.
        row.round += 1
        event = _tell(
            "sfo_review_allocated",
            about_round(row.reference, row.round),
            by=acting_by_command("sfo-resubmitted", role="hmip_planner"),
            at=at,
            on=on,
            region=row.region_id,
            addressee=row.assurer,
        )
    row.submitted_on = on
    _moved(row, move, by=by, at=at, on=on, event=event)
    return Recorded(f"sfo-review:{row.reference}", {"on": on, "round": row.round}, None)


@action(verb="sfo.review-told-and-learned", permission="sfo.submit", paragraph="19", on=_region_of)
def follow_up(
    *, by: Actor, at: datetime, reference: str, revision: int, act: str, on: date, account: str
) -> Recorded[None]:
    """Record that the family was told of a final review, or what is done to learn from it.

    Args:
        by: Who records it.
        at: Moment of recording it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        act: ``disclose`` or ``learn``.
        on: Day on which it was done.
        account: How it was done, without names.

    Raises:
        Refused: It is not the time for it, the account is missing, or the actor is no named reader.
    """
    return _step(
        {"disclose", "learn"},
        by=by,
        at=at,
        reference=reference,
        revision=revision,
        act=act,
        on=on,
        account=account,
    )


@action(verb="sfo.review-ended", permission="sfo.register", paragraph="19", on=_region_of)
def end(
    *, by: Actor, at: datetime, reference: str, revision: int, act: str, on: date, account: str = ""
) -> Recorded[None]:
    """Close a review, or withdraw it with a reason. Withdrawn after its list was frozen, it counts no more.

    Args:
        by: Who ends it.
        at: Moment of recording it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        act: ``close`` or ``withdraw``.
        on: Day on which it ends.
        account: Why it is withdrawn.

    Raises:
        Refused: It is not the time for it, the reason is missing, or the actor is no named reader.
    """
    return _step(
        {"close", "withdraw"},
        by=by,
        at=at,
        reference=reference,
        revision=revision,
        act=act,
        on=on,
        account=account,
    )


def _step(
    possible: set[str],
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    act: str,
    on: date,
    account: str,
) -> Recorded[None]:
    assert act in possible
    assert act not in BY_DRAW
    row = _locked(by, reference, revision)
    move = _checked(by, row, act)
    _check_day(row, on, at=at)
    told = _text(account, "account")
    _moved(row, move, by=by, at=at, on=on, account=told)
    if act == "withdraw" and row.batch is not None:
        _end_what_is_owed(row, at=at)
        _push(row.batch.year, at=at)
    payload: dict[str, Value] = {"step": act, "on": on, "account_digest": digest(told)}
    return Recorded(f"sfo-review:{row.reference}", payload, None)


def _end_what_is_owed(row: Review, *, at: datetime) -> None:
    """Withdraw what started the quality assurance under way, so that nobody goes on owing it."""
    if row.settlements.filter(round=row.round).exists():
        return
    # The draw was told in the Inspectorate's name, so its end is too.
    teller = acting_by_command("sfo-withdrawn", role="hmip_planner")
    told = row.moves.filter(move__in=["allocate", "resubmit"], round=row.round, event__isnull=False)
    for number in told.order_by("id").values_list("event", flat=True):
        assert number is not None, "moves without an event are left out above"
        _untell(number, by=teller, at=at, reason=f"{row.reference} was withdrawn.")


@action(verb="sfo.reader-named", permission="sfo.name_readers", paragraph="19", on=_region_of)
def name_reader(*, by: Actor, at: datetime, reference: str, person: str) -> Recorded[None]:
    """Name someone of the actor's own organisation as a reader of a review.

    The Inspectorate names its own people once the review is on a list that was drawn.

    Args:
        by: Who names them; need not be a reader.
        at: Moment of doing so.
        reference: Reference of the review.
        person: Reference of the person.

    Raises:
        Refused: The person cannot be named, is named already, or the review is not drawn yet.
    """
    row = seen(by, reference, lock=True)
    if by.party == "hmip" and not row.assurer:
        raise Refused(
            "sfo_reader",
            "The draw has not allocated this review yet, so the Inspectorate has no readers of it.",
            "Name them after the draw.",
            paragraph=PARAGRAPH,
        )
    found = person_to_name(by, person, region=row.region_id, today=_today(at))
    if row.readers.filter(person=person, ended_at=None).exists():
        raise Refused(
            "sfo_reader",
            f"{found.name} is a reader of this review already.",
            "Choose someone else.",
            paragraph=PARAGRAPH,
            field="person",
        )
    Reader.objects.create(
        review=row,
        person=person,
        name=found.name,
        party_id=found.party,
        added_at=at,
        added_by=by.reference,
        added_name=by.name,
    )
    return Recorded(f"sfo-review:{row.reference}", {"reader": person, "party": found.party}, None)


@action(verb="sfo.reader-ended", permission="sfo.name_readers", paragraph="19", on=_region_of)
def end_reader(*, by: Actor, at: datetime, reference: str, reader: int) -> Recorded[None]:
    """Take someone of the actor's own organisation off the readers of a review.

    Args:
        by: Who does.
        at: Moment of doing so.
        reference: Reference of the review.
        reader: Number of the entry on the list.

    Raises:
        Refused: There is no such reader of the actor's organisation.
    """
    row = seen(by, reference)
    held = (
        row.readers.select_for_update(of=("self",))
        .select_related("party")
        .filter(pk=reader, ended_at=None, party__lineage__contains=f"/{by.party}/")
        .order_by("id")
        .first()
    )
    if held is None:
        raise Refused(
            "sfo_reader",
            "There is no such reader of your organisation.",
            "Open the list of readers again.",
            paragraph=PARAGRAPH,
        )
    held.ended_at, held.ended_by, held.ended_name = at, by.reference, by.name
    held.save()
    return Recorded(f"sfo-review:{row.reference}", {"reader": held.person}, None)


@action(verb="sfo.review-read", permission="sfo.see", paragraph="19", on=_region_of)
def record_reading(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Record that a named reader opens a review.

    Args:
        by: Who reads.
        at: Moment of reading.
        reference: Reference of the review.

    Raises:
        Refused: They are no named reader of it.
    """
    row = opened(by, reference)
    Reading.objects.create(review=row, person=by.reference, name=by.name, party_id=by.party, read_at=at)
    return Recorded(f"sfo-review:{row.reference}", {"state": row.state}, None)

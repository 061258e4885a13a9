"""An independent review from the request to its reviewers: asked for, terms, readers, appointments (F3, ¶19).

The record keeps digests of what is written of a case, never the words: more people read the record than the
review has named readers.
"""

from __future__ import annotations

from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef
from oversight.sfo.actions.independent_moving import (
    _changed,
    _checked,
    _line,
    _locked,
    _missing,
    _moved,
)
from oversight.sfo.actions.moving import _tell, _text, _today, _told, _untell
from oversight.sfo.models import (
    TITLE_LENGTH,
    IndependentReader,
    IndependentReading,
    IndependentReview,
    Marking,
    Review,
    Reviewer,
    Terms,
)
from oversight.sfo.queries.independent_sight import SEE, may_note_end, opened, seen
from oversight.sfo.queries.people import Person, person_to_name
from oversight.sfo.rules.independent import (
    ENDED_EARLY,
    HMIP,
    KIND,
    OPEN_TO_REVIEWERS,
    OSAG,
    PARAGRAPH,
    WORKFLOW,
    check_day,
    check_independence,
    reference_of,
)
from oversight.sfo.rules.independent_text import outline
from oversight.sfo.rules.review import check_case_reference


@action(verb="sfo.independent-asked", permission="sfo.ask_independent", paragraph="19")
def register(
    *,
    by: Actor,
    at: datetime,
    case_reference: str,
    region: PartyRef,
    scope: str,
    asked_by: str,
    asked_on: date,
    letter: str,
    request: str,
) -> Recorded[str]:
    """Register that the Secretary of State asked for an independent review. Who does is its first reader.

    Args:
        by: Who registers it.
        at: Moment of doing so.
        case_reference: Reference in the case record; never a name.
        region: Region that supervised the person.
        scope: Identifier of what is to be reviewed.
        asked_by: Office that asked.
        asked_on: Day of asking.
        letter: Reference of the letter or statement.
        request: What was asked, without names.

    Returns:
        Its reference.

    Raises:
        Refused: Something is missing or wrong; ``field`` says what.
    """
    case, today = check_case_reference(case_reference), _today(at)
    if asked_on > today:
        check_day(asked_on, today=today, not_before=asked_on, after="")
    if region.kind != "region":
        raise _wrong("sfo_region", f"{region.name} is not a probation region.", "Enter a region.", "region")
    if scope not in outline().scopes:
        raise _wrong("sfo_scope", "This scope is not known.", "Choose one from the list.", "scope")
    told = _text(request, "request")
    if not told:
        raise _missing("What was asked for", "request")
    numbered = IndependentReview.objects.filter(reference__startswith=f"SFO-IR-{asked_on.year}-").order_by(
        "id"
    )
    row = IndependentReview.objects.create(
        reference=reference_of(asked_on.year, numbered.values_list("reference", flat=True)),
        case_reference=case,
        review=Review.objects.filter(case_reference=case).order_by("id").first(),
        region_id=region.code,
        scope=scope,
        asked_by=_line(asked_by, "asked_by", "Who asked", TITLE_LENGTH),
        asked_on=asked_on,
        letter=_line(letter, "letter", "The reference of the letter", TITLE_LENGTH),
        request=told,
        state=WORKFLOW.starts,
        registered_at=at,
        registered_by=by.reference,
    )
    event = _tell("independent_review_asked", row.reference, by=by, at=at, on=asked_on, kind=KIND)
    _told(row, "register", "", by=by, at=at, on=asked_on, event=event)
    _name(row, Person(by.reference, by.name, by.party, ""), by=by, at=at)
    payload: dict[str, Value] = {
        "region": region.code,
        "scope": scope,
        "asked_by": row.asked_by,
        "asked_on": asked_on,
        "letter": row.letter,
        "request_digest": digest(told),
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, row.reference)


def _wrong(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph=PARAGRAPH, field=field)


@action(verb="sfo.independent-terms-set", permission="sfo.review_independently", paragraph="19")
def set_terms(
    *, by: Actor, at: datetime, reference: str, revision: int, title: str, terms: str, account: str = ""
) -> Recorded[int]:
    """Agree the terms of reference, or change them with a reason; earlier terms stay in view.

    Args:
        by: A lead inspector.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        title: Title under which the report is to be published, without names.
        terms: The terms of reference.
        account: Why they change; needed from the second version.

    Returns:
        Number of the version.

    Raises:
        Refused: It is not the time for it, something is missing, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    number = row.terms.count() + 1
    move = _checked(by, row, "agree_terms" if number == 1 else "change_terms")
    told, why = _text(terms, "terms"), _text(account, "account") if number > 1 else ""
    if not told:
        raise _missing("The text of the terms", "terms")
    if number > 1 and not why:
        raise _missing("The reason for the change", "account")
    row.title = _line(title, "title", "The title", TITLE_LENGTH)
    Terms.objects.create(
        review=row,
        number=number,
        title=row.title,
        text=told,
        reason=why,
        set_at=at,
        set_by=by.reference,
        set_name=by.name,
    )
    _moved(row, move, by=by, at=at, on=_today(at), account=why)
    payload: dict[str, Value] = {
        "number": number,
        "terms_digest": digest({"title": row.title, "terms": told}),
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, number)


@action(verb="sfo.independent-step-taken", permission="sfo.review_independently", paragraph="19")
def take_step(
    *, by: Actor, at: datetime, reference: str, revision: int, act: str, account: str = ""
) -> Recorded[None]:
    """Decline a request, start the work, or withdraw a review.

    When it ends, what the Inspectorate itself said of it is owed no more. A request that another body
    registered stays its own word, until that body notes the end.

    Args:
        by: A lead inspector.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        act: ``decline``, ``start_work`` or ``withdraw``.
        account: Why.

    Raises:
        Refused: It is not the time for it, the reason is missing, or the actor is no named reader.
    """
    assert act in {"decline", "start_work", "withdraw"}
    row = _locked(by, reference, revision)
    move = _checked(by, row, act)
    told = _text(account, "account")
    _moved(row, move, by=by, at=at, on=_today(at), account=told)
    if row.state in ENDED_EARLY:
        _end_what_is_owed(row, by=by, at=at)
    payload: dict[str, Value] = {"step": act, "account_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


def _end_what_is_owed(row: IndependentReview, *, by: Actor, at: datetime) -> None:
    """Withdraw what the actor's body said of a review that has ended, so that nobody goes on owing it."""
    told = row.moves.filter(made_party__code=by.party, event__isnull=False)
    for number in told.order_by("id").values_list("event", flat=True):
        assert number is not None, "moves without an event are left out above"
        reason = f"{row.reference} was {row.state}; its named readers read why."
        _untell(number, by=by, at=at, reason=reason)


@action(verb="sfo.independent-end-noted", permission="sfo.ask_independent", paragraph="19")
def note_end(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Note, for the body that registered the request, that it was declined or withdrawn.

    The Memorandum does not say that the Inspectorate has to agree; with the reason read, nothing is owed.

    Args:
        by: Someone of that body.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Raises:
        Refused: The review has not ended early, the request was another body's, its end is noted, or the
            actor is no named reader.
    """
    row = _locked(by, reference, revision)
    if not may_note_end(by, row):
        raise _wrong(
            "sfo_end",
            "There is no end to note: the review goes on, its end is noted, or another body asked for it.",
            "Open the review to see how it stands.",
            "",
        )
    _end_what_is_owed(row, by=by, at=at)
    _changed(row)
    _told(row, "note_end", row.state, by=by, at=at, on=_today(at))
    return Recorded(f"sfo-independent:{row.reference}", {"state": row.state}, None)


@action(verb="sfo.independent-reviewer-appointed", permission="sfo.review_independently", paragraph="19")
def appoint(
    *, by: Actor, at: datetime, reference: str, revision: int, person: str, statement: str
) -> Recorded[None]:
    """Appoint a named reader of the Inspectorate as reviewer, with what they declared about ties to the case.

    Args:
        by: Someone of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        person: Reference of the person.
        statement: Their statement of independence.

    Raises:
        Refused: They are no named reader of the Inspectorate, are appointed already, marked the review of the
            case, made no statement, or the work is over.
    """
    row = _locked(by, reference, revision)
    if row.state not in OPEN_TO_REVIEWERS:
        raise _wrong(
            "sfo_reviewer",
            "Reviewers are appointed from the terms of reference until the final report.",
            "Agree the terms of reference first.",
            "person",
        )
    told = _text(statement, "statement")
    marked = Marking.objects.filter(review_id=row.review_id).order_by("id") if row.review_id else ()
    check_independence(person, {one.person for one in marked}, told)
    held = row.readers.filter(person=person, party__code=HMIP, ended_at=None).order_by("id").first()
    if held is None:
        raise _wrong(
            "sfo_reviewer",
            "A reviewer is first a named reader of the Inspectorate.",
            "Name them as reader, then appoint them.",
            "person",
        )
    if row.reviewers.filter(person=person, ended_at=None).exists():
        raise _wrong("sfo_reviewer", f"{held.name} is appointed already.", "Choose someone else.", "person")
    Reviewer.objects.create(
        review=row,
        person=person,
        name=held.name,
        statement=told,
        appointed_at=at,
        appointed_by=by.reference,
        appointed_name=by.name,
    )
    _changed(row)
    payload: dict[str, Value] = {"reviewer": person, "statement_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


@action(verb="sfo.independent-reviewer-ended", permission="sfo.review_independently", paragraph="19")
def end_reviewer(*, by: Actor, at: datetime, reference: str, revision: int, reviewer: int) -> Recorded[None]:
    """End an appointment; it stays in view.

    Args:
        by: Someone of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        reviewer: Number of the appointment.

    Raises:
        Refused: There is no such appointment.
    """
    row = _locked(by, reference, revision)
    held = row.reviewers.filter(pk=reviewer, ended_at=None).order_by("id").first()
    if held is None:
        raise _wrong("sfo_reviewer", "There is no such reviewer.", "Open the review again.", "")
    held.ended_at, held.ended_by, held.ended_name = at, by.reference, by.name
    held.save()
    _changed(row)
    return Recorded(f"sfo-independent:{row.reference}", {"reviewer": held.person}, None)


def _name(row: IndependentReview, person: Person, *, by: Actor, at: datetime) -> None:
    IndependentReader.objects.create(
        review=row,
        person=person.reference,
        name=person.name,
        party_id=person.party,
        added_at=at,
        added_by=by.reference,
        added_name=by.name,
    )


@action(verb="sfo.independent-reader-named", permission="sfo.name_independent_readers", paragraph="19")
def name_reader(*, by: Actor, at: datetime, reference: str, person: str) -> Recorded[None]:
    """Name someone of the actor's own organisation as a reader; OSAG only once a draft was sent to it (¶27).

    Args:
        by: Who names them; need not be a reader.
        at: Moment of doing so.
        reference: Reference of the review.
        person: Reference of the person.

    Raises:
        Refused: The person cannot be named, or is named already, or OSAG has no draft yet.
    """
    row = seen(by, reference, lock=True)
    if by.party == OSAG and row.draft_received_on is None:
        raise _wrong(
            "sfo_reader",
            "OSAG has received no draft of this review yet, so it has no readers of it.",
            "Name them once the draft is sent for its check.",
            "person",
        )
    found = person_to_name(by, person, region=row.region_id, today=_today(at), permission=SEE)
    if row.readers.filter(person=person, ended_at=None).exists():
        raise _wrong(
            "sfo_reader",
            f"{found.name} is a reader of this review already.",
            "Choose someone else.",
            "person",
        )
    _name(row, found, by=by, at=at)
    return Recorded(f"sfo-independent:{row.reference}", {"reader": person, "party": found.party}, None)


@action(verb="sfo.independent-reader-ended", permission="sfo.name_independent_readers", paragraph="19")
def end_reader(*, by: Actor, at: datetime, reference: str, reader: int) -> Recorded[None]:
    """Take someone of the actor's own organisation off the readers.

    Args:
        by: Who does.
        at: Moment of doing so.
        reference: Reference of the review.
        reader: Number of the entry on the list.

    Raises:
        Refused: There is no such reader of the actor's organisation.
    """
    row = seen(by, reference, lock=True)
    held = row.readers.filter(pk=reader, ended_at=None, party__code=by.party).order_by("id").first()
    if held is None:
        raise _wrong(
            "sfo_reader",
            "There is no such reader of your organisation.",
            "Open the list of readers again.",
            "person",
        )
    held.ended_at, held.ended_by, held.ended_name = at, by.reference, by.name
    held.save()
    return Recorded(f"sfo-independent:{row.reference}", {"reader": held.person}, None)


@action(verb="sfo.independent-read", permission=SEE, paragraph="19")
def record_reading(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Record that a named reader opens an independent review.

    Args:
        by: Who reads.
        at: Moment of reading.
        reference: Reference of the review.

    Raises:
        Refused: They are no named reader of it.
    """
    row = opened(by, reference)
    IndependentReading.objects.create(
        review=row, person=by.reference, name=by.name, party_id=by.party, read_at=at
    )
    return Recorded(f"sfo-independent:{row.reference}", {"state": row.state}, None)

"""Publishing the final report: now or at a set moment, after copies under embargo (D8, ¶16, ¶20).

Only HM Inspectorate of Probation publishes, and nobody else can delay it. What is published is handed over
whole to the public register, which sees nothing of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.inspections.actions.moving import (
    _checked_move,
    _locked,
    _moved,
    _text,
    _today,
)
from oversight.inspections.models import (
    EmbargoedCopy,
    EmbargoedRead,
    Inspection,
    PublicationMoment,
    ReportVersion,
    SettledRating,
)
from oversight.inspections.queries.embargo import READ, Reader, copy_row
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.publishing import PUBLISH, PUBLISH_JOB
from oversight.inspections.queries.sight import found
from oversight.inspections.queries.snapshots import latest_version, snapshot_of, standing_moment
from oversight.inspections.rules.case import WORKFLOW, CaseState
from oversight.inspections.rules.publishing import (
    WAITING,
    Ended,
    check_moment,
    check_not_before,
    is_poor,
)
from oversight.jobs.asking import ask, drop
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import moment_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.publication.actions import publish_report
from oversight.publication.rules.snapshots import Snapshot
from oversight.recommendations.actions import receive

POOR: Final = "poor_rating_published"
#: Longest recommendation that is handed over whole; the report has the rest.
HANDED_OVER: Final = 1900


def _changed(row: Inspection) -> None:
    row.revision += 1
    row.save()


def _reason(given: str, what: str) -> str:
    told = _text(given, "reason")
    if not told:
        raise Refused(
            "publication_reason", f"{what} needs a reason.", "Enter it.", paragraph="16", field="reason"
        )
    return told


def _final(row: Inspection) -> ReportVersion:
    version = latest_version(row)
    assert version is not None, f"{row.reference} is final without a final version"
    return version


def _end(standing: PublicationMoment, ended: Ended, *, by: Actor, at: datetime, reason: str) -> None:
    standing.ended, standing.ended_at, standing.ended_reason = ended, at, reason
    standing.ended_by, standing.ended_name = by.reference, by.name
    standing.save()


@action(verb="publication.moment-set", permission=PUBLISH, paragraph="16")
def set_moment(
    *, by: Actor, at: datetime, reference: str, revision: int, moment: datetime, reason: str = ""
) -> Recorded[None]:
    """Set the moment at which a final report is published by itself, or change it.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of setting it.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        moment: When to publish.
        reason: Why it changes; needed when one was set before.

    Raises:
        Refused: The report is not final or not the actor's to publish, the moment has passed or is more than
            a year ahead, a change has no reason, or the inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _checked_move(by, row, "publish")
    check_moment(moment, at=at)
    standing, why = standing_moment(row), ""
    if standing is not None:
        why = _reason(reason, "Changing the moment of publication")
        _end(standing, Ended.CHANGED, by=by, at=at, reason=why)
        drop(at=at, kind=PUBLISH_JOB, subject=row.reference, words="The moment was changed.")
    PublicationMoment.objects.create(
        inspection=row, moment=moment, set_at=at, set_by=by.reference, set_name=by.name
    )
    ask(by=by, at=at, kind=PUBLISH_JOB, subject=row.reference, title=f"Publish {row.title}", due_at=moment)
    _changed(row)
    payload: dict[str, Value] = {
        "moment": moment,
        "before": standing.moment if standing else None,
        "reason": why,
    }
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="publication.moment-cancelled", permission=PUBLISH, paragraph="16")
def cancel_moment(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Cancel the moment set for publication; the report stays final.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of cancelling it.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why.

    Raises:
        Refused: No moment is set, there is no reason, or the inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _checked_move(by, row, "publish")
    standing = standing_moment(row)
    if standing is None:
        raise Refused("publication_no_moment", "No moment is set for publication.", "Nothing more is needed.")
    why = _reason(reason, "Cancelling the moment of publication")
    _end(standing, Ended.CANCELLED, by=by, at=at, reason=why)
    drop(at=at, kind=PUBLISH_JOB, subject=row.reference, words="It was cancelled.")
    _changed(row)
    return Recorded(f"inspection:{row.reference}", {"moment": standing.moment, "reason": why}, None)


@action(verb="publication.embargoed", permission=PUBLISH, paragraph="20")
def give_copies(
    *, by: Actor, at: datetime, reference: str, revision: int, people: Sequence[Reader]
) -> Recorded[int]:
    """Give named people a copy of the final report under embargo; give how many.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        people: To whom, each for one party, as ``queries.publishing.readers`` found them.

    Raises:
        Refused: The report is not final or not the actor's to publish, nobody is chosen, someone has a copy
            already, or the inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    # More copies may follow the first ones; that is no further step.
    more = row.state == CaseState.EMBARGOED
    move = _checked_move(by, row, "publish" if more else "embargo")
    version = _final(row)
    if not people:
        raise Refused(
            "embargo_people",
            "Nobody is chosen.",
            "Choose at least one person.",
            paragraph="20",
            field="people",
        )
    held = set(
        EmbargoedCopy.objects.filter(inspection=row, withdrawn_at=None)
        .order_by("pk")
        .values_list("person", "party__code")
    )
    for one in people:
        if (one.person, one.party.code) in held:
            raise Refused(
                "embargo_twice",
                f"{one.name} of {one.party.name} has a copy already.",
                "Choose the others.",
                paragraph="20",
                field="people",
            )
    EmbargoedCopy.objects.bulk_create(
        EmbargoedCopy(
            inspection=row,
            version=version,
            person=one.person,
            name=one.name,
            party_id=one.party.code,
            given_at=at,
            given_by=by.reference,
            given_name=by.name,
        )
        for one in people
    )
    if more:
        _changed(row)
    else:
        _moved(row, move, by=by, at=at, on=_today(at))
    payload: dict[str, Value] = {
        "version": version.number,
        "people": [{"person": one.person, "party": one.party.code} for one in people],
    }
    return Recorded(f"inspection:{row.reference}", payload, len(people))


@action(verb="publication.copy-withdrawn", permission=PUBLISH, paragraph="20")
def withdraw_copy(
    *, by: Actor, at: datetime, reference: str, revision: int, copy_id: int, reason: str
) -> Recorded[None]:
    """Withdraw a copy under embargo: it cannot be read any more. That it was given, and read, stays.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        copy_id: Number of the copy.
        reason: Why.

    Raises:
        Refused: There is no such copy that stands, there is no reason, or the inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _checked_move(by, row, "publish")
    kept = EmbargoedCopy.objects.filter(inspection=row, pk=copy_id, withdrawn_at=None).order_by("pk").first()
    if kept is None:
        raise Refused(
            "not_found_copy", "There is no such copy that can be read.", "Open the list of copies again."
        )
    kept.withdrawn_reason = _reason(reason, "Withdrawing a copy")
    kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_name = at, by.reference, by.name
    kept.save()
    _changed(row)
    payload: dict[str, Value] = {
        "person": kept.person,
        "party": kept.party_id,
        "reason": kept.withdrawn_reason,
    }
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="publication.copy-read", permission=READ, paragraph="20")
def note_reading(*, by: Actor, at: datetime, copy_id: int) -> Recorded[None]:
    """Note that someone reads the copy under embargo that they were given.

    Args:
        by: Who reads it.
        at: Moment of reading it.
        copy_id: Number of the copy.

    Raises:
        Refused: It is not theirs, or cannot be read any more.
    """
    row = copy_row(by, copy_id)
    EmbargoedRead.objects.create(copy=row, read_at=at, read_by=by.reference)
    payload: dict[str, Value] = {"copy": row.pk, "party": row.party_id, "version": row.version.number}
    return Recorded(f"inspection:{row.inspection.reference}", payload, None)


@action(verb="inspection.published", permission=PUBLISH, paragraph="16")
def publish(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Publish the final report now; give the round of the public register.

    Args:
        by: Someone of the Inspectorate who may publish, or the worker at the moment that they set.
        at: Moment of publishing.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.

    Raises:
        Refused: The report is not final or not the actor's to publish, a later moment is set, or the
            inspection changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "publish")
    standing = standing_moment(row)
    check_not_before(standing.moment if standing else None, at=at)
    version, today = _final(row), _today(at)
    snapshot = snapshot_of(row, version, published_on=today)
    number = publish_report(by=by, at=at, snapshot=snapshot)
    if standing is not None:
        _end(standing, Ended.PUBLISHED, by=by, at=at, reason="")
        drop(at=at, kind=PUBLISH_JOB, subject=row.reference, words="Published")
    _moved(row, move, by=by, at=at, on=today, event="report_published")
    _tell_of_poor_rating(row, version, by=by, at=at)
    _hand_over(row, snapshot, (), by=by, at=at)
    payload: dict[str, Value] = {
        "version": version.number,
        "digest": version.digest,
        "round": number,
        "set_by": standing.set_by if standing else None,
        "moment": standing.moment if standing else None,
    }
    return Recorded(f"inspection:{row.reference}", payload, number)


def _tell_of_poor_rating(row: Inspection, version: ReportVersion, *, by: Actor, at: datetime) -> None:
    """Tell the arrangements of a poor rating of a core inspection, so that ministers are alerted (¶20)."""
    rules = programme_for(row).rating
    settled = _overall_of(row)
    if row.kind != "core" or row.unit_id is None or not is_poor(rules, settled):
        return
    happened(
        by=by,
        at=at,
        event=POOR,
        kind=row.kind,
        about=row.reference,
        on=_today(at),
        unit=party(row.unit_id),
        addressee=None,
        note=f"Version {version.number}",
    )


def _overall_of(row: Inspection) -> str:
    found_rating = SettledRating.objects.filter(inspection=row, standard="").order_by("pk").first()
    return found_rating.rating if found_rating else ""


def _hand_over(
    row: Inspection, snapshot: Snapshot, before: Sequence[int], *, by: Actor, at: datetime
) -> None:
    """Hand each recommendation that is new over to those who answer it (¶23, ¶24)."""
    for one in snapshot.recommendations:
        if one.number in before:
            continue
        text = one.text
        if len(text) > HANDED_OVER:
            text = f"{text[:HANDED_OVER].rstrip()}… The report has the rest."
        receive(
            by=by,
            at=at,
            kind=row.kind,
            source=row.reference,
            source_title=row.title,
            number=one.number,
            text=text,
            addressee=party(one.authority),
            on=_today(at),
            unit=party(row.unit_id) if row.unit_id and row.kind == "core" else None,
        )


def publish_due(*, by: Actor, at: datetime, reference: str) -> str:
    """Publish at the moment that was set, if it still stands; done again, nothing happens. Give words.

    Args:
        by: The worker, acting as publications of the Inspectorate.
        at: The moment now.
        reference: Reference of the inspection.

    Raises:
        Refused: It cannot be published; it is tried again.
    """
    row = found(by, reference)
    standing = standing_moment(row)
    if standing is None:
        return "It was not set for a moment any more."
    if row.state not in WAITING:
        lapse_moment(by=by, at=at, reference=reference)
        return f"Not published: the inspection is {WORKFLOW.state(row.state).label.lower()}."
    publish(by=by, at=at, reference=reference, revision=row.revision)
    return "Published"


@action(verb="publication.moment-lapsed", permission=PUBLISH, paragraph="16")
def lapse_moment(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """End a moment that came while the inspection was off its path, so that nothing is published by surprise.

    Args:
        by: The worker.
        at: The moment now.
        reference: Reference of the inspection.

    Raises:
        Refused: The report could be published.
    """
    row = found(by, reference)
    row = _locked(by, reference, row.revision)
    standing = standing_moment(row)
    if standing is None or row.state in WAITING:
        raise Refused(
            "publication_not_lapsed", "This moment has not lapsed.", "Publish, or change the moment."
        )
    label = WORKFLOW.state(row.state).label.lower()
    why = f"When {moment_in_words(standing.moment)} came, the inspection was {label}."
    _end(standing, Ended.LAPSED, by=by, at=at, reason=why)
    return Recorded(f"inspection:{row.reference}", {"moment": standing.moment, "reason": why}, None)

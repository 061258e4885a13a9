"""The sample: committing to a seed, freezing a list, drawing from it, revealing the seed (F1, ¶19)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from oversight.access.queries import acting_by_command
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, canonical
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.publication.actions.samples import publish_sample
from oversight.sfo.actions.moving import _moved, _tell, _today, _told
from oversight.sfo.models import Batch, Review, SampleYear, Settlement, YearAssured
from oversight.sfo.queries.public_sample import public_sample
from oversight.sfo.queries.sample import batch_row, standing, year_detail, year_of_day, year_row
from oversight.sfo.rules.designs import PARAGRAPH, design_of, design_on, shipped_designs, year_name
from oversight.sfo.rules.drawing import BatchList, ListedReview, check_list, draw, key_of, seed_digest
from oversight.sfo.rules.records import listed_from, record_of
from oversight.sfo.rules.review import ASSURERS, HMIP, HMPPS, WORKFLOW, ReviewState


def _push(year: SampleYear, *, at: datetime) -> None:
    """Bring the public page of a year up to date, in the transaction of the act that changed it."""
    # Whoever acts, what the public reads of the sample is the Inspectorate's word.
    publish_sample(
        by=acting_by_command("sfo-sample", role="hmip_planner"), at=at, snapshot=public_sample(year)
    )


def _refused(rule: str, why: str, what_next: str, field: str = "") -> Refused:
    return Refused(rule, why, what_next, paragraph=PARAGRAPH, field=field)


@action(verb="sfo.seed-committed", permission="sfo.commit_seed", paragraph="19")
def commit_seed(*, by: Actor, at: datetime, starts: int) -> Recorded[str]:
    """Commit to the seed of a year before it opens. The record holds its digest alone; nobody sees the seed.

    Args:
        by: Who commits for the Inspectorate.
        at: Moment of doing so.
        starts: Calendar year in which the year of reviews begins.

    Returns:
        Name of the year.

    Raises:
        Refused: The year has begun, lies too far ahead, or has a seed already.
    """
    designs = shipped_designs()
    design = design_on(designs, designs[-1].first_day(starts))
    first, last = design.first_day(starts), design.first_day(starts + 1) - timedelta(days=1)
    name = year_name(first)
    if SampleYear.objects.filter(first_day=first).exists():
        raise _refused("sfo_year", f"{name} has a seed already.", "Nothing is left to do for it.", "starts")
    if first <= _today(at):
        raise _refused(
            "sfo_year",
            f"{name} began on {day_in_words(first)}. A seed is committed to before its year opens, so that "
            "nobody can have seen a review when it was made.",
            "Commit to the seed of the next year.",
            "starts",
        )
    seed = secrets.token_hex(32)
    row = SampleYear.objects.create(
        name=name,
        first_day=first,
        last_day=last,
        design=design.version,
        seed=seed,
        seed_digest=seed_digest(seed),
        committed_at=at,
        committed_by=by.reference,
        committed_name=by.name,
    )
    _push(row, at=at)
    payload: dict[str, Value] = {
        "year": name,
        "first_day": first,
        "last_day": last,
        "design": design.version,
        "seed_digest": row.seed_digest,
    }
    return Recorded(f"sfo-year:{name}", payload, name)


@action(verb="sfo.list-frozen", permission="sfo.freeze", paragraph="19")
def freeze(*, by: Actor, at: datetime) -> Recorded[tuple[str, int]]:
    """Freeze the list of all submitted reviews for the next draw. None can be left out.

    Args:
        by: Who freezes it for HMPPS.
        at: Moment of doing so.

    Returns:
        Name of the year and number of the list.

    Raises:
        Refused: No seed was committed to for the year, a list waits for its draw, or too few reviews wait.
    """
    today = _today(at)
    found = year_of_day(today)
    if found is None:
        raise _refused(
            "sfo_year",
            "The Inspectorate has committed to no seed for this year, so nothing can be drawn in it.",
            "Let the reviews wait for the next year, and ask the Inspectorate to commit to its seed.",
        )
    year = SampleYear.objects.select_for_update().order_by("id").get(pk=found.pk)
    held = list(Batch.objects.filter(year=year).order_by("number"))
    if any(one.drawn_at is None for one in held):
        raise _refused("sfo_batch_waits", "A list waits for its draw.", "Make the draw first.")
    design = design_of(shipped_designs(), year.design)
    reviews = list(
        Review.objects.select_for_update(of=("self",))
        .filter(state=ReviewState.SUBMITTED)
        .order_by("reference")
    )
    if not reviews:
        raise _refused("sfo_batch_small", "No submitted review waits for a list.", "Freeze one next month.")
    listed = BatchList(
        design=design.version,
        year=year.name,
        number=len(held) + 1,
        reviews=tuple(ListedReview(one.reference, one.region_id, one.offence_group) for one in reviews),
        so_far=standing(year),
    )
    check_list(listed, design)
    batch = Batch.objects.create(
        year=year,
        number=listed.number,
        frozen_list=canonical(listed.told()),
        list_digest=listed.digest,
        frozen_at=at,
        frozen_by=by.reference,
        frozen_name=by.name,
    )
    move = WORKFLOW.check("list", ReviewState.SUBMITTED, by.role)
    for row in reviews:
        row.batch = batch
        _moved(row, move, by=by, at=at, on=today)
    if not held:
        _tell("sfo_year_started", year.name, by=by, at=at, on=year.first_day)
    _push(year, at=at)
    payload: dict[str, Value] = {
        "year": year.name,
        "batch": batch.number,
        "reviews": len(reviews),
        "list_digest": batch.list_digest,
    }
    return Recorded(f"sfo-batch:{year.name}/{batch.number}", payload, (year.name, batch.number))


@action(verb="sfo.drawn", permission="sfo.draw", paragraph="19")
def make_draw(*, by: Actor, at: datetime, year: str, number: int) -> Recorded[int]:
    """Make the draw from a frozen list. Whoever makes it, whenever: the result is the same.

    Every review is allocated at once, and each body owes the quality assurance of its own (¶19).

    Args:
        by: Who asks for the draw.
        at: Moment of doing so.
        year: Name of the year.
        number: Number of the list.

    Returns:
        How many reviews were drawn for the Inspectorate.

    Raises:
        Refused: There is no such list, or it is drawn already.
    """
    row = Batch.objects.select_for_update(of=("self",)).order_by("id").get(pk=batch_row(year, number).pk)
    if row.drawn_at is not None:
        raise _refused("sfo_drawn", "The draw from this list is made.", "Open its record to see the result.")
    design = design_of(shipped_designs(), row.year.design)
    listed = listed_from(row.frozen_list)
    done = draw(listed, key_of(row.year.seed, listed.digest), design)
    assert listed.digest == row.list_digest
    record = record_of(done, of_seed=row.year.seed_digest)
    row.record = canonical(record)
    row.drawn_at, row.drawn_by, row.drawn_name = at, by.reference, by.name
    row.save()
    drawn, today = set(done.drawn), _today(at)
    # Anyone may ask for the draw; to the arrangements it is the Inspectorate's word, whose seed it is.
    teller = acting_by_command("sfo-draw", role="hmip_planner")
    for review in row.reviews.select_for_update(of=("self",)).order_by("reference"):
        review.assurer = HMIP if review.reference in drawn else HMPPS
        if review.state != ReviewState.LISTED:
            # Withdrawn since the list was frozen: it was drawn for all the same, and counts no more.
            review.revision += 1
            review.save()
            _told(review, "allocate", review.state, by=by, at=at, on=today)
            continue
        move = WORKFLOW.check("allocate", review.state, by.role)
        event = _tell(
            "sfo_review_allocated",
            review.reference,
            by=teller,
            at=at,
            on=today,
            region=review.region_id,
            addressee=review.assurer,
        )
        _moved(review, move, by=by, at=at, on=today, event=event)
    _push(row.year, at=at)
    payload: dict[str, Value] = {
        "year": year,
        "batch": number,
        "list_digest": row.list_digest,
        "key": done.key,
        "reviews": len(listed.reviews),
        "drawn": list(done.drawn),
    }
    return Recorded(f"sfo-batch:{year}/{number}", payload, len(done.drawn))


@action(verb="sfo.seed-revealed", permission="sfo.commit_seed", paragraph="19")
def reveal_seed(*, by: Actor, at: datetime, year: str) -> Recorded[str]:
    """Reveal the seed of a year that is over, so that anyone can repeat every draw.

    Args:
        by: Who reveals it for the Inspectorate.
        at: Moment of doing so.
        year: Name of the year.

    Returns:
        The seed.

    Raises:
        Refused: The year is not over, a list of it waits for its draw, or the seed is revealed already.
    """
    row = SampleYear.objects.select_for_update().order_by("id").get(pk=year_row(year).pk)
    if row.revealed_at is not None:
        raise _refused("sfo_revealed", "The seed of this year is revealed.", "Open its page to see it.")
    if _today(at) <= row.last_day:
        raise _refused(
            "sfo_year",
            f"{year} ends on {day_in_words(row.last_day)}. Whoever knew the seed before could foresee draws.",
            "Reveal it after that day.",
        )
    if row.batches.filter(drawn_at=None).exists():
        raise _refused("sfo_batch_waits", "A list of this year waits for its draw.", "Make the draw first.")
    row.revealed_at, row.revealed_by, row.revealed_name = at, by.reference, by.name
    row.save()
    _push(row, at=at)
    return Recorded(f"sfo-year:{year}", {"year": year, "seed": row.seed}, row.seed)


@action(verb="sfo.year-assured", permission="sfo.assure", paragraph="19")
def declare_assured(*, by: Actor, at: datetime, year: str) -> Recorded[date]:
    """Declare that the actor's body has quality assured all its reviews of a year.

    Args:
        by: Who declares it.
        at: Moment of doing so.
        year: Name of the year.

    Returns:
        The day on which the last of them was rated.

    Raises:
        Refused: The year is not over, a list waits for its draw, a review is not rated, or it is declared.
    """
    row = SampleYear.objects.select_for_update().order_by("id").get(pk=year_row(year).pk)
    detail = year_detail(year)
    if by.party in detail.assured:
        raise _refused("sfo_assured", "This is declared already.", "Nothing is left to do.")
    if not detail.is_over(_today(at)) or detail.waiting:
        raise _refused(
            "sfo_year",
            f"{year} still goes on, so more reviews may come.",
            f"Declare it after {day_in_words(row.last_day)}, when every list is drawn.",
        )
    if left := detail.open[by.party]:
        raise _refused(
            "sfo_open",
            f"{left} of the reviews of {ASSURERS[by.party]} of this year are not rated.",
            "Settle their ratings first.",
        )
    settled = Settlement.objects.filter(review__batch__year=row, review__assurer=by.party)
    last = settled.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        raise _refused(
            "sfo_open", "No review of this year was for you to assure.", "There is nothing to declare."
        )
    YearAssured.objects.create(
        year=row,
        assurer=by.party,
        on=last,
        declared_at=at,
        declared_by=by.reference,
        declared_name=by.name,
    )
    event = "sfo_sample_assured" if by.party == HMIP else "sfo_remainder_assured"
    _tell(event, year, by=by, at=at, on=last)
    return Recorded(f"sfo-year:{year}", {"year": year, "assurer": by.party, "on": last}, last)

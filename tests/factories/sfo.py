"""Serious Further Offence reviews brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting
from oversight.parties.queries import party
from oversight.sfo.actions import independent as asking
from oversight.sfo.actions import independent_writing as writing
from oversight.sfo.actions import marking, reviews, sample
from oversight.sfo.models import IndependentReview, Review
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.independent_text import outline
from oversight.sfo.rules.standards import shipped_standards
from tests.factories.arrangements import acting_for
from tests.factories.parties import acting_as
from tests.harness.once import reached

BEFORE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Before the year 2026-27 opens."""
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
YEAR = "2026-27"
GROUPS = tuple(shipped_designs()[-1].offence_groups)
STANDARDS = shipped_standards()[-1]
REGIONS = ("N57", "N07", "N03")


def officer() -> Acting:
    return acting_for("hmpps", "hmpps_officer")


def planner() -> Acting:
    return acting_for("hmip", "hmip_planner")


@reached
def sealed(at=BEFORE) -> str:
    return sample.commit_seed(by=planner(), at=at, starts=2026)


def act(step, review: Review | IndependentReview, by: Acting, at: datetime = AT, /, **more):
    """Take a step on a review as it stands now, and give what it gives."""
    review.refresh_from_db()
    done = step(by=by, at=at, reference=review.reference, revision=review.revision, **more)
    review.refresh_from_db()
    return done


@reached
def registered(by: Acting | None = None, *, number=1, region="N57", group="murder", at=AT) -> Review:
    reference = reviews.register(
        by=by or officer(),
        at=at,
        case_reference=f"X{number:06}",
        region=party(region),
        offence_group=group,
        notified_on=date(2026, 4, 7),
    )
    return Review.objects.get(reference=reference)


@reached
def commissioned(by: Acting | None = None, **more) -> Review:
    by = by or officer()
    found = registered(by, **more)
    act(reviews.commission, found, by, on=date(2026, 4, 8), due_on=date(2026, 8, 7))
    return found


@reached
def submitted(by: Acting | None = None, **more) -> Review:
    by = by or officer()
    found = commissioned(by, **more)
    act(reviews.submit, found, by, on=date(2026, 5, 1))
    return found


@reached
def many_submitted(count=10, by: Acting | None = None) -> list[Review]:
    by = by or officer()
    return [submitted(by, number=at + 1, region=REGIONS[at % 3], group=GROUPS[at % 5]) for at in range(count)]


@reached
def drawn(count=10, by: Acting | None = None) -> list[Review]:
    """Give the reviews of a list that was drawn."""
    by = by or officer()
    sealed()
    found = many_submitted(count, by)
    year, number = sample.freeze(by=by, at=AT)
    sample.make_draw(by=by, at=AT, year=year, number=number)
    for one in found:
        one.refresh_from_db()
    return found


def of(found: list[Review], assurer: str) -> Review:
    return next(one for one in found if one.assurer == assurer)


def reader(
    review: Review, role="hmip_lead_inspector", party_code="", *, by: Acting | None = None, at=AT
) -> Acting:
    """Make someone a named reader of a review."""
    person = acting_as(role, party_code)
    naming = by or (planner() if person.party == "hmip" else officer())
    reviews.name_reader(by=naming, at=at, reference=review.reference, person=person.reference)
    return person


def rating(overall="good", **other) -> dict:
    """Give a marking: every standard the same but for those named."""
    ratings = dict.fromkeys(STANDARDS.names, overall) | other
    return {"ratings": ratings, "reasons": {name: f"Seen in the file: {name}." for name in ratings}}


@reached
def rated(found: Review, by: Acting, at=AT) -> Review:
    act(marking.start_marking, found, by, at)
    act(marking.mark, found, by, at, **rating())
    act(marking.settle, found, by, at)
    return found


def independent(by: Acting | None = None, *, number=1, at=AT) -> IndependentReview:
    """Give an independent review that was asked for; its registrar is its first reader."""
    reference = asking.register(
        by=by or acting_for("hmip", "hmip_lead_inspector"),
        at=at,
        case_reference=f"X9{number:05}",
        region=party("N57"),
        scope="case",
        asked_by="Secretary of State for Justice",
        asked_on=date(2026, 5, 1),
        letter=f"SoS/2026/{number}",
        request="Review how the case was managed before the offence.",
    )
    return IndependentReview.objects.get(reference=reference)


def may_open(review: IndependentReview, person: Acting, at=AT) -> Acting:
    """Make someone a named reader of an independent review, named by a colleague."""
    naming = {
        "hmip": "hmip_planner",
        "hmpps-osag": "osag_lead",
        "moj-sponsorship": "sponsorship_officer",
        "ministers": "ministers_office",
    }
    by = acting_for(person.party, naming[person.party])
    asking.name_reader(by=by, at=at, reference=review.reference, person=person.reference)
    return person


def being_written(lead: Acting, at=AT) -> IndependentReview:
    """Give an independent review whose every section is written, with a recommendation to HMPPS."""
    found = independent(lead, at=at)
    act(asking.set_terms, found, lead, at, title="A review of one case", terms="What was done.")
    act(asking.appoint, found, lead, at, person=lead.reference, statement="No ties.")
    act(asking.take_step, found, lead, at, act="start_work")
    for one in outline().sections:
        act(writing.write_section, found, lead, at, section=one.id, text=f"On {one.title.lower()}.")
    act(
        writing.write_recommendation,
        found,
        lead,
        at,
        addressee=party("hmpps"),
        text="Tell reviewers what is expected.",
    )
    return found


def final(lead: Acting, osag: Acting, at=AT) -> IndependentReview:
    """Give an independent review whose check found nothing, with its final report."""
    found = being_written(lead, at)
    act(writing.send_draft, found, lead, at)
    may_open(found, osag, at)
    act(writing.return_check, found, osag, at)
    act(writing.finalise, found, lead, at)
    return found

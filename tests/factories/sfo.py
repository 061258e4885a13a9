"""Serious Further Offence reviews brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.access.queries import Acting
from oversight.parties.queries import party
from oversight.sfo.actions import marking, reviews, sample
from oversight.sfo.models import Review
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.standards import shipped_standards
from tests.factories.arrangements import acting_for
from tests.factories.parties import acting_as

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


def sealed(at=BEFORE) -> str:
    return sample.commit_seed(by=planner(), at=at, starts=2026)


def act(step, review: Review, by: Acting, at: datetime = AT, **more):
    """Take a step on a review as it stands now, and give what it gives."""
    review.refresh_from_db()
    done = step(by=by, at=at, reference=review.reference, revision=review.revision, **more)
    review.refresh_from_db()
    return done


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


def commissioned(by: Acting | None = None, **more) -> Review:
    by = by or officer()
    found = registered(by, **more)
    act(reviews.commission, found, by, on=date(2026, 4, 8), due_on=date(2026, 8, 7))
    return found


def submitted(by: Acting | None = None, **more) -> Review:
    by = by or officer()
    found = commissioned(by, **more)
    act(reviews.submit, found, by, on=date(2026, 5, 1))
    return found


def many_submitted(count=10, by: Acting | None = None) -> list[Review]:
    by = by or officer()
    return [submitted(by, number=at + 1, region=REGIONS[at % 3], group=GROUPS[at % 5]) for at in range(count)]


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


def rated(found: Review, by: Acting, at=AT) -> Review:
    act(marking.start_marking, found, by, at)
    act(marking.mark, found, by, at, **rating())
    act(marking.settle, found, by, at)
    return found

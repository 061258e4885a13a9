"""People are told of actions: once for each occasion, by email as they chose, on their pages (E6, ¶26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from oversight.access.queries import acting_under
from oversight.jobs.asking import ask
from oversight.jobs.mailing import post
from oversight.jobs.queries import waits
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import (
    MembershipFacts,
    addresses,
    memberships_in_roles,
    parties_by_code,
)
from oversight.recommendations.models import Notice, NoticeChoice, PlanAction
from oversight.recommendations.queries.notices import standing
from oversight.recommendations.queries.plan_sight import visible_actions
from oversight.recommendations.queries.sight import SEE
from oversight.recommendations.rules.actions_due import Progress, Rung, ladder
from oversight.recommendations.rules.notices import (
    Event,
    Holder,
    How,
    Item,
    Told,
    digest_goes,
    hearers,
    letter,
    next_look,
    target,
)
from oversight.recommendations.rules.plans import LIVE

TELL: Final = "plans.tell"
NOTICES_JOB: Final = "recommendations.notices"
#: Actions told of in one transaction, and people written to in one.
BATCH: Final = 200
_LIVE: Final = [state.value for state in LIVE]


@dataclass(frozen=True)
class _People:
    """Everyone who may be told something today."""

    by_row: Mapping[int, MembershipFacts]
    holders: Mapping[str, tuple[Holder, ...]]
    today: date

    @classmethod
    def of(cls, roles: Iterable[str], today: date) -> _People:
        by_row = {one.id: one for one in memberships_in_roles(set(roles), today=today)}
        holders: dict[str, tuple[Holder, ...]] = {}
        for one in by_row.values():
            holder = Holder(one.party.code, one.role, one.id)
            holders[one.party.code] = (*holders.get(one.party.code, ()), holder)
        return cls(by_row, holders, today)

    def told(self, told: Told, row: PlanAction) -> tuple[MembershipFacts, ...]:
        """Give who is to be told something of an action."""
        ref = parties_by_code().get(target(told, owner=row.owner_id, writer=row.plan.writer_id))
        return tuple(
            self.by_row[one.membership] for one in hearers(told, ref.lineage if ref else "", self.holders)
        )


def _kept(
    at: datetime, wanted: Iterable[tuple[PlanAction, MembershipFacts, Notice]], today: date
) -> list[Notice]:
    """Keep the notices of those who see the action, each person once."""
    by_member: dict[int, tuple[MembershipFacts, list[tuple[PlanAction, Notice]]]] = {}
    for row, member, notice in wanted:
        by_member.setdefault(member.id, (member, []))[1].append((row, notice))
    kept: dict[tuple[int, str, str], Notice] = {}
    for member, theirs in by_member.values():
        rows = visible_actions(acting_under(member, today=today)).filter(pk__in=[row.pk for row, _ in theirs])
        seen = set(rows.values_list("pk", flat=True))
        for row, notice in theirs:
            if row.pk in seen:
                notice.person, notice.person_name = f"person:{member.person_id}", member.person_name
                notice.party_id, notice.role, notice.made_at = member.party.code, member.role, at
                # Someone with two roles is told once.
                kept.setdefault((row.pk, notice.occasion, notice.person), notice)
    return Notice.objects.bulk_create(kept.values())


def _tell_of_event(event: Event, row: PlanAction, round_: int, *, by: Actor, at: datetime) -> None:
    """Tell those concerned, inside the act that did it, that something was done; who did it is not told.

    Args:
        event: What was done.
        row: To which action, with its plan.
        round_: Which of its dates asked for.
        by: Who did it.
        at: When.
    """
    told, today = ladder().events[event], at.astimezone(LONDON).date()
    people = _People.of(told.roles, today)
    wanted = [
        (row, one, Notice(action=row, occasion=f"{event}:{round_}", words=told.words))
        for one in people.told(told, row)
        if f"person:{one.person_id}" != by.reference
    ]
    made = _kept(at, wanted, today)
    chosen = _choices({one.person for one in made})
    at_once = [one for one in made if chosen.get(one.person, ladder().digest) is How.AT_ONCE]
    for one in at_once:
        _write(one.person, [one], by=by, at=at)


def _due(rung: Rung, today: date) -> QuerySet[PlanAction]:
    """Give the actions of which a rung is to be told and was not, for the date that stands."""
    first, last = ladder().due_between(rung, today)
    told = Notice.objects.filter(action=OuterRef("pk"), due=OuterRef("due"), from_day=rung.from_day)
    rows = PlanAction.objects.filter(
        ~Exists(told), due__gte=first, due__lte=last, withdrawn_at=None, plan__state__in=_LIVE
    )
    return rows.exclude(progress=Progress.DONE).select_related("plan").order_by("pk")


@action(verb="plan.people-told", permission=TELL, paragraph="26")
def _tell_batch(*, by: Actor, at: datetime, rung: int, after: int) -> Recorded[tuple[int, int]]:
    """Tell what a rung says of the next actions; give how many notices and the last action."""
    del by
    today, step = at.astimezone(LONDON).date(), ladder().rungs[rung]
    people = _People.of(step.roles, today)
    rows = list(_due(step, today).filter(pk__gt=after)[:BATCH])
    wanted = [
        (
            row,
            one,
            Notice(
                action=row,
                occasion=f"{row.due.isoformat()}:{step.from_day}",
                due=row.due,
                from_day=step.from_day,
                words=step.words,
            ),
        )
        for row in rows
        for one in people.told(step, row)
    ]
    made = _kept(at, wanted, today)
    payload: dict[str, Value] = {"day": today, "from_day": step.from_day, "notices": len(made)}
    return Recorded("plans:notices", payload, (len(made), rows[-1].pk if rows else 0))


def _choices(people: Iterable[str]) -> Mapping[str, How]:
    rows = NoticeChoice.objects.filter(person__in=sorted(people))
    return {person: How(how) for person, how in rows.values_list("person", "how")}


def _write(person: str, notices: list[Notice], *, by: Actor, at: datetime) -> bool:
    """Write one email with what still holds of these notices; give whether there was any."""
    number = int(person.rpartition(":")[2])
    to = addresses([number]).get(number)
    rows = standing(Notice.objects.filter(pk__in=[one.pk for one in notices], action__plan__state__in=_LIVE))
    holds = set(rows.values_list("pk", flat=True))
    fit = [one for one in notices if to and one.pk in holds]
    gone = [one.pk for one in notices if one not in fit]
    if gone:
        Notice.objects.filter(pk__in=gone).update(lapsed_at=at)
    if not fit or not to:
        return False
    items = [
        Item(
            one.action.plan.reference,
            one.action.number,
            one.action.due,
            one.words,
            settings.SITE + reverse("plan-action", args=[one.action.plan.reference, one.action.number]),
        )
        for one in fit
    ]
    subject, text = letter(items, choose=settings.SITE + reverse("plan-notices"))
    mail = post(by=by, at=at, to=to, subject=subject, text=text, about="plans:notices")
    Notice.objects.filter(pk__in=[one.pk for one in fit]).update(mail=mail)
    return True


@action(verb="plan.people-emailed", permission=TELL, paragraph="26")
def _email_batch(*, by: Actor, at: datetime, after: str) -> Recorded[tuple[int, str]]:
    """Write to the next people what waits to be told to each, as they chose; give how many and the last."""
    today = at.astimezone(LONDON).date()
    waiting = Notice.objects.filter(mail=None, lapsed_at=None)
    people = list(
        waiting.filter(person__gt=after)
        .order_by("person")
        .values_list("person", flat=True)
        .distinct()[:BATCH]
    )
    chosen, written = _choices(people), 0
    theirs: dict[str, list[Notice]] = {}
    for one in waiting.filter(person__in=people).select_related("action__plan").order_by("id"):
        theirs.setdefault(one.person, []).append(one)
    for person, notices in theirs.items():
        how = chosen.get(person, ladder().digest)
        oldest = notices[0].made_at.astimezone(LONDON).date()
        if digest_goes(how, oldest=oldest, today=today, weekly_on=ladder().weekly_on):
            written += _write(person, notices, by=by, at=at)
    return Recorded(
        "plans:notices", {"day": today, "emails": written}, (written, people[-1] if people else "")
    )


@action(verb="plan.next-look-asked", permission=TELL, paragraph="26")
def _ask_next(*, by: Actor, at: datetime, on: datetime) -> Recorded[None]:
    """Ask for the daily look of a day."""
    day = on.astimezone(LONDON).date()
    ask(
        by=by,
        at=at,
        kind=NOTICES_JOB,
        subject=day.isoformat(),
        title=f"Tell people of actions due or overdue on {day_in_words(day)}",
        due_at=on,
    )
    return Recorded("plans:notices", {"day": day}, None)


def start_telling(*, by: Actor, at: datetime) -> None:
    """Have people told each day from now on; when that was asked for already, nothing is done."""
    if not waits(NOTICES_JOB):
        _ask_next(by=by, at=at, on=at)


def tell_today(*, by: Actor, at: datetime, tell: Callable[[str], None]) -> str:
    """Tell people what the ladder says today, write the emails, and ask for the look of tomorrow.

    Done again after a crash it goes on where it was: what was told is kept, and nothing is told twice.

    Args:
        by: The service itself.
        at: Moment of looking.
        tell: Says how far it is.

    Returns:
        What was done, in words.
    """
    # First, so that one fault in what is told today does not end the telling of all days to come.
    _ask_next(by=by, at=at, on=next_look(at, ladder().hour))
    notices = emails = 0
    for place, rung in enumerate(ladder().rungs):
        after = 0
        while _due(rung, at.astimezone(LONDON).date()).filter(pk__gt=after).exists():
            made, after = _tell_batch(by=by, at=at, rung=place, after=after)
            notices += made
            tell(f"{notices} told")
    person = ""
    while Notice.objects.filter(mail=None, lapsed_at=None, person__gt=person).exists():
        written, person = _email_batch(by=by, at=at, after=person)
        emails += written
        tell(f"{notices} told, {emails} emails written")
    return f"{notices} told, {emails} {'email' if emails == 1 else 'emails'} written"


@action(verb="plan.notices-chosen", permission=SEE, paragraph="26")
def choose_notices(*, by: Actor, at: datetime, how: str) -> Recorded[None]:
    """Choose how often one is emailed of actions.

    Args:
        by: Who chooses, for themselves.
        at: When.
        how: ``at_once``, ``daily`` or ``weekly``.

    Raises:
        Refused: There is no such choice.
    """
    if how not in set(How):
        raise Refused("notices_how", "There is no such choice.", "Choose one of the three.", field="how")
    NoticeChoice.objects.update_or_create(person=by.reference, defaults={"how": how, "chosen_at": at})
    return Recorded(by.reference, {"how": how}, None)

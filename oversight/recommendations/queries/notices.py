"""What people were told of actions: each their own, and who was told of one (E6, ¶26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from oversight.jobs.queries import mails
from oversight.jobs.rules import Delivery
from oversight.kernel.acting import Actor
from oversight.recommendations.models import DateChange, Notice, NoticeChoice
from oversight.recommendations.queries.plan_sight import visible_actions
from oversight.recommendations.queries.sight import SEE
from oversight.recommendations.rules.actions_due import Progress, ladder
from oversight.recommendations.rules.notices import Event, How

PAGE_SIZE = 25
MOST_ON_HOME = 5


@dataclass(frozen=True)
class NoticeLine:
    """Something that someone was told.

    Args:
        plan: Reference of the plan.
        plan_title: What that is called.
        number: Number of the action.
        due: The date that stands.
        words: What was told.
        person: Name of who was told.
        party: Code of the party that they act for.
        role: Identifier of their role.
        made_at: When it was kept, and stood on their page.
        email: What became of the email, in words.
        email_at: When that was; None while it waits.
        done: Whether the action was reported done since.
    """

    plan: str
    plan_title: str
    number: int
    due: date
    words: str
    person: str
    party: str
    role: str
    made_at: datetime
    email: str
    email_at: datetime | None
    done: bool


def _lines(rows: QuerySet[Notice]) -> list[NoticeLine]:
    listed = list(rows)
    numbers = [one.mail_id for one in listed if one.mail_id]
    sent = mails(numbers) if numbers else {}
    found = []
    for one in listed:
        mail = sent.get(one.mail_id) if one.mail_id else None
        if one.lapsed_at:
            email, email_at = "Not needed any more", one.lapsed_at
        elif mail is None:
            email, email_at = "With the next email", None
        else:
            email, email_at = mail.delivery.label, mail.at if mail.delivery is not Delivery.TRIED else None
        found.append(_line(one, email, email_at))
    return found


def _line(one: Notice, email: str, email_at: datetime | None) -> NoticeLine:
    return NoticeLine(
        plan=one.action.plan.reference,
        plan_title=one.action.plan.title,
        number=one.action.number,
        due=one.action.due,
        words=one.words,
        person=one.person_name,
        party=one.party_id,
        role=one.role,
        made_at=one.made_at,
        email=email,
        email_at=email_at,
        done=one.action.progress == Progress.DONE,
    )


def standing(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Leave out what holds no more: the action is done, its date another, or a date asked for decided."""
    open_asked = DateChange.objects.filter(action=OuterRef("action"), decided_at=None)
    asked = Q(occasion__startswith=f"{Event.DATE_ASKED}:")
    holds = (Q(due=None) & ~asked) | Q(due=F("action__due")) | (asked & Exists(open_asked))
    return rows.filter(holds).exclude(action__progress=Progress.DONE)


def _mine(actor: Actor) -> QuerySet[Notice]:
    """Give what an actor was told for the party that they act for, as far as they still see it."""
    rows = Notice.objects.filter(Q(party=actor.party), person=actor.reference)
    return rows.filter(action__in=visible_actions(actor).values("pk")).select_related("action__plan")


def notices(*, actor: Actor, page: int) -> Page[NoticeLine]:
    """Give a page of what the actor was told, latest first: three queries."""
    paginator = Paginator(_mine(actor).order_by("-id"), PAGE_SIZE)
    found = paginator.get_page(page)
    return Page(_lines(found.object_list), found.number, paginator)  # type: ignore[arg-type]


def standing_notices(actor: Actor) -> tuple[NoticeLine, ...]:
    """Give the latest of what the actor was told that still holds, each action once: one query."""
    if not actor.may(SEE):
        return ()
    rows = standing(_mine(actor)).order_by("-id")
    latest: dict[int, Notice] = {}
    for one in rows[: MOST_ON_HOME * 4]:
        latest.setdefault(one.action_id, one)
    return tuple(_line(one, "", None) for one in list(latest.values())[:MOST_ON_HOME])


def told_of(plan: str, number: int) -> tuple[NoticeLine, ...]:
    """Give who was told what of an action, latest first: two queries. Ask it of actions that are seen."""
    rows = Notice.objects.filter(action__plan__reference=plan, action__number=number)
    rows = rows.select_related("action__plan")
    return tuple(_lines(rows.order_by("-id")[: PAGE_SIZE * 2]))


def choice(actor: Actor) -> How:
    """Give how the actor is emailed: as chosen, or as the data says for who has not."""
    how = NoticeChoice.objects.filter(person=actor.reference).values_list("how", flat=True).first()
    return How(how) if how else ladder().digest

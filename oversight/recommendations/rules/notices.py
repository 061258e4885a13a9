"""Who is told of an action, how often they are emailed, and what an email says (E6, ¶26)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from oversight.kernel.words import LONDON, day_in_words


class Event(StrEnum):
    """Something that somebody did and that others have to know of."""

    DATE_ASKED = "date_asked"
    DATE_DECIDED = "date_decided"


class How(StrEnum):
    """How someone is emailed."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


HOW_WORDS: Final = {
    How.AT_ONCE: "As soon as there is something",
    How.DAILY: "Once a day, all together",
    How.WEEKLY: "Once a week, all together",
}


@dataclass(frozen=True)
class Told:
    """To whom something is told, and in which words.

    Args:
        to: ``owner``, ``plan`` (the body that writes it), or the code of a party.
        roles: Who there.
        words: What is said.
    """

    to: str
    roles: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Holder:
    """Someone who has a role at a party: the code of it, the role, and the row of the membership."""

    party: str
    role: str
    membership: int


def target(told: Told, *, owner: str, writer: str) -> str:
    """Give the code of the party at which something is told."""
    return {"owner": owner, "plan": writer}.get(told.to, told.to)


def hearers(told: Told, lineage: str, holders: Mapping[str, Collection[Holder]]) -> tuple[Holder, ...]:
    """Give who is told: those with a role at the party, or else at the nearest body above where anybody is.

    Args:
        told: What is told, to which roles.
        lineage: Lineage of the party.
        holders: Those who hold a role, by the code of their party.
    """
    for code in reversed([one for one in lineage.split("/") if one]):
        found = tuple(one for one in holders.get(code, ()) if one.role in told.roles)
        if found:
            return found
    return ()


def digest_goes(how: How, *, oldest: date, today: date, weekly_on: int) -> bool:
    """Tell whether an email goes out today with what waits to be told.

    A weekly one goes on its day, or on a later one when the service did not run on it.

    Args:
        how: What the person chose.
        oldest: Day of what has waited longest.
        today: The day.
        weekly_on: Day of the week of weekly emails, 1 for Monday.
    """
    if how is not How.WEEKLY:
        return True
    latest = today - timedelta(days=(today.isoweekday() - weekly_on) % 7)
    return latest == today or oldest < latest


def next_look(at: datetime, hour: int) -> datetime:
    """Give the moment of the next daily look: the coming day at that hour, London time.

    Args:
        at: Moment of this one.
        hour: Hour of the day.
    """
    coming = at.astimezone(LONDON).date() + timedelta(days=1)
    return datetime.combine(coming, time(hour), LONDON)


@dataclass(frozen=True)
class Item:
    """Something told, as an email names it: no text of the plan leaves the service.

    Args:
        plan: Reference of the plan.
        number: Number of the action.
        due: The date that stands.
        words: What is said.
        address: Full address of the action.
    """

    plan: str
    number: int
    due: date
    words: str
    address: str


def letter(items: Sequence[Item], *, choose: str) -> tuple[str, str]:
    """Give the first line and the text of an email.

    Args:
        items: What is told; at least one.
        choose: Full address of the page where one chooses how often to be told.
    """
    several = len(items) > 1
    about = f"{len(items)} actions of plans need" if several else "An action of a plan needs"
    parts = [
        f"Action {one.number} of {one.plan}, due {day_in_words(one.due)}.\n{one.words}\n{one.address}"
        for one in items
    ]
    text = "\n\n".join([f"{about} your attention.", *parts, f"Choose how often you are told:\n{choose}"])
    return f"{about} your attention", f"{text}\n"

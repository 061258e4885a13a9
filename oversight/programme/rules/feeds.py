"""Calendars of visits as iCalendar text (C6, ¶28; RFC 5545).

The same facts always give the same text, so that a reader's program is told when nothing changed. A visit
keeps its identifier for ever; every change raises its sequence. One that is cancelled or on hold stays in the
calendar as cancelled, because a program that is told nothing may go on showing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from oversight.programme.rules.visits import Span

PRODUCT: Final = "-//Oversight//Timetable of visits//EN"
#: Part of every identifier; not the address of a machine, so that it outlives one.
_DOMAIN: Final = "visits.oversight"
_REFRESH: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """A visit in a calendar.

    Args:
        reference: Its reference.
        title: What it is called.
        body: Name of the body whose visit it is.
        place: Name of the place.
        span: Its days.
        sequence: How often it changed, as far as the reader may know.
        changed_at: When it last changed, as far as the reader may know.
        cancelled: Whether it is cancelled or on hold.
        held: Whether it is on hold.
        settled: Whether it is announced or done.
        address: Address of its page.
    """

    reference: str
    title: str
    body: str
    place: str
    span: Span
    sequence: int
    changed_at: datetime
    cancelled: bool
    held: bool
    settled: bool
    address: str


def calendar_text(name: str, entries: Sequence[Entry]) -> bytes:
    """Write a calendar.

    Args:
        name: What programs call it.
        entries: Its visits; they are written by their days.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for entry in sorted(entries, key=lambda one: (one.span, one.reference)):
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.reference}@{_DOMAIN}")
    event.add("sequence", entry.sequence)
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", entry.span.first)
    # The end of a whole day is the next one.
    event.add("dtend", entry.span.last + timedelta(days=1))
    before = "On hold: " if entry.held else "Cancelled: " if entry.cancelled else ""
    event.add("summary", f"{before}{entry.title}, {entry.place}")
    event.add("location", entry.place)
    event.add("description", f"{entry.body}\n{entry.address}")
    event.add("url", entry.address)
    if entry.cancelled:
        event.add("status", "CANCELLED")
    else:
        event.add("status", "CONFIRMED" if entry.settled else "TENTATIVE")
    if not entry.settled:
        event.add("class", "CONFIDENTIAL")
    # A visit fills nobody's day by itself.
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    event.add("x-microsoft-cdo-alldayevent", "TRUE")
    return event

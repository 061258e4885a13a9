"""What upholds an arrangement that is always in force, in plain words, with the way to see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from oversight.access.rules import access_table
from oversight.arrangements.rules.facts import Arrangement, Version
from oversight.arrangements.rules.telling import inside_a_sentence, said_by_in_words

_PAGES = {
    "how-oversight-works": "These pages, which anyone may read, are made from the text itself.",
    "adherence": "The adherence page counts what was met, met late and missed, by party and paragraph.",
}


@dataclass(frozen=True)
class Guard:
    """What upholds a standing arrangement.

    Args:
        words: In whole sentences.
        address: Where that can be seen; empty when nowhere.
        link: Text of the link; empty likewise.
    """

    words: str
    address: str = ""
    link: str = ""


def guard_in_words(arrangement: Arrangement, version: Version) -> Guard:
    """Tell what upholds a standing arrangement.

    Args:
        arrangement: One that is always in force.
        version: Text it belongs to.
    """
    kind, _, name = arrangement.guard.partition(":")
    words, address, link = "", "", ""
    table = access_table()
    if kind == "permission" and name in table.permissions:
        permission = table.permissions[name]
        words = f"The service lets nobody {inside_a_sentence(permission.words)} whose role does not allow it."
        if permission.reserved_to:
            words = f"{words} {permission.reason}"
        address, link = reverse("access-table"), "See which roles do"
    elif kind == "event":
        event = version.events[name]
        who = said_by_in_words(event, version)
        words = f"The service takes “{event.title}” only as the text says, from {who}."
    elif kind == "page":
        words = _PAGES.get(name, "A page of the service shows it.")
    return Guard(" ".join(part for part in (words, arrangement.guard_note) if part), address, link)

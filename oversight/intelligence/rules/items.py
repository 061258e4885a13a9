"""An item put in common: what it has to say, and what its owner may do with it (B1, B8, ¶2, ¶30)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from oversight.intelligence.rules.words import Kind
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "30"
FILED: Final = "filed"
SHARED: Final = "shared"
WITHDRAWN: Final = "withdrawn"
#: How someone stands to an item; which people that are is for the access table and ``queries.sight``.
OWNER: Final = "owner"
READER: Final = "reader"
#: Most that an item says.
LONGEST: Final = 2000
_CUT: Final = "… The work that it comes from has the rest."

ITEM_WORKFLOW: Final = Workflow(
    name="intelligence_item",
    title="Finding or note put in common",
    states=(
        State(FILED, "Filed, read by its owner alone", "its owner"),
        State(SHARED, "Shared", "its owner"),
        State(WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        Move("release", "Release to the readers named", FILED, SHARED, frozenset({OWNER}), "2"),
        Move("correct", "Correct", FILED, FILED, frozenset({OWNER}), PARAGRAPH),
        Move("correct", "Correct", SHARED, SHARED, frozenset({OWNER}), PARAGRAPH),
        Move("name_readers", "Change who may read it", FILED, FILED, frozenset({OWNER}), "2"),
        Move("name_readers", "Change who may read it", SHARED, SHARED, frozenset({OWNER}), "2"),
        Move("read", "Read", SHARED, SHARED, frozenset({READER}), "2"),
        Move("withdraw", "Withdraw", FILED, WITHDRAWN, frozenset({OWNER}), PARAGRAPH),
        Move("withdraw", "Withdraw", SHARED, WITHDRAWN, frozenset({OWNER}), PARAGRAPH),
    ),
    starts=FILED,
    role_names={OWNER: "its owner", READER: "a reader whom its owner named"},
)


def state_of(*, released: bool, withdrawn: bool) -> str:
    """Give the state that the facts of an item make."""
    if withdrawn:
        return WITHDRAWN
    return SHARED if released else FILED


def is_outdated(source_changed_at: datetime | None, said_at: datetime) -> bool:
    """Tell whether the work that something came from was corrected after what it says now was said."""
    return source_changed_at is not None and source_changed_at > said_at


def fitting(text: str) -> str:
    """Give a draft no longer than an item may be, and say so where something is left out."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - len(_CUT)].rstrip()}{_CUT}"


def already_shared() -> Refused:
    """Make the refusal to share the same thing twice."""
    return Refused(
        "item_shared",
        "This was put in common already.",
        "Correct what is there, so that everyone who read it is told.",
        paragraph=PARAGRAPH,
    )


@dataclass(frozen=True)
class Wanted:
    """What someone wants to put in common.

    Args:
        kind: What it is.
        owner: Code of its owner.
        readers: Codes of the parties that may read it.
        found_on: When it was found.
        link: Where the work of another body stands.
    """

    kind: Kind
    owner: str
    readers: frozenset[str]
    found_on: date
    link: str = ""


def check_wanted(wanted: Wanted, *, known: Collection[str], today: date) -> None:
    """Refuse an item that cannot be: read by nobody else, found tomorrow, another's work without its link.

    Raises:
        Refused: ``field`` says where.
    """
    check_readers(wanted.readers, owner=wanted.owner, known=known)
    check_found_on(wanted.found_on, today=today)
    check_link(wanted.kind, wanted.link)


def check_link(kind: Kind, link: str) -> None:
    """Refuse work of another body without its address, and an address of anything else.

    Raises:
        Refused: Field ``link``.
    """
    if kind is Kind.WORK and not link.startswith("https://"):
        raise Refused(
            "work_link",
            "Work of another body is recorded with its address, so that it can be read where it stands.",
            "Enter an address that begins https://.",
            paragraph="15",
            field="link",
        )
    if kind is not Kind.WORK and link:
        raise Refused("work_link", "Only work of another body has a link.", "Leave it empty.", field="link")


def check_readers(readers: Collection[str], *, owner: str, known: Collection[str]) -> None:
    """Refuse readers who are none.

    Raises:
        Refused: Nobody besides the owner is named, or someone who is not on the register.
    """
    if not set(readers) - {owner}:
        raise Refused(
            "item_readers",
            "Nobody is named who may read it, so it would not be in common.",
            "Name at least one other body.",
            paragraph="2",
            field="readers",
        )
    unknown = sorted(set(readers) - set(known))
    if unknown:
        raise Refused(
            "item_readers",
            f"{unknown[0][:60]!r} cannot be a reader.",
            "Name bodies from the register.",
            paragraph="2",
            field="readers",
        )


def check_found_on(found_on: date, *, today: date) -> None:
    """Refuse a day still to come.

    Raises:
        Refused: Field ``found_on``.
    """
    if found_on > today:
        raise Refused(
            "item_day",
            f"{day_in_words(found_on)} is still to come.",
            "Enter today or an earlier day.",
            field="found_on",
        )

"""How a version of a programme comes into force: proposed, approved by another, told (A9, ¶9, ¶29).

HM Inspectorate of Probation alone sets standards and rating rules. A version once approved is never changed;
it takes effect on its own day, and an inspection keeps the one it began under.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.inspections.rules.programmes import Programme
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow

STANDARDS_OWNER: Final = "hmip_standards_owner"
_WHO: Final = "the owner of inspection standards at HM Inspectorate of Probation"


#: Identifiers that would hide a page of the service.
RESERVED: Final = frozenset({"propose", "proposals"})


class VersionState(StrEnum):
    """Where a version stands; whether an approved one is in force is for the day to say."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def _move(name: str, label: str, source: VersionState, target: VersionState, paragraph: str = "9") -> Move:
    return Move(name, label, source, target, frozenset({STANDARDS_OWNER}), paragraph)


WORKFLOW: Final = Workflow(
    name="standards_version",
    title="Version of a programme's standards",
    states=(
        State(VersionState.PROPOSED, "Proposed", "a second owner of inspection standards"),
        State(VersionState.APPROVED, "Approved", "the owner of inspection standards"),
        State(VersionState.DECLINED, "Not approved", "nobody", ends=True),
        State(VersionState.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        _move("approve", "Approve", VersionState.PROPOSED, VersionState.APPROVED),
        _move("decline", "Do not approve", VersionState.PROPOSED, VersionState.DECLINED),
        _move("withdraw", "Withdraw", VersionState.PROPOSED, VersionState.WITHDRAWN),
        _move("tell", "Tell the other parties", VersionState.APPROVED, VersionState.APPROVED, "29"),
        _move(
            "take_effect",
            "Record that it took effect",
            VersionState.APPROVED,
            VersionState.APPROVED,
            "29",
        ),
        _move("withdraw", "Withdraw", VersionState.APPROVED, VersionState.WITHDRAWN),
    ),
    starts=VersionState.PROPOSED,
    role_names={STANDARDS_OWNER: "owner of inspection standards"},
)


def next_text(text: str, version: int) -> str:
    """Give the text of a version with the number that follows, for its owner to change the rest."""
    return re.sub(r"(?m)^version:[ \t]*\d+", f"version: {version}", text, count=1)


def event_reference(programme: str, version: int) -> str:
    """Give the reference of a version in the arrangements, for example ``standards-pdu-2023-25-v2``."""
    return f"standards-{programme}-v{version}"


def _refused(rule: str, why: str, what_next: str, field: str = "", paragraph: str = "9") -> Refused:
    return Refused(rule, why, what_next, paragraph=paragraph, who_can=_WHO, field=field)


def check_proposed(
    new: Programme, known: Sequence[Programme], *, wanted: str, today: date, numbers: Sequence[int] = ()
) -> Programme | None:
    """Give the version before a new one, or refuse what cannot follow it.

    Args:
        new: The version proposed.
        known: Every version taken up so far, shipped with the service or approved in it.
        wanted: Identifier of the programme whose version it is to be; empty for a new programme.
        today: London date.
        numbers: Numbers of versions of this programme that were approved and then withdrawn; none is used
            again.

    Returns:
        The latest version taken up; None for a new programme.

    Raises:
        Refused: It is of another programme (rule ``standards_programme``), its number is not the next
            (``standards_number``), or its day has passed or does not follow the version before
            (``standards_day``).
    """
    before = [one for one in known if one.id == new.id]
    if wanted and new.id != wanted:
        raise _refused(
            "standards_programme",
            f"The text is of “{new.id}”, and this is about “{wanted}”.",
            f"Put “id: {wanted}”, or propose a version of the other programme.",
            "text",
        )
    if new.id in RESERVED:
        raise _refused(
            "standards_programme",
            f"No programme can be called “{new.id}”, because a page has that address.",
            "Choose another identifier.",
            "text",
        )
    if not wanted and before:
        raise _refused(
            "standards_programme",
            f"There is a programme “{new.id}” already.",
            "Propose a new version of it, or choose another identifier.",
            "text",
        )
    following = max([*(one.version for one in before), *numbers], default=0) + 1
    if new.version != following:
        raise _refused(
            "standards_number",
            f"The text says version {new.version}, and the next one of “{new.id}” is version {following}.",
            f"Put “version: {following}”.",
            "text",
        )
    check_day(new, known, today=today)
    return max(before, key=lambda one: one.version, default=None)


def check_day(new: Programme, known: Sequence[Programme], *, today: date) -> None:
    """Refuse a day of taking effect that has passed, or does not lie after the version before.

    Raises:
        Refused: Rule ``standards_day``.
    """
    day = new.effective_from
    if day < today:
        raise _refused(
            "standards_day",
            f"{day_in_words(day)} has passed, so no version can take effect on it.",
            "Propose it with today or a later day as “effective_from”.",
            "text",
        )
    before = max((one for one in known if one.id == new.id), key=lambda one: one.effective_from, default=None)
    if before is not None and day <= before.effective_from:
        raise _refused(
            "standards_day",
            f"Version {before.version} takes effect on {day_in_words(before.effective_from)}, and this one "
            f"on {day_in_words(day)}, so it would not follow it.",
            "Put a later day, or withdraw the other version while it has not taken effect.",
            "text",
        )


def check_second_person(proposer: str, approver: str) -> None:
    """Refuse approval by the one who proposed (¶9).

    Args:
        proposer: Reference of the person who proposed.
        approver: Reference of the person who approves or declines.

    Raises:
        Refused: Rule ``standards_second_person``.
    """
    if proposer == approver:
        raise _refused(
            "standards_second_person",
            "You proposed this version, and a second person decides on it.",
            "Ask another owner of inspection standards. You can withdraw it.",
        )


def check_withdrawal(state: str, effective_from: date, *, today: date, inspections: Sequence[str]) -> None:
    """Refuse the withdrawal of a version in force, or of one that inspections were scheduled under.

    Args:
        state: Where it stands.
        effective_from: Day on which it takes effect.
        today: London date.
        inspections: References of inspections that keep it.

    Raises:
        Refused: Rule ``standards_in_force`` or ``standards_in_use``.
    """
    if state != VersionState.APPROVED:
        return
    if effective_from <= today:
        raise _refused(
            "standards_in_force",
            f"This version took effect on {day_in_words(effective_from)}.",
            "Propose a new version: what was in force stays on the record.",
        )
    if inspections:
        shown = join_in_words([*inspections[:3], *(["others"] if len(inspections) > 3 else [])])
        raise _refused(
            "standards_in_use",
            f"{count_in_words(len(inspections), 'inspection')} {'is' if len(inspections) == 1 else 'are'} "
            f"scheduled under this version and would keep it: {shown}.",
            "Replace or withdraw them first, or propose the version that is to follow.",
        )


def check_effect(effective_from: date, *, today: date) -> None:
    """Refuse to say that a version took effect before its day.

    Raises:
        Refused: Rule ``standards_not_in_force``.
    """
    if today < effective_from:
        raise _refused(
            "standards_not_in_force",
            f"This version takes effect on {day_in_words(effective_from)}.",
            "Say so on that day or later.",
            paragraph="29",
        )


class Standing(StrEnum):
    """Where an approved version stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"


def standing(one: Programme, known: Sequence[Programme], *, today: date) -> Standing:
    """Tell whether a version is in force today, is to come, or was followed by another."""
    if one.effective_from > today:
        return Standing.COMING
    begun = [other for other in known if other.id == one.id and other.effective_from <= today]
    latest = max(begun, key=lambda other: (other.effective_from, other.version))
    return Standing.IN_FORCE if latest.version == one.version else Standing.PAST

"""Texts of arrangements taken up by the service (A2, paragraph 34)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from oversight.access.rules import access_table
from oversight.arrangements.actions.projection import _lock_texts
from oversight.arrangements.models import ArrangementVersion, Event
from oversight.arrangements.queries.facts import VersionLine
from oversight.arrangements.queries.texts import version_line
from oversight.arrangements.rules.facts import Version
from oversight.arrangements.rules.reading import MOU_2023, read_version, shipped_text
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import parties_by_code

SHIPPED: Final = (MOU_2023,)


@action(verb="arrangements.text-taken-up", permission="arrangements.load_version", paragraph="34")
def load_version(*, by: Actor, at: datetime, text: str, name: str) -> Recorded[VersionLine]:
    """Take up a text of arrangements: from now on it governs events from its first day.

    No running clock changes. A text that was taken up is never altered: a new one stands beside it.

    Args:
        by: Who loads it.
        at: Moment from which the service knows it.
        text: The whole file.
        name: Name of the file, for messages.

    Raises:
        Refused: A fault in the file, named by line and field; a party or permission that it names and the
            service does not know; a text of this identifier is there already; or an event was recorded at
            the same moment.
    """
    version = read_version(text, name, at)
    _check_names(version)
    _lock_texts(alone=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    _check_new(version, digest)
    _check_moment(version)
    ArrangementVersion.objects.create(
        identifier=version.id,
        title=version.title,
        effective_from=version.effective_from,
        text=text,
        digest=digest,
        adopted_at=at,
        adopted_by=by.reference,
    )
    return Recorded(
        f"arrangement-version:{version.id}",
        {
            "title": version.title,
            "effective_from": version.effective_from,
            "digest": digest,
            "arrangements": [rule.id for rule in version.arrangements],
        },
        version_line(version, digest=digest, adopted_by=by.reference),
    )


def load_shipped_versions(*, by: Actor, at: datetime) -> tuple[VersionLine, ...]:
    """Take up the texts that come with the service and are not there yet; doing so again changes nothing.

    Args:
        by: Who loads them; needs ``arrangements.load_version``.
        at: Moment from which the service knows them.

    Raises:
        Refused: As for ``load_version``.
    """
    by.demand("arrangements.load_version")
    there = set(ArrangementVersion.objects.order_by("id").values_list("identifier", flat=True))
    return tuple(
        load_version(by=by, at=at, text=shipped_text(name), name=name)
        for name in SHIPPED
        if name.removesuffix(".yaml") not in there
    )


def _check_names(version: Version) -> None:
    parties = parties_by_code()
    unknown = [code for code in version.parties if code not in parties]
    if unknown:
        raise Refused(
            "text_names_known_parties",
            f"The text names {join_in_words(unknown)}, and the register of parties does not hold "
            f"{'it' if len(unknown) == 1 else 'them'}.",
            "Load the register first, or correct the text.",
            paragraph="34",
            field="parties",
        )
    permissions = access_table().permissions
    for rule in version.arrangements:
        kind, _, name = rule.guard.partition(":")
        if kind == "permission" and name not in permissions:
            raise Refused(
                "text_names_known_permissions",
                f"{rule.id} is to be upheld by the permission “{name}”, which does not exist.",
                "Correct the guard of that arrangement.",
                paragraph=rule.paragraph,
                field="guard",
            )


def _check_new(version: Version, digest: str) -> None:
    held = ArrangementVersion.objects.filter(identifier=version.id).order_by("id").first()
    if held is None:
        if ArrangementVersion.objects.filter(digest=digest).exists():
            raise Refused(
                "text_once", "This very text was taken up already.", "There is nothing to do.", paragraph="34"
            )
        return
    if held.digest == digest:
        raise Refused(
            "text_once",
            f"The text {version.id} was taken up already, and it is the same.",
            "There is nothing to do.",
            paragraph="34",
        )
    raise Refused(
        "text_never_changes",
        f"A text called {version.id} was taken up already, and it differs. Clocks run by it, so it is kept.",
        "Give the new text another id and the day from which it is to take effect.",
        paragraph="34",
        field="id",
    )


def _check_moment(version: Version) -> None:
    """Refuse a text that would come before an event already recorded, whose clocks run by an older one.

    It can happen only when an event and a text are on their way at the same moment.
    """
    late = Event.objects.filter(recorded_at__gte=version.adopted_at, happened_on__gte=version.effective_from)
    if late.exists():
        raise Refused(
            "text_before_events",
            "An event was recorded while this text was being taken up, and its clocks run by the older one.",
            "Load the text again.",
            paragraph="34",
        )

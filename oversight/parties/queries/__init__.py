"""What may be asked of parties. Every other area knows a party as a ``PartyRef``."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.parties.models import Membership, Party, Person

#: Codes and references of one request; None outside ``remembering``.
_remembered: ContextVar[dict[str, Mapping[str, PartyRef]] | None] = ContextVar("parties", default=None)


@dataclass(frozen=True)
class PartyRef:
    """A party as other areas know it.

    Args:
        id: Row of the party, for foreign keys.
        code: Stable code, for example ``hmip`` or ``N57EKNT``.
        kind: A ``parties.rules.Kind``.
        name: Present name.
        lineage: Codes from the top down to this party, for example ``/hmpps/probation-service/N57/``.
    """

    id: int
    code: str
    kind: str
    name: str
    lineage: str


@dataclass(frozen=True)
class MembershipFacts:
    """That a person acts for a party in a role.

    Args:
        id: Row of the membership.
        person_id: Row of the person.
        person_name: Name of the person.
        email: Address they sign in with.
        party: Party acted for.
        role: Identifier of the role, as in ``access/roles.yaml``.
        from_day: First day on which it holds.
        until_day: Last day on which it holds; None while no end is set.
    """

    id: int
    person_id: int
    person_name: str
    email: str
    party: PartyRef
    role: str
    from_day: date
    until_day: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether the person acts for the party on ``day``."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database for all parties at most once inside; used around each request.

    Nothing is remembered from one request to the next, so no process can hold an old register.
    """
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def forget() -> None:
    """Drop what is remembered, after the register has changed."""
    remembered = _remembered.get()
    if remembered is not None:
        remembered.clear()


def parties_by_code() -> Mapping[str, PartyRef]:
    """Give every party by its code: one query, or none when asked again within one request."""
    remembered = _remembered.get()
    if remembered is not None and "all" in remembered:
        return remembered["all"]
    rows = Party.objects.order_by("code").values_list("id", "code", "kind", "name", "lineage")
    found = {row[1]: PartyRef(*row) for row in rows}
    if remembered is not None:
        remembered["all"] = found
    return found


def party(code: str) -> PartyRef:
    """Give the party of a code.

    Raises:
        Refused: No party has this code; the nearest ones are named.
    """
    found = None
    if _remembered.get() is not None:
        found = parties_by_code().get(code)
    elif code.isprintable():
        # A database cannot look up what it cannot store, such as a null character.
        rows = Party.objects.filter(code=code).values_list("id", "code", "kind", "name", "lineage")
        found = next((PartyRef(*row) for row in rows.order_by("code")), None)
    if found is None:
        raise unknown_party(code)
    return found


def unknown_party(text: str) -> Refused:
    """Make the refusal for a code or name that no party has, naming the nearest."""
    near = nearest(text)
    what_next = (
        f"Did you mean {join_in_words([f'{ref.name} ({ref.code})' for ref in near], 'or')}?"
        if near
        else "Check it against the register of units."
    )
    return Refused("not_found_party", f"There is no party called {text[:60]!r}.", what_next, field="party")


def nearest(text: str, *, kinds: tuple[str, ...] = (), limit: int = 3) -> list[PartyRef]:
    """Give the parties whose code or name is nearest to ``text``, best first.

    Args:
        text: What someone wrote.
        kinds: Only these kinds; all when empty.
        limit: At most so many.
    """
    written: dict[str, list[PartyRef]] = {}
    for ref in parties_by_code().values():
        if kinds and ref.kind not in kinds:
            continue
        for known in (ref.code.casefold(), ref.name.casefold()):
            written.setdefault(known, []).append(ref)
    close = difflib.get_close_matches(text.casefold()[:200], written, n=limit * 2, cutoff=0.6)
    found = dict.fromkeys(ref for known in close for ref in written[known])
    return list(found)[:limit]


def memberships_of(person_id: int, *, today: date) -> tuple[MembershipFacts, ...]:
    """Give for which parties and in which roles someone acts today: one query.

    Every request asks this, so only what it gives is read.
    """
    rows = Membership.objects.filter(_holding(today), person_id=person_id, person__is_active=True)
    told = rows.order_by("party__name", "role", "id").values_list(
        "id",
        "person__name",
        "person__email",
        "role",
        "from_day",
        "until_day",
        "party__id",
        "party__code",
        "party__kind",
        "party__name",
        "party__lineage",
    )
    return tuple(
        MembershipFacts(row[0], person_id, row[1], row[2], PartyRef(*row[6:]), row[3], row[4], row[5])
        for row in told
    )


def membership(membership_id: int) -> MembershipFacts:
    """Give a membership.

    Raises:
        Refused: There is none of this number.
    """
    row = _memberships().filter(pk=membership_id).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_membership",
            "There is no such person in a role here.",
            "Go back to the list of people.",
        )
    return membership_facts(row)


def memberships_within(lineage: str, below: bool, *, text: str = "") -> QuerySet[Membership]:
    """Give who acts, or has acted, for a party: those who still do first.

    Give the rows of a page to ``membership_facts``.

    Args:
        lineage: Lineage of the party; ``/`` for every party.
        below: Whether the people of all that belongs to it count.
        text: Part of a person's name or address; empty for everyone.
    """
    within = {"party__lineage__startswith": lineage} if below else {"party__lineage": lineage}
    rows = _memberships().filter(**within)
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(person__email__icontains=text))
    return rows.order_by(F("until_day").desc(nulls_first=True), "person__name", "party__name", "pk")


def memberships_of_addresses(emails: Collection[str], *, today: date) -> tuple[MembershipFacts, ...]:
    """Give for whom the people of these addresses act today: one query."""
    rows = _memberships().filter(_holding(today), person__email__in=emails, person__is_active=True)
    return tuple(membership_facts(row) for row in rows.order_by("person__email", "pk"))


def memberships_in_roles(roles: Collection[str], *, today: date) -> tuple[MembershipFacts, ...]:
    """Give everyone who has one of these roles today, whatever their party: one query."""
    rows = _memberships().filter(_holding(today), role__in=sorted(roles), person__is_active=True)
    return tuple(membership_facts(row) for row in rows.order_by("pk"))


def addresses(person_ids: Collection[int]) -> Mapping[int, str]:
    """Give the addresses of people who can sign in, by their rows: one query."""
    rows = Person.objects.filter(pk__in=sorted(person_ids), is_active=True)
    return dict(rows.values_list("pk", "email"))


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("person", "party")


def _holding(day: date) -> Q:
    return Q(from_day__lte=day) & (Q(until_day=None) | Q(until_day__gte=day))


def membership_facts(row: Membership) -> MembershipFacts:
    """Give a membership that was read together with its person and party."""
    return MembershipFacts(
        id=row.pk,
        person_id=row.person_id,
        person_name=row.person.name,
        email=row.person.email,
        party=party_ref(row.party),
        role=row.role,
        from_day=row.from_day,
        until_day=row.until_day,
    )


def party_ref(row: Party) -> PartyRef:
    """Give the reference of a party's row."""
    return PartyRef(row.pk, row.code, row.kind, row.name, row.lineage)

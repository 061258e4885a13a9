"""Who acts for which party, checked against the roles that the party has (paragraph 10(iii))."""

from __future__ import annotations

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.conf import settings

from oversight.access.queries import demonstration_people, roles_of
from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.actions import add_member
from oversight.parties.queries import MembershipFacts, PartyRef, memberships_of_addresses, party


def appoint(
    *, by: Actor, at: datetime, party: PartyRef, email: str, name: str, role: str, from_day: date
) -> MembershipFacts:
    """Let a person act for a party in one of the roles that this party has.

    Args:
        by: Who says so; needs ``parties.manage_memberships`` over the party.
        at: Moment of the act.
        party: Party they will act for.
        email: Address they sign in with.
        name: Their name, used when they are new.
        role: Identifier of the role.
        from_day: First day on which it holds.

    Raises:
        Refused: There is no such role, the party does not have it, or as ``parties.actions.add_member`` says.
    """
    offered = roles_of(party)
    if role not in {one.id for one in offered}:
        titles = ", ".join(one.title for one in offered)
        raise Refused(
            "role_of_party",
            f"{party.name} does not have that role.",
            f"Choose one of: {titles}." if titles else "Choose another party: nobody can act for this one.",
            paragraph="10(iii)",
            field="role",
        )
    return add_member(by=by, at=at, party=party, email=email, name=name, role=role, from_day=from_day)


def demonstrate(*, by: Actor, at: datetime) -> tuple[MembershipFacts, ...]:
    """Make the fictional people of a demonstration; those who are there already stay as they are.

    Args:
        by: Who makes them; needs ``access.make_demonstration``.
        at: Moment of the act.

    Returns:
        The memberships that were made now.

    Raises:
        Refused: The actor may not, or this is no demonstration.
    """
    by.demand("access.make_demonstration")
    if not settings.DEMONSTRATION:
        raise Refused(
            "demonstration_only",
            "Demonstration people can sign in without a password, so the real service never has any.",
            "Set OVERSIGHT_DEMO=1 with the development settings to make a demonstration.",
        )
    today = at.astimezone(LONDON).date()
    return tuple(
        appoint(
            by=by,
            at=at,
            party=party(person.party),
            email=person.email,
            name=person.name,
            role=person.role,
            from_day=today,
        )
        for person, membership in demonstration_people(today=today)
        if membership is None
    )


@action(verb="two-step.removed", permission="access.remove_two_step", paragraph="10(iii)")
def remove_two_step(
    *,
    by: Actor,  # noqa: ARG001 - the record takes it
    at: datetime,
    email: str,
    reason: str,
) -> Recorded[int]:
    """Turn two-step verification off for someone who has lost both their app and their recovery codes.

    They sign in with their password alone until they turn it on again, so make sure first that it is them.

    Args:
        by: Who turns it off.
        at: Moment of the act.
        email: Address they sign in with; its case does not matter.
        reason: How it was made sure that they asked for it; must not be empty.

    Returns:
        How many second steps were removed.

    Raises:
        Refused: There is no reason, nobody acts for a party under that address, or two-step verification is
            not on for them.
    """
    said = typed_line(reason, "reason", longest=500)
    if not said:
        raise Refused(
            "two_step_reason",
            "There is no reason yet.",
            "Say how you made sure that the person asked for this.",
            paragraph="10(iii)",
            field="reason",
        )
    address = email.strip().lower()
    people = memberships_of_addresses([address], today=at.astimezone(LONDON).date())
    if not people:
        raise Refused(
            "not_found_person",
            f"Nobody acts for a party under {address[:80]!r}.",
            "Check the address they sign in with.",
            field="email",
        )
    person_id = people[0].person_id
    removed, _ = Authenticator.objects.filter(user_id=person_id).delete()
    if not removed:
        raise Refused(
            "two_step_is_on",
            f"Two-step verification is not on for {people[0].person_name}.",
            "They can sign in with their password.",
            field="email",
        )
    return Recorded(f"person:{person_id}", {"reason": said}, removed)

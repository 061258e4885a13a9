"""Who is acting, for which party, in which role, and what they may do (capability H4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from oversight.access.rules import Permission, Reach, Role, Standpoint, access_table, may, who_may
from oversight.kernel.acting import PartyLike
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from oversight.parties.queries import (
    MembershipFacts,
    PartyRef,
    memberships_of,
    memberships_of_addresses,
    parties_by_code,
    party,
)
from oversight.parties.rules import Kind


@dataclass(frozen=True)
class Acting:
    """Someone acting for a party in a role: the ``Actor`` of every action and query.

    Args:
        reference: Text reference kept in the record, for example ``person:12`` or ``command:setup``.
        name: Name that people read.
        party: Code of the party acted for; empty when signed out or when none is chosen.
        role: Identifier of the role; empty likewise.
        lineage: Lineage of the party; empty likewise.
        party_name: Name of the party; empty likewise.
        membership: Row of the membership acted under; None for commands and when there is none.
        today: London date on which they act; None for commands. What ends by itself has then ended for them.
    """

    reference: str
    name: str
    party: str = ""
    role: str = ""
    lineage: str = ""
    party_name: str = ""
    membership: int | None = None
    today: date | None = None

    @property
    def role_title(self) -> str:
        """Name of the role; empty when there is none."""
        role = access_table().roles.get(self.role)
        return role.title if role is not None else ""

    def may(self, permission: str, party: PartyLike | None = None) -> bool:
        """Tell whether this actor holds ``permission``, over ``party`` when one is given.

        Raises:
            KeyError: There is no such permission.
        """
        return may(access_table(), Standpoint(self.role, self.party, self.lineage), permission, party)

    def demand(self, permission: str, party: PartyLike | None = None) -> None:
        """Raise Refused when ``may`` says no, with the paragraph, who may and what to do next."""
        if not self.may(permission, party):
            raise _refusal(self, permission, party)

    def parties_over(self, permission: str) -> frozenset[str] | None:
        """Give the codes of the parties over which this actor holds ``permission``; None means every party.

        Raises:
            KeyError: There is no such permission.
        """
        if not self.may(permission):
            return frozenset()
        reach = access_table().roles[self.role].grants[permission]
        if reach is Reach.ALL:
            return None
        if reach is Reach.OWN:
            return frozenset({self.party})
        return frozenset(code for code, ref in parties_by_code().items() if self.may(permission, ref))


NOBODY: Final = Acting(reference="", name="")
"""The actor of a request by someone who is not signed in: may do nothing that asks for permission."""

OPERATOR: Final = "operator"
"""Code of the party that runs this service."""


def _refusal(actor: Acting, permission: str, over: PartyLike | None) -> Refused:
    asked = access_table().permissions[permission]
    act = asked.words[0].lower() + asked.words[1:]
    over_words = f" for {getattr(over, 'name', over.code)}" if over is not None else ""
    if not actor.role:
        why = f"You are not acting for any party, so you cannot {act}."
        what_next = "Sign in, or choose the party you act for."
    elif over is not None and actor.may(permission):
        why = f"As {actor.role_title}, {actor.party_name}, you cannot {act}{over_words}."
        what_next = "Ask someone who acts for that party."
    else:
        why = f"As {actor.role_title}, {actor.party_name}, you cannot {act}."
        what_next = "If you should be able to, ask whoever manages the people of your party."
    if asked.reason:
        why = f"{why} {asked.reason}"
    return Refused(
        f"permission_{permission}",
        why,
        what_next,
        paragraph=asked.paragraph,
        who_can=who_may(access_table(), permission),
    )


def acting_under(membership: MembershipFacts, *, today: date | None = None) -> Acting:
    """Give the actor that a membership makes of a person, on a London date where one is known."""
    return Acting(
        reference=f"person:{membership.person_id}",
        name=membership.person_name,
        party=membership.party.code,
        role=membership.role,
        lineage=membership.party.lineage,
        party_name=membership.party.name,
        membership=membership.id,
        today=today,
    )


def acting_for(*, person_id: int, name: str, chosen: int | None, today: date) -> tuple[Acting, int]:
    """Find for which party a signed-in person acts today: one query.

    A choice that has ended, or was never theirs, counts as no choice. With a single membership there is
    nothing to choose.

    Args:
        person_id: Row of the person.
        name: Their name, used when they act for nobody.
        chosen: Membership that they chose when they signed in or switched; None for none.
        today: London date.

    Returns:
        The actor, and between how many memberships they can choose.
    """
    memberships = memberships_of(person_id, today=today)
    found = next((one for one in memberships if one.id == chosen), None)
    if found is None and len(memberships) == 1:
        found = memberships[0]
    if found is None:
        return Acting(reference=f"person:{person_id}", name=name), len(memberships)
    return acting_under(found, today=today), len(memberships)


def acting_by_command(command: str, *, role: str = "service_operator") -> Acting:
    """Give the actor of a command typed on the machine that runs the service.

    Args:
        command: Name of the command, for example ``setup``; the record keeps ``command:setup``.
        role: Role the command acts in; it must belong to exactly one party. For another party than the
            operator, that party has to be in the register already.

    Raises:
        Refused: The role belongs to several parties, or its party is not in the register.
    """
    held = access_table().roles[role]
    if len(held.parties) != 1:
        raise Refused(
            "command_role",
            f"A command cannot act as {held.title}, because several parties have that role.",
            "Use a role of a single party.",
        )
    code = held.parties[0]
    if code == OPERATOR:
        # The first command of all loads the register, so the operator is known without it.
        return Acting(f"command:{command}", f"Command {command}", code, role, f"/{code}/", held.title)
    ref = party(code)
    return Acting(f"command:{command}", f"Command {command}", ref.code, role, ref.lineage, ref.name)


COMMAND: Final = acting_by_command("setup")
"""The actor of ``oversight setup``: acts for the operator of the service."""


def role_titles() -> dict[str, tuple[str, str]]:
    """Give the title of every role, and the body under which it is shown."""
    return {role.id: (role.title, role.body) for role in access_table().roles.values()}


def roles_of(party: PartyRef) -> tuple[Role, ...]:
    """Give the roles that a party has, in the order of the file."""
    roles = access_table().roles.values()
    return tuple(role for role in roles if role.held_in(code=party.code, kind=party.kind))


@dataclass(frozen=True)
class DemonstrationPerson:
    """Someone fictional of ``data/demonstration.yaml``.

    Args:
        role: Identifier of the role.
        party: Code of the party.
        name: Made-up name.
        comes_to: What they come to do, in plain words.
        second: Whether they are the second of their role, where two have to agree.
    """

    role: str
    party: str
    name: str
    comes_to: str
    second: bool = False

    @property
    def email(self) -> str:
        """Address under a domain to which no mail can go (RFC 2606)."""
        return f"{'second-' if self.second else ''}{self.role.replace('_', '-')}@example.org"


_DEMONSTRATION_SCHEMA: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["role", "party", "name", "comes_to"],
        "properties": {
            "role": {"enum": sorted(access_table().roles)},
            "party": {"type": "string", "minLength": 1},
            "name": {"type": "string", "pattern": " Example$"},
            "comes_to": {"type": "string", "minLength": 1, "maxLength": 200},
            "second": {"type": "boolean"},
        },
    },
}


@cache
def _demonstration_file() -> tuple[DemonstrationPerson, ...]:
    name = "demonstration.yaml"
    text = resources.files("oversight.access").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(DemonstrationPerson(**said) for said in read_yaml(text, name, _DEMONSTRATION_SCHEMA).data)


def demonstration_people(*, today: date) -> tuple[tuple[DemonstrationPerson, MembershipFacts | None], ...]:
    """Give the people of the demonstration, each with the membership they act under today: one query."""
    people = _demonstration_file()
    acting = {
        (facts.email, facts.role, facts.party.code): facts
        for facts in memberships_of_addresses([person.email for person in people], today=today)
    }
    return tuple((person, acting.get((person.email, person.role, person.party))) for person in people)


@dataclass(frozen=True)
class RoleOnPage:
    """A role as the access page shows it.

    Args:
        role: The role.
        held_in: Names of the parties, or words for the kinds of party, that have it.
        grants: What it may do, in the order of the file, with how far.
    """

    role: Role
    held_in: tuple[str, ...]
    grants: tuple[tuple[Permission, Reach], ...]


def roles_by_body() -> dict[str, tuple[RoleOnPage, ...]]:
    """Give every role under the heading of its body, in the order of the file: one query."""
    table = access_table()
    names = {code: ref.name for code, ref in parties_by_code().items()}
    found: dict[str, list[RoleOnPage]] = {}
    for role in table.roles.values():
        held_in = tuple(names.get(code, code) for code in role.parties) + tuple(
            f"Every party of the kind: {Kind(kind).label}" for kind in role.kinds
        )
        grants = tuple(
            (permission, role.grants[permission.id])
            for permission in table.permissions.values()
            if permission.id in role.grants
        )
        found.setdefault(role.body, []).append(RoleOnPage(role, held_in, grants))
    return {body: tuple(roles) for body, roles in found.items()}

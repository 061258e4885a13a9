"""The one question of permission, asked of one readable table (capabilities A9 and H4).

Default deny. A permission that the Memorandum reserves to a body (paragraphs 9 and 16) is refused to everyone
else twice: the table that grants it elsewhere does not load, and whoever acts for another body is refused.
Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from oversight.kernel.acting import PartyLike
from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.words import join_in_words


class Reach(StrEnum):
    """How far a permission goes from the party that is acted for."""

    OWN = "own"
    OWN_AND_BELOW = "own_and_below"
    ALL = "all"

    @property
    def words(self) -> str:
        """Words for a page."""
        return _REACH_WORDS[self]


_REACH_WORDS: Final = {
    Reach.OWN: "for their own party",
    Reach.OWN_AND_BELOW: "for their own party and all that belongs to it",
    Reach.ALL: "for every party",
}


@dataclass(frozen=True)
class Permission:
    """Something that may be done.

    Args:
        id: Identifier, for example ``arrangements.record_event``.
        words: What may be done, in plain words.
        paragraph: Paragraph of the Memorandum of Understanding behind it.
        reserved_to: Code of the only party whose roles may hold it; empty when any may.
        reason: Why it is reserved; empty when it is not.
    """

    id: str
    words: str
    paragraph: str
    reserved_to: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Role:
    """What someone is for a party.

    Args:
        id: Identifier, for example ``osag_coordinator``.
        title: Name of the role.
        body: Heading under which the role is shown.
        who: Who holds it and what they come to do, in plain words.
        parties: Codes of the parties that have this role.
        kinds: Kinds of party that have this role; it is ``parties`` or ``kinds``, never both.
        grants: How far each permission goes.
    """

    id: str
    title: str
    body: str
    who: str
    parties: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    grants: Mapping[str, Reach] = field(default_factory=dict)

    def held_in(self, *, code: str, kind: str) -> bool:
        """Tell whether a party of this code and kind has this role."""
        return code in self.parties or kind in self.kinds


@dataclass(frozen=True)
class AccessTable:
    """All permissions and roles, in the order of the file."""

    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]

    def holders(self, permission: str) -> tuple[Role, ...]:
        """Give the roles that hold a permission."""
        return tuple(role for role in self.roles.values() if permission in role.grants)


@dataclass(frozen=True)
class Standpoint:
    """From where someone asks: the role and the party acted for. Empty when signed out.

    Args:
        role: Identifier of the role.
        party: Code of the party.
        lineage: Lineage of the party.
    """

    role: str = ""
    party: str = ""
    lineage: str = ""


def may(table: AccessTable, standpoint: Standpoint, permission: str, party: PartyLike | None = None) -> bool:
    """Tell whether someone may do what ``permission`` allows: the only answer to that question there is.

    Args:
        table: Permissions and roles.
        standpoint: Role and party of the one who asks.
        permission: What they would do.
        party: Over which party; None asks only whether they may do it over any.

    Raises:
        KeyError: There is no such permission. A misspelling must not look like a refusal.
    """
    reserved_to = table.permissions[permission].reserved_to
    role = table.roles.get(standpoint.role)
    if role is None or not standpoint.party or permission not in role.grants:
        return False
    if reserved_to and standpoint.party != reserved_to:
        return False
    if party is None:
        return True
    match role.grants[permission]:
        case Reach.ALL:
            return True
        case Reach.OWN_AND_BELOW:
            return bool(standpoint.lineage) and party.lineage.startswith(standpoint.lineage)
        case Reach.OWN:
            return party.code == standpoint.party


def who_may(table: AccessTable, permission: str) -> str:
    """Say in words who holds a permission, for a refusal."""
    titles = [f"{role.title} ({role.grants[permission].words})" for role in table.holders(permission)]
    return join_in_words(titles, "or") if titles else "Nobody"


_TEXT: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1, "maxLength": 300}
_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["permissions", "roles"],
    "properties": {
        "permissions": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": r"^[a-z]+\.[a-z_]+$"},
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["words", "paragraph"],
                "properties": {
                    "words": _TEXT,
                    "paragraph": {
                        "type": "string",
                        "pattern": r"^([1-9]|[12][0-9]|3[0-4])(\([ivx]+\))?$",
                        "description": 'a paragraph is 1 to 34 in quotation marks, such as "10(iii)"',
                    },
                    "reserved_to": _TEXT,
                    "reason": _TEXT,
                },
                "dependentRequired": {"reserved_to": ["reason"], "reason": ["reserved_to"]},
            },
        },
        "roles": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z_]+$"},
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["title", "body", "who", "permissions"],
                "properties": {
                    "title": _TEXT,
                    "body": _TEXT,
                    "who": _TEXT,
                    "parties": {"type": "array", "minItems": 1, "uniqueItems": True, "items": _TEXT},
                    "kinds": {"type": "array", "minItems": 1, "uniqueItems": True, "items": _TEXT},
                    "permissions": {
                        "type": "object",
                        "additionalProperties": {"enum": [reach.value for reach in Reach]},
                    },
                },
                "oneOf": [{"required": ["parties"]}, {"required": ["kinds"]}],
                "description": "a role has title, body, who and permissions, and either parties or kinds",
            },
        },
    },
}


def load(text: str, name: str) -> AccessTable:
    """Read the table from YAML.

    Args:
        text: The document.
        name: Name of the file, for messages.

    Raises:
        Refused: The file has a fault, grants a permission that does not exist, or gives one reserved to a
            party to a role of another (paragraphs 9 and 16). The line and field are named.
    """
    found = read_yaml(text, name, _SCHEMA)
    permissions = {id_: Permission(id=id_, **said) for id_, said in found.data["permissions"].items()}
    roles = {
        id_: Role(
            id=id_,
            title=said["title"],
            body=said["body"],
            who=said["who"],
            parties=tuple(said.get("parties", ())),
            kinds=tuple(said.get("kinds", ())),
            grants={permission: Reach(reach) for permission, reach in said["permissions"].items()},
        )
        for id_, said in found.data["roles"].items()
    }
    for role in roles.values():
        for permission in role.grants:
            _check_grant(found, role, permission, permissions)
    return AccessTable(permissions, roles)


def _check_grant(found: DataFile, role: Role, permission: str, permissions: Mapping[str, Permission]) -> None:
    path = ("roles", role.id, "permissions", permission)
    if permission not in permissions:
        raise found.refused(
            path,
            f"there is no permission {permission!r}.",
            "Add it under permissions, or correct its spelling.",
        )
    granted = permissions[permission]
    if granted.reserved_to and role.parties != (granted.reserved_to,):
        raise found.refused(
            path,
            f"{permission} is reserved to {granted.reserved_to}, and {role.id} is not a role of it alone. "
            f"{granted.reason}",
            f"Take {permission} away from {role.id}.",
            paragraph=granted.paragraph,
        )


@cache
def access_table() -> AccessTable:
    """Give the table that this service runs by."""
    name = "roles.yaml"
    return load(resources.files("oversight.access").joinpath(name).read_text(encoding="utf-8"), name)

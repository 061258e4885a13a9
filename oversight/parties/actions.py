"""What is written about parties and people: the register is loaded, people join and leave parties.

Capability A1, paragraphs 1 and 11 to 16. Each act is permitted, checked and recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.plain_text import one_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.models import (
    CrsListing,
    Membership,
    Party,
    PartyName,
    PartySuccession,
    Person,
)
from oversight.parties.queries import (
    MembershipFacts,
    PartyRef,
    forget,
    membership,
    membership_facts,
)
from oversight.parties.rules import NameUse
from oversight.parties.rules.reference import (
    PartyFacts,
    Reference,
    ServiceFacts,
    packaged_files,
    read_reference,
)


@dataclass(frozen=True)
class Loaded:
    """What loading the register changed.

    Args:
        parties_added: Codes of parties that were not there.
        parties_changed: For each party that differed, its fields with the old and the new value.
        names_added: How many names.
        successions_added: How many.
        services_added: References of contracted services that were not there.
        services_changed: References of those that differed.
    """

    parties_added: tuple[str, ...]
    parties_changed: Mapping[str, Mapping[str, tuple[Value, Value]]]
    names_added: int
    successions_added: int
    services_added: tuple[str, ...]
    services_changed: tuple[str, ...]

    @property
    def changed_nothing(self) -> bool:
        """Tell whether the register already said all that the files say."""
        return not any(asdict(self).values())


def load_reference(*, by: Actor, at: datetime, files: Mapping[str, str] | None = None) -> Loaded:
    """Bring the register up to what its files say. Loading the same files again changes and records nothing.

    Nothing is ever removed: a party that the files no longer name stays, and a name that changes is kept as a
    former name.

    Args:
        by: Who loads it; needs ``parties.load_reference``.
        at: Moment of loading.
        files: Text of each file by name; those that come with this service when None.

    Raises:
        Refused: The actor may not, or a file has a fault, named by file, line and column.
    """
    by.demand("parties.load_reference")
    given = packaged_files() if files is None else files
    reference = read_reference(given)
    difference = _Difference(reference)
    if difference.loaded().changed_nothing:
        return difference.loaded()
    digest = hashlib.sha256("\0".join(given[name] for name in sorted(given)).encode()).hexdigest()
    return _apply(by=by, at=at, reference=reference, digest=digest)


@action(verb="register.loaded", permission="parties.load_reference", paragraph="16")
def _apply(*, by: Actor, at: datetime, reference: Reference, digest: str) -> Recorded[Loaded]:
    del by
    difference = _Difference(reference)
    loaded = difference.loaded()
    difference.write(at.astimezone(LONDON).date())
    forget()
    payload: dict[str, Value] = {
        "digest": digest,
        "parties_added": list(loaded.parties_added),
        "parties_changed": {
            code: {name: list(pair) for name, pair in fields.items()}
            for code, fields in loaded.parties_changed.items()
        },
        "names_added": loaded.names_added,
        "successions_added": loaded.successions_added,
        "services_added": list(loaded.services_added),
        "services_changed": list(loaded.services_changed),
    }
    return Recorded("register:parties", payload, loaded)


_PARTY_FIELDS = (
    "kind",
    "name",
    "short_name",
    "lineage",
    "delius_code",
    "confidence",
    "note",
    "opened",
    "closed",
    "dates_basis",
    "source",
)


class _Difference:
    """What the files say that the tables do not, found with one query for each table."""

    def __init__(self, reference: Reference) -> None:
        self.rows = {row.code: row for row in Party.objects.order_by("code")}
        self.new = [facts for facts in reference.parties if facts.code not in self.rows]
        self.changed: dict[str, dict[str, tuple[Value, Value]]] = {}
        self.facts = {facts.code: facts for facts in reference.parties}
        for facts in reference.parties:
            row = self.rows.get(facts.code)
            fields = _changed_fields(row, facts) if row is not None else {}
            if fields:
                self.changed[facts.code] = fields
        known_names = set(
            PartyName.objects.order_by("pk").values_list("party__code", "name", "use", "since", "source")
        )
        self.new_names = [
            name
            for name in reference.names
            if (name.code, name.name, name.use, name.since, name.source) not in known_names
        ]
        known_successions = set(
            PartySuccession.objects.order_by("pk").values_list("predecessor__code", "successor__code")
        )
        self.new_successions = [
            one for one in reference.successions if (one.predecessor, one.successor) not in known_successions
        ]
        services = {
            row.contract_reference: row
            for row in CrsListing.objects.select_related("region", "provider").order_by("contract_reference")
        }
        self.service_rows = services
        self.new_services = [one for one in reference.services if one.contract_reference not in services]
        self.changed_services = [
            one
            for one in reference.services
            if one.contract_reference in services
            and _service_as_stored(services[one.contract_reference]) != one
        ]

    def loaded(self) -> Loaded:
        return Loaded(
            parties_added=tuple(facts.code for facts in self.new),
            parties_changed=self.changed,
            names_added=len(self.new_names),
            successions_added=len(self.new_successions),
            services_added=tuple(one.contract_reference for one in self.new_services),
            services_changed=tuple(one.contract_reference for one in self.changed_services),
        )

    def write(self, day: date) -> None:
        ids = {code: row.pk for code, row in self.rows.items()}
        waiting = self.new
        while waiting:
            # A party needs the row of the one above it, so each round writes one level.
            ready = [facts for facts in waiting if not facts.parent or facts.parent in ids]
            made = Party.objects.bulk_create([_party_row(facts, ids) for facts in ready])
            ids.update({row.code: row.pk for row in made})
            waiting = [facts for facts in waiting if facts.code not in ids]
        for code, fields in self.changed.items():
            row = self.rows[code]
            if "name" in fields:
                _keep_former_name(row, day)
            for name, value in _stored_fields(self.facts[code], ids).items():
                setattr(row, name, value)
            row.save()
        PartyName.objects.bulk_create(
            [
                PartyName(
                    party_id=ids[name.code],
                    name=name.name,
                    use=name.use,
                    since=name.since,
                    since_from=_first_day(name.since),
                    until=name.until,
                    until_from=_first_day(name.until),
                    source=name.source,
                )
                for name in self.new_names
            ]
        )
        PartySuccession.objects.bulk_create(
            [
                PartySuccession(
                    predecessor_id=ids[one.predecessor], successor_id=ids[one.successor], month=one.month
                )
                for one in self.new_successions
            ]
        )
        CrsListing.objects.bulk_create([_service_row(one, ids) for one in self.new_services])
        for one in self.changed_services:
            service = _service_row(one, ids)
            service.pk = self.service_rows[one.contract_reference].pk
            service.save(force_update=True)


def _changed_fields(row: Party, facts: PartyFacts) -> dict[str, tuple[Value, Value]]:
    return {
        name: (getattr(row, name), getattr(facts, name))
        for name in _PARTY_FIELDS
        if getattr(row, name) != getattr(facts, name)
    }


def _stored_fields(facts: PartyFacts, ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        **{name: getattr(facts, name) for name in _PARTY_FIELDS},
        "parent_id": ids[facts.parent] if facts.parent else None,
        "opened_from": _first_day(facts.opened),
        "closed_from": _first_day(facts.closed),
    }


def _party_row(facts: PartyFacts, ids: Mapping[str, int]) -> Party:
    return Party(code=facts.code, **_stored_fields(facts, ids))


def _keep_former_name(row: Party, day: date) -> None:
    PartyName.objects.create(
        party=row,
        name=row.name,
        use=NameUse.OWN.value,
        until=day.isoformat(),
        until_from=day,
        source=f"This register, until it was loaded anew on {day_in_words(day)}",
    )


def _first_day(text: str) -> date | None:
    return PartialDate.parse(text).first_day if text else None


def _service_row(one: ServiceFacts, ids: Mapping[str, int]) -> CrsListing:
    fields = {name: value for name, value in one.__dict__.items() if name not in {"region", "provider"}}
    return CrsListing(
        **fields, region_id=ids[one.region] if one.region else None, provider_id=ids[one.provider]
    )


def _service_as_stored(row: CrsListing) -> ServiceFacts:
    fields = {name: getattr(row, name) for name in ServiceFacts.__annotations__}
    fields["region"] = row.region.code if row.region is not None else ""
    fields["provider"] = row.provider.code
    return ServiceFacts(**fields)


def _over_the_party(*, party: PartyRef, **_facts: object) -> PartyRef:
    return party


@action(
    verb="membership.begun",
    permission="parties.manage_memberships",
    paragraph="10(iii)",
    on=_over_the_party,
)
def add_member(
    *, by: Actor, at: datetime, party: PartyRef, email: str, name: str, role: str, from_day: date
) -> Recorded[MembershipFacts]:
    """Let a person act for a party in a role from a day on.

    Someone new is added to the people who can sign in; a known address keeps its name. Whether the party has
    such a role is for ``access`` to say, which calls this.

    Args:
        by: Who says so; needs ``parties.manage_memberships`` over the party.
        at: Moment of the act.
        party: Party they will act for.
        email: Address they sign in with; its case does not matter.
        name: Their name, used when they are new.
        role: Identifier of the role.
        from_day: First day on which it holds.

    Raises:
        Refused: The actor may not, the name or address is empty or unfit, the person's account is closed, or
            they already act for the party in this role at that time.
    """
    del by, at
    clean = _clean_name(name)
    address = _clean_address(email)
    new = {"name": clean, "password": make_password(None)}
    person, _ = Person.objects.get_or_create(email=address, defaults=new)
    # Locked, so that two who add the same person at once come one after the other.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not person.is_active:
        raise Refused(
            "account_closed",
            f"The account of {person.name} is closed.",
            "Ask the operator of this service to open it again.",
            field="email",
        )
    overlapping = (
        Membership.objects.filter(person=person, party_id=party.id, role=role)
        .filter(Q(until_day=None) | Q(until_day__gte=from_day))
        .order_by("from_day")
        .first()
    )
    if overlapping is not None:
        raise Refused(
            "membership_overlap",
            f"{person.name} already acts for {party.name} in this role, from "
            f"{day_in_words(overlapping.from_day)}.",
            "End that first, or choose another role or a later day.",
            field="email",
        )
    row = Membership.objects.create(person=person, party_id=party.id, role=role, from_day=from_day)
    row = Membership.objects.select_related("person", "party").get(pk=row.pk)
    payload: dict[str, Value] = {
        "membership": row.pk,
        "name": person.name,
        "party": party.code,
        "role": role,
        "from_day": from_day,
    }
    return Recorded(person.reference, payload, membership_facts(row))


def _party_of_membership(*, membership_id: int, **_facts: object) -> PartyRef:
    return membership(membership_id).party


@action(
    verb="membership.ended",
    permission="parties.manage_memberships",
    paragraph="10(iii)",
    on=_party_of_membership,
)
def end_membership(
    *, by: Actor, at: datetime, membership_id: int, until_day: date, seen_until: date | None
) -> Recorded[MembershipFacts]:
    """Set the last day on which someone acts for a party in a role.

    Args:
        by: Who says so; needs ``parties.manage_memberships`` over the party.
        at: Moment of the act.
        membership_id: Row of the membership.
        until_day: Last day; yesterday ends it at once, an earlier day would rewrite what they did since.
        seen_until: Last day as the page showed it, so that someone else's change in between is not lost.

    Raises:
        Refused: The actor may not, the day is too early, or someone else changed the end meanwhile.
    """
    del by
    row = Membership.objects.select_for_update(of=("self",)).get(pk=membership_id)
    if row.until_day != seen_until:
        now = f"ends on {day_in_words(row.until_day)}" if row.until_day else "has no last day"
        raise Refused(
            "stale_membership",
            f"Someone else changed this while you had the page open: it now {now}.",
            "Look at it again before you change it.",
        )
    yesterday = at.astimezone(LONDON).date() - timedelta(days=1)
    earliest = max(row.from_day, yesterday)
    if until_day < earliest:
        raise Refused(
            "membership_end_too_early",
            f"The last day cannot be before {day_in_words(earliest)}: what they did until then stays theirs.",
            f"Enter {day_in_words(earliest)} or a later day.",
            field="until_day",
        )
    row.until_day = until_day
    row.save(update_fields=["until_day"])
    facts = membership(membership_id)
    payload: dict[str, Value] = {
        "membership": facts.id,
        "name": facts.person_name,
        "party": facts.party.code,
        "role": facts.role,
        "until_day": until_day,
        "seen_until": seen_until,
    }
    return Recorded(f"person:{facts.person_id}", payload, facts)


def _clean_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(
            "email_unfit",
            f"{email[:80]!r} is not an email address.",
            "Enter an email address in the form name@example.gov.uk.",
            field="email",
        ) from error
    return address


def _clean_name(name: str) -> str:
    try:
        clean = one_line(name, longest=120)
    except ValueError as error:
        raise Refused("name_unfit", str(error), "Correct the name.", field="name") from error
    if not clean:
        raise Refused("name_missing", "The name is empty.", "Enter their full name.", field="name")
    return clean

"""Tables of organisations, regions, units and the people who act for them (capability A1)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from oversight.parties.rules import Confidence, Kind, NameUse


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


def _dated(name: str) -> Q:
    """Hold a partial date's text and its sortable first day together: both or neither."""
    return Q(**{name: "", f"{name}_from": None}) | (~Q(**{name: ""}) & Q(**{f"{name}_from__isnull": False}))


class Party(models.Model):
    """An organisation, team, region or unit. Never removed: it closes."""

    code = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    lineage = models.CharField(max_length=300, unique=True)
    """Codes from the top down to this one, so that what lies below is one prefix search."""
    delius_code = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 - unique where known
    confidence = models.CharField(max_length=30, default=Confidence.HIGH.value)
    note = models.CharField(max_length=500, blank=True, default="")
    opened = models.CharField(max_length=10, blank=True, default="")
    """Partial date as published; empty when not known."""
    opened_from = models.DateField(null=True, blank=True)
    """First day that ``opened`` can mean, to sort and filter by."""
    closed = models.CharField(max_length=10, blank=True, default="")
    closed_from = models.DateField(null=True, blank=True)
    dates_basis = models.CharField(max_length=200, blank=True, default="")
    """What the opening and closing dates are dates of, when not of the opening and closing themselves."""
    source = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "parties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="party_kind_known", condition=Q(kind__in=_values(Kind))),
            models.CheckConstraint(
                name="party_confidence_known", condition=Q(confidence__in=_values(Confidence))
            ),
            models.CheckConstraint(name="party_has_code_and_name", condition=~Q(code="") & ~Q(name="")),
            models.CheckConstraint(name="party_opened_whole", condition=_dated("opened")),
            models.CheckConstraint(name="party_closed_whole", condition=_dated("closed")),
            models.CheckConstraint(
                name="party_closes_after_opening",
                condition=Q(opened_from=None) | Q(closed_from=None) | Q(closed_from__gte=F("opened_from")),
            ),
            models.CheckConstraint(
                name="party_dates_basis_needs_date",
                condition=Q(dates_basis="") | ~Q(opened="") | ~Q(closed=""),
            ),
            models.CheckConstraint(
                name="party_unit_has_parent",
                condition=~Q(kind__in=["region", "pdu", "team"]) | Q(parent__isnull=False),
            ),
            models.CheckConstraint(
                name="party_lineage_form", condition=Q(lineage__startswith="/") & Q(lineage__endswith="/")
            ),
            models.CheckConstraint(
                name="party_delius_code_never_empty", condition=Q(delius_code=None) | ~Q(delius_code="")
            ),
            models.UniqueConstraint(
                name="party_delius_code_once",
                fields=["delius_code"],
                condition=Q(delius_code__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "name"], name="party_kind_name")
        ]

    def __str__(self) -> str:
        return self.name


class PartyName(models.Model):
    """A name a party has had, or that another list uses for it, so that history and imports find it."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    use = models.CharField(max_length=10)
    since = models.CharField(max_length=10, blank=True, default="")
    since_from = models.DateField(null=True, blank=True)
    until = models.CharField(max_length=10, blank=True, default="")
    until_from = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="partyname_use_known", condition=Q(use__in=_values(NameUse))),
            models.CheckConstraint(name="partyname_not_empty", condition=~Q(name="") & ~Q(source="")),
            models.CheckConstraint(name="partyname_since_whole", condition=_dated("since")),
            models.CheckConstraint(name="partyname_until_whole", condition=_dated("until")),
            models.CheckConstraint(
                name="partyname_dates_in_order",
                condition=Q(since_from=None) | Q(until_from=None) | Q(until_from__gte=F("since_from")),
            ),
            models.UniqueConstraint(
                name="partyname_once", fields=["party", "name", "use", "since", "source"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartySuccession(models.Model):
    """One party's work passed to another: two rows make a split or a merger."""

    predecessor = models.ForeignKey(Party, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Party, models.PROTECT, related_name="+")
    month = models.CharField(max_length=10)
    """Partial date, as precise as its source."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="partysuccession_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(
                name="partysuccession_not_itself", condition=~Q(predecessor=F("successor"))
            ),
            models.CheckConstraint(name="partysuccession_has_month", condition=~Q(month="")),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} to {self.successor_id}"


class CrsListing(models.Model):
    """A Commissioned Rehabilitative Service as HMPPS's referral system lists it (paragraph 13)."""

    contract_reference = models.CharField(max_length=60, unique=True)
    contract_type = models.CharField(max_length=20)
    region = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="crs_listings")
    police_area = models.CharField(max_length=60, blank=True, default="")
    """Police-and-crime area, where the service is listed by one instead of by region."""
    provider = models.ForeignKey(Party, models.PROTECT, related_name="crs_provided")
    subcontractors = models.CharField(max_length=500, blank=True, default="")
    allows_male = models.BooleanField()
    allows_female = models.BooleanField()
    minimum_age = models.PositiveSmallIntegerField()
    listed_from = models.DateField()
    listed_until = models.DateTimeField(null=True, blank=True)
    open_to_referrals = models.BooleanField()
    seen_on = models.DateField()
    """Day on which the list was read; ``open_to_referrals`` is true of that day."""
    title = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="crslisting_one_area",
                condition=Q(region__isnull=False, police_area="") | (Q(region=None) & ~Q(police_area="")),
            ),
            models.CheckConstraint(
                name="crslisting_for_someone", condition=Q(allows_male=True) | Q(allows_female=True)
            ),
            models.CheckConstraint(
                name="crslisting_not_empty",
                condition=~Q(contract_reference="") & ~Q(contract_type="") & ~Q(title=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["police_area"], name="crslisting_police_area")
        ]

    def __str__(self) -> str:
        return self.title


class People(BaseUserManager["Person"]):
    """Finds people by the email they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find the person of an email address."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Someone who can sign in. They may do nothing until they are a member of a party."""

    # Signing in is not an act of a party, so nothing about it is written on the person.
    last_login = None

    email = models.EmailField(max_length=254, unique=True)
    """In lower case, so that one address is one person."""
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[People] = People()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="person_email_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="person_not_empty", condition=~Q(email="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """Text reference kept in the record."""
        return f"person:{self.pk}"


class Membership(models.Model):
    """A person acts for a party in a role, from a day and perhaps until one. Ended, never removed."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=60)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    """Last day on which it holds; None while no end is set."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="membership_has_role", condition=~Q(role="")),
            models.CheckConstraint(
                name="membership_days_in_order",
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
            ),
            models.UniqueConstraint(
                name="membership_one_open",
                fields=["person", "party", "role"],
                condition=Q(until_day=None),
            ),
            models.UniqueConstraint(
                name="membership_one_start", fields=["person", "party", "role", "from_day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.party_id} as {self.role}"

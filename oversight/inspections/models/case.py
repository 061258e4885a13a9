"""Tables of a case: the inspection, its units, partners and team, its steps, its information (D1, D5)."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.inspections.rules.case import MOVABLE, OPEN, CaseState

REFERENCE_LENGTH: Final = 80
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
_PARTY: Final = "parties.Party"


class Kind(StrEnum):
    """Kinds of inspection under the arrangements."""

    CORE = "core"
    THEMATIC = "thematic"
    JOINT = "joint"


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


def _in(field: str, *states: CaseState) -> Q:
    return Q(**{f"{field}__in": [str(state) for state in states]})


def _pair(prefix: str) -> Q:
    """Hold when and by whom together: both or neither."""
    none = Q(**{f"{prefix}_at": None, f"{prefix}_by": ""})
    return none | (Q(**{f"{prefix}_at__isnull": False}) & ~Q(**{f"{prefix}_by": ""}))


def _with_day(prefix: str, *others: str) -> Q:
    """Hold a moment together with what belongs to it: all or none."""
    return Q(**{f"{prefix}_at": None}, **dict.fromkeys(others, None)) | Q(
        **{f"{prefix}_at__isnull": False}, **{f"{other}__isnull": False for other in others}
    )


_UNANNOUNCED: Final = (CaseState.SCHEDULED,)
_ANYTIME: Final = (CaseState.PAUSED, CaseState.WITHDRAWN, CaseState.REPLACED)
_BEFORE_FIELDWORK: Final = (*MOVABLE, *_ANYTIME)
_IN_FIELDWORK: Final = (CaseState.FIELDWORK, *_ANYTIME)


class Inspection(models.Model):
    """One inspection, from scheduling to publication. It keeps the programme version it began under (A9)."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    programme = models.CharField(max_length=60)
    programme_version = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    rated = models.BooleanField()
    state = models.CharField(max_length=30)
    paused_from = models.CharField(max_length=30, blank=True, default="")
    unit = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    """The one unit inspected; none for an inspection of a subject in several places."""
    announce_on = models.DateField()
    fieldwork_from = models.DateField()
    fieldwork_until = models.DateField()
    lead = models.CharField(max_length=100)
    lead_name = models.CharField(max_length=200)
    scheduled_at = models.DateTimeField()
    scheduled_by = models.CharField(max_length=100)
    announced_on = models.DateField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.CharField(max_length=100, blank=True, default="")
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    replaced_by_inspection = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    revision = models.PositiveIntegerField(default=1)
    """Counts changes, so that an act on an older sight of this row is refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="inspection_complete",
                condition=~Q(reference="")
                & ~Q(title="")
                & ~Q(programme="")
                & ~Q(type="")
                & ~Q(lead="")
                & ~Q(lead_name="")
                & ~Q(scheduled_by="")
                & Q(programme_version__gte=1),
            ),
            models.CheckConstraint(name="inspection_state_known", condition=Q(state__in=_values(CaseState))),
            models.CheckConstraint(name="inspection_kind_known", condition=Q(kind__in=_values(Kind))),
            models.CheckConstraint(
                name="inspection_core_has_a_unit", condition=~Q(kind=Kind.CORE) | Q(unit__isnull=False)
            ),
            models.CheckConstraint(
                name="inspection_paused_from_a_state",
                condition=(Q(state=CaseState.PAUSED) & _in("paused_from", *OPEN))
                | (~Q(state=CaseState.PAUSED) & Q(paused_from="")),
            ),
            models.CheckConstraint(
                name="inspection_days_in_order",
                condition=Q(fieldwork_from__gte=F("announce_on"), fieldwork_until__gte=F("fieldwork_from"))
                | Q(announced_on__isnull=False, fieldwork_until__gte=F("fieldwork_from")),
            ),
            models.CheckConstraint(name="inspection_announced_pair", condition=_pair("announced")),
            models.CheckConstraint(
                name="inspection_announced_day", condition=_with_day("announced", "announced_on")
            ),
            models.CheckConstraint(
                name="inspection_announced_by_state",
                condition=(_in("state", *_UNANNOUNCED) & Q(announced_at=None))
                | (~_in("state", *_UNANNOUNCED, *_ANYTIME) & Q(announced_at__isnull=False))
                | _in("state", *_ANYTIME),
            ),
            models.CheckConstraint(
                name="inspection_started_by_state",
                condition=(_in("state", *MOVABLE) & Q(started_on=None))
                | (~_in("state", *_BEFORE_FIELDWORK) & Q(started_on__isnull=False))
                | _in("state", *_ANYTIME),
            ),
            models.CheckConstraint(
                name="inspection_finished_by_state",
                condition=(_in("state", *MOVABLE, CaseState.FIELDWORK) & Q(finished_on=None))
                | (~_in("state", *MOVABLE, *_IN_FIELDWORK) & Q(finished_on__isnull=False))
                | _in("state", *_ANYTIME),
            ),
            models.CheckConstraint(
                name="inspection_started_after_announced",
                condition=Q(started_on=None) | Q(started_on__gte=F("announced_on")),
            ),
            models.CheckConstraint(
                name="inspection_finished_after_started",
                condition=Q(finished_on=None) | Q(finished_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="inspection_replaced_by_another",
                condition=(
                    Q(state=CaseState.REPLACED, replaced_by_inspection__isnull=False)
                    & ~Q(replaced_by_inspection=F("id"))
                )
                | (~Q(state=CaseState.REPLACED) & Q(replaced_by_inspection=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="inspection_by_fieldwork", fields=["-fieldwork_from", "-id"]),
            models.Index(name="inspection_of_state", fields=["state", "-fieldwork_from", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class InspectionUnit(models.Model):
    """That an inspection looks at a unit; an inspection of a subject may look at several."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="units")
    unit = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    lineage = models.CharField(max_length=300)
    """Where the unit belonged when the inspection was scheduled."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="inspectionunit_once", fields=["inspection", "unit"]),
            models.CheckConstraint(name="inspectionunit_lineage", condition=~Q(lineage="")),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.inspection_id}"


class InspectionPartner(models.Model):
    """That another inspectorate takes part in a joint inspection (paragraph 18)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="partners")
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="inspectionpartner_once", fields=["inspection", "party"]),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.inspection_id}"


class TeamMember(models.Model):
    """That a person inspects with the lead inspector; leaving the team ends it, and nothing is erased."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="team")
    person = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="teammember_once", fields=["inspection", "person"], condition=Q(left_at=None)
            ),
            models.CheckConstraint(
                name="teammember_complete", condition=~Q(person="") & ~Q(name="") & ~Q(added_by="")
            ),
            models.CheckConstraint(name="teammember_left_pair", condition=_pair("left")),
            models.CheckConstraint(
                name="teammember_left_after", condition=Q(left_at=None) | Q(left_at__gte=F("added_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InspectionMove(models.Model):
    """One step of a case, as its page tells it. Never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="moves")
    move = models.CharField(max_length=60)
    source = models.CharField(max_length=30, blank=True, default="")
    target = models.CharField(max_length=30)
    on = models.DateField()
    detail = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    made_name = models.CharField(max_length=200)
    made_party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that it recorded, if any."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="inspectionmove_complete",
                condition=~Q(move="") & Q(target__in=_values(CaseState)) & ~Q(made_by="") & ~Q(made_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.inspection_id}"


class SuppliedInformation(models.Model):
    """One supply of an item of information, found again by every later inspection of what it is about."""

    item = models.CharField(max_length=60)
    title = models.CharField(max_length=TITLE_LENGTH)
    about = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    """The unit, region or service that it is about."""
    owner = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    describes = models.DateField()
    """The day up to which it describes things."""
    where = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Where the Inspectorate finds it: a link, or a place; empty when the file says all."""
    file = models.ForeignKey(
        "inspections.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    supplied_for = models.ForeignKey(Inspection, models.PROTECT, related_name="supplied")
    supplied_at = models.DateTimeField()
    supplied_by = models.CharField(max_length=100)
    supplied_name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "supplied information"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="suppliedinformation_complete",
                condition=~Q(item="") & ~Q(title="") & ~Q(supplied_by="") & ~Q(supplied_name=""),
            ),
            models.CheckConstraint(
                name="suppliedinformation_found", condition=~Q(where="") | Q(file__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="supplied_latest", fields=["about", "item", "-describes", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.item} of {self.about_id}"


class InformationRequest(models.Model):
    """One item wanted for an inspection: asked of its one owner, or met by what is held already (¶31)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="requests")
    item = models.CharField(max_length=60)
    title = models.CharField(max_length=TITLE_LENGTH)
    about = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    owner_lineage = models.CharField(max_length=300)
    needed_by = models.DateField()
    held = models.ForeignKey(
        SuppliedInformation, models.PROTECT, null=True, blank=True, related_name="asked_again"
    )
    """What was held already when it was asked for all the same."""
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    asked_name = models.CharField(max_length=200)
    reused = models.BooleanField(default=False)
    supply = models.ForeignKey(
        SuppliedInformation, models.PROTECT, null=True, blank=True, related_name="meets"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.CharField(max_length=100, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="informationrequest_once", fields=["inspection", "item", "about"]),
            models.CheckConstraint(
                name="informationrequest_complete",
                condition=~Q(item="")
                & ~Q(title="")
                & ~Q(owner_lineage="")
                & ~Q(asked_by="")
                & ~Q(asked_name=""),
            ),
            models.CheckConstraint(
                name="informationrequest_again_with_reason",
                condition=Q(held=None, reason="") | (Q(held__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="informationrequest_met_pair", condition=_pair("met")),
            models.CheckConstraint(name="informationrequest_met_whole", condition=_with_day("met", "supply")),
            models.CheckConstraint(
                name="informationrequest_reused_is_met",
                condition=Q(reused=False) | Q(supply__isnull=False, held=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="informationrequest_open", fields=["owner", "needed_by"], condition=Q(met_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} for {self.inspection_id}"

"""Tables of alerts: what was raised, each step since, and to whom it was escalated (¶16)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, Inspection
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH, _none_or_all
from oversight.inspections.rules.alerts import WAITING, AlertState
from oversight.inspections.rules.case_lists import LONGEST_REFERENCE

_PARTY = "parties.Party"
_ANSWERED = (AlertState.ACKNOWLEDGED, AlertState.CLOSED)


class RiskAlert(models.Model):
    """A risk to a person found in a case file. What it says never changes; where it stands does."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    unit = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    unit_lineage = models.CharField(max_length=300)
    """Where the unit belonged when it was raised: the unit and its region are addressed."""
    case_reference = models.CharField(max_length=LONGEST_REFERENCE)
    risk = models.CharField(max_length=TEXT_LENGTH)
    needed = models.CharField(max_length=TEXT_LENGTH)
    state = models.CharField(max_length=20)
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=PERSON_LENGTH)
    raised_name = models.CharField(max_length=NAME_LENGTH)
    due_on = models.DateField()
    """The last day on which it is acknowledged in time."""
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    """When it was first acknowledged."""
    acknowledged_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="riskalert_number", fields=["inspection", "number"]),
            models.CheckConstraint(
                name="riskalert_complete",
                condition=Q(number__gte=1, revision__gte=1)
                & ~Q(unit_lineage="")
                & ~Q(case_reference="")
                & ~Q(risk="")
                & ~Q(needed="")
                & ~Q(raised_by="")
                & ~Q(raised_name=""),
            ),
            models.CheckConstraint(
                name="riskalert_state_known", condition=Q(state__in=[str(state) for state in AlertState])
            ),
            models.CheckConstraint(
                name="riskalert_acknowledged_pair",
                condition=_none_or_all("acknowledged_at", "acknowledged_by"),
            ),
            models.CheckConstraint(
                name="riskalert_closed_pair", condition=_none_or_all("closed_at", "closed_by")
            ),
            models.CheckConstraint(
                name="riskalert_acknowledged_by_state",
                condition=Q(state=str(AlertState.RAISED), acknowledged_at=None)
                | Q(state=str(AlertState.ESCALATED))
                | Q(state__in=[str(state) for state in _ANSWERED], acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="riskalert_closed_by_state",
                condition=Q(state=str(AlertState.CLOSED), closed_at__isnull=False)
                | (~Q(state=str(AlertState.CLOSED)) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="riskalert_in_order",
                condition=(Q(acknowledged_at=None) | Q(acknowledged_at__gte=F("raised_at")))
                & (Q(closed_at=None) | Q(closed_at__gte=F("acknowledged_at"))),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="riskalert_waiting",
                fields=["due_on", "id"],
                condition=Q(state__in=[str(state) for state in WAITING]),
            ),
            models.Index(name="riskalert_latest", fields=["-raised_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Alert {self.number} of {self.inspection_id}"


class AlertStep(models.Model):
    """One step of an alert after it was raised, and what was said with it. Never changed."""

    alert = models.ForeignKey(RiskAlert, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    text = models.CharField(max_length=TEXT_LENGTH)
    """What was done, why it was escalated, or why nothing more is needed."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="alertstep_complete",
                condition=~Q(move="")
                & Q(source__in=[str(state) for state in AlertState])
                & Q(target__in=[str(state) for state in AlertState])
                & ~Q(text="")
                & ~Q(made_by="")
                & ~Q(made_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.alert_id}"


class AlertPerson(models.Model):
    """Someone to whom an alert was escalated; from then on they read it and may acknowledge it."""

    alert = models.ForeignKey(RiskAlert, models.PROTECT, db_index=False, related_name="people")
    step = models.ForeignKey(AlertStep, models.PROTECT, related_name="people")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="alertperson_once", fields=["alert", "person"]),
            models.CheckConstraint(name="alertperson_complete", condition=~Q(person="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

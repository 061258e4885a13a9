"""Alerts to the Sponsorship team (D10, ¶20)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.briefings.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.briefings.rules.alerts import AlertKind, AlertState
from oversight.ledger.conditions import both_or_neither, filled, values

_BRIEFED = [AlertState.BRIEFING.value, AlertState.BRIEFED.value]


class Alert(models.Model):
    """Something of which the Sponsorship team is told. What it says never changes; where it stands does."""

    kind = models.CharField(max_length=STATE_LENGTH)
    key = models.CharField(max_length=300, unique=True)
    """What makes it the same when it is found again."""
    about = models.CharField(max_length=REFERENCE_LENGTH)
    """Reference of the report, recommendation or inspection: text, as this area knows none of them."""
    title = models.CharField(max_length=500)
    says = models.CharField(max_length=TEXT_LENGTH)
    happened_on = models.DateField()
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    basis = models.CharField(max_length=TITLE_LENGTH)
    """The threshold or arrangement by which it is an alert."""
    state = models.CharField(max_length=STATE_LENGTH)
    briefing = models.ForeignKey(
        "briefings.Briefing", models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=PERSON_LENGTH)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    acknowledged_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    ended_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why no briefing is needed."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="alert_complete",
                condition=filled("key", "about", "title", "says", "basis", "raised_by") & Q(revision__gte=1),
            ),
            models.CheckConstraint(name="alert_kind_known", condition=Q(kind__in=values(AlertKind))),
            models.CheckConstraint(name="alert_state_known", condition=Q(state__in=values(AlertState))),
            models.CheckConstraint(
                name="alert_acknowledged_pair",
                condition=both_or_neither("acknowledged_at", "acknowledged_by"),
            ),
            models.CheckConstraint(
                name="alert_acknowledged_whole",
                condition=both_or_neither("acknowledged_at", "acknowledged_by", "acknowledged_name"),
            ),
            models.CheckConstraint(
                name="alert_acknowledged_by_state",
                condition=Q(state=AlertState.RAISED.value, acknowledged_at=None)
                | (~Q(state=AlertState.RAISED.value) & Q(acknowledged_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="alert_ended_pair", condition=both_or_neither("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="alert_set_aside_with_reason",
                condition=(
                    Q(state=AlertState.SET_ASIDE.value, ended_at__isnull=False)
                    & filled("ended_name", "reason")
                )
                | (~Q(state=AlertState.SET_ASIDE.value) & Q(ended_at=None, ended_name="", reason="")),
            ),
            models.CheckConstraint(
                name="alert_briefing_by_state",
                condition=Q(state__in=_BRIEFED, briefing__isnull=False)
                | (~Q(state__in=_BRIEFED) & Q(briefing=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="alert_by_state", fields=["state", "-id"]),
        ]

    def __str__(self) -> str:
        return self.key

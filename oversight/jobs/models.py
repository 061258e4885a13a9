"""The tables of jobs and of the mail that they send."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

WORDS_LENGTH: Final = 300
SUBJECT_LENGTH: Final = 200


class Job(models.Model):
    """Something to be done at its moment or soon after. Its row is written with what asks for it."""

    kind = models.CharField(max_length=60)
    """What is to be done, for example ``publication.pdf``; the worker knows how."""
    subject = models.CharField(max_length=200)
    """Reference of what it is about; one job of a kind waits for each."""
    title = models.CharField(max_length=WORDS_LENGTH)
    due_at = models.DateTimeField()
    """Not before this moment."""
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    asked_party = models.CharField(max_length=100)
    """Code of the party asked for: its people see it."""
    askings = models.PositiveIntegerField(default=1)
    """How often it was asked for. Asked for again while it was under way, it is done once more."""
    tries = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField()
    """When it is tried next: its moment, or later after a failure."""
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=40, blank=True, default="")
    """The worker that has it, so that one whose time ran out cannot speak for it any more."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    problem = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="job_one_waiting", fields=["kind", "subject"], condition=Q(finished_at=None)
            ),
            models.CheckConstraint(
                name="job_complete",
                condition=~Q(kind="") & ~Q(subject="") & ~Q(title="") & ~Q(asked_by="") & ~Q(asked_party=""),
            ),
            models.CheckConstraint(name="job_progress", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(
                name="job_claimed_whole",
                condition=Q(claimed_until=None, claim="") | (Q(claimed_until__isnull=False) & ~Q(claim="")),
            ),
            models.CheckConstraint(
                name="job_finished_is_free", condition=Q(finished_at=None) | Q(claimed_until=None, problem="")
            ),
            models.CheckConstraint(name="job_tried_when_due", condition=Q(try_at__gte=F("due_at"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="job_next", fields=["try_at", "id"], condition=Q(finished_at=None)),
            models.Index(name="job_of_party", fields=["asked_party", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"


class Mail(models.Model):
    """A message to one person, written with what it tells of; the worker sends it."""

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    text = models.TextField()
    about = models.CharField(max_length=200)
    """Reference of what it tells of."""
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    """When the mail server said that it will never take it for this address."""
    problem = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mail_complete", condition=~Q(to="") & ~Q(subject="") & ~Q(text="") & ~Q(about="")
            ),
            models.CheckConstraint(
                name="mail_sent_or_refused",
                condition=Q(sent_at=None, refused_at=None)
                | Q(sent_at__isnull=False, refused_at=None, problem="")
                | (Q(sent_at=None, refused_at__isnull=False) & ~Q(problem="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="mail_waiting", fields=["id"], condition=Q(sent_at=None, refused_at=None)),
            models.Index(name="mail_about", fields=["about", "id"]),
        ]

    def __str__(self) -> str:
        return f"Mail {self.pk} about {self.about}"

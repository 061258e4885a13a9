"""Tables of the record: entries, the head of their chain, and signed checkpoints.

Triggers (see ``protection``) refuse every change but the append of the next entry.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length

models.CharField.register_lookup(Length)

DIGEST_LENGTH = 64
MOMENT_LENGTH = 27
SALT_LENGTH = 32


class Entry(models.Model):
    """One act: who did what to what, for which party and when, chained to the act before it.

    Text alone, and no foreign keys: the record must outlive what it speaks of. ``at`` is UTC text to the
    microsecond because databases round and print moments differently, and the digest covers exact bytes.
    ``salt`` is random: parties who may not read an entry still see its digest, and could otherwise try likely
    contents until one fits.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=MOMENT_LENGTH)
    actor = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=300)
    party = models.CharField(max_length=100)
    role = models.CharField(max_length=100)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    payload = models.TextField()
    salt = models.CharField(max_length=SALT_LENGTH)
    previous = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_entry_counts_from_one", condition=models.Q(sequence__gte=1)),
            models.CheckConstraint(
                name="ledger_entry_moment_is_whole", condition=models.Q(at__length=MOMENT_LENGTH)
            ),
            models.CheckConstraint(
                name="ledger_entry_digests_are_whole",
                condition=models.Q(
                    previous__length=DIGEST_LENGTH, digest__length=DIGEST_LENGTH, salt__length=SALT_LENGTH
                ),
            ),
            models.CheckConstraint(
                name="ledger_entry_says_who_and_what",
                condition=~models.Q(actor="") & ~models.Q(verb="") & ~models.Q(subject=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="ledger_entry_by_subject", fields=["subject", "-sequence"]),
            models.Index(name="ledger_entry_by_verb", fields=["verb", "-sequence"]),
            models.Index(name="ledger_entry_by_party", fields=["party", "-sequence"]),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb} {self.subject}"


class Head(models.Model):
    """The last entry, in one row: what writers lock, and a witness when entries vanish from the end."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_head_is_one", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="ledger_head_digest_is_whole", condition=models.Q(digest__length=DIGEST_LENGTH)
            ),
        ]

    def __str__(self) -> str:
        return f"head at {self.sequence}"


class Checkpoint(models.Model):
    """A signed statement of how far the record had come; the same text is given to whoever asks for it."""

    id = models.BigAutoField(primary_key=True)
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    at = models.CharField(max_length=MOMENT_LENGTH)
    by = models.CharField(max_length=100)
    issuer = models.CharField(max_length=200)
    public_key = models.CharField(max_length=44)
    signature = models.CharField(max_length=88)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_checkpoint_counts_from_one", condition=models.Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_checkpoint_is_whole",
                condition=models.Q(
                    digest__length=DIGEST_LENGTH,
                    at__length=MOMENT_LENGTH,
                    public_key__length=44,
                    signature__length=88,
                )
                & ~models.Q(by="")
                & ~models.Q(issuer=""),
            ),
        ]
        indexes: ClassVar = [models.Index(name="ledger_checkpoint_by_sequence", fields=["-sequence", "-id"])]

    def __str__(self) -> str:
        return f"checkpoint at {self.sequence}"

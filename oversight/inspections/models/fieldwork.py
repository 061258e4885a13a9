"""Tables of fieldwork: uploaded lists, what was drawn from them and what became of each case (D1, ¶16)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, Inspection
from oversight.inspections.rules.case_lists import LONGEST_REFERENCE
from oversight.inspections.rules.judgements import Judgement
from oversight.inspections.rules.sampling import LONGEST_SEED

PERSON_LENGTH: Final = 100
NAME_LENGTH: Final = 200


def _none_or_all(at: str, *texts: str) -> Q:
    """Hold a moment and the texts that belong to it together: all or none."""
    none = Q(**{at: None}, **dict.fromkeys(texts, ""))
    some = Q(**{f"{at}__isnull": False})
    for text in texts:
        some &= ~Q(**{text: ""})
    return none | some


class CaseList(models.Model):
    """A list of cases as it was uploaded. A later one takes its place; nothing is erased."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    sample = models.CharField(max_length=60)
    file_name = models.CharField(max_length=NAME_LENGTH)
    digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=PERSON_LENGTH)
    uploaded_name = models.CharField(max_length=NAME_LENGTH)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    replaced_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why; needed when a sample was drawn from it."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="caselist_one_in_use", fields=["inspection", "sample"], condition=Q(replaced_at=None)
            ),
            models.CheckConstraint(
                name="caselist_complete",
                condition=~Q(sample="")
                & ~Q(file_name="")
                & Q(digest__length=64)
                & ~Q(uploaded_by="")
                & ~Q(uploaded_name=""),
            ),
            models.CheckConstraint(
                name="caselist_replaced_pair", condition=_none_or_all("replaced_at", "replaced_by")
            ),
            models.CheckConstraint(
                name="caselist_reason_when_replaced",
                condition=Q(replaced_reason="") | Q(replaced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} for {self.inspection_id}"


class ListRow(models.Model):
    """A case on an uploaded list: a reference and facts, never a name. Never changed."""

    case_list = models.ForeignKey(CaseList, models.PROTECT, db_index=False, related_name="rows")
    reference = models.CharField(max_length=LONGEST_REFERENCE)
    officer = models.CharField(max_length=LONGEST_REFERENCE)
    stratum = models.CharField(max_length=60)
    left_out = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="listrow_once", fields=["case_list", "reference"]),
            models.CheckConstraint(
                name="listrow_complete", condition=~Q(reference="") & ~Q(officer="") & ~Q(stratum="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SampleDraw(models.Model):
    """The one draw from a list: seed, figures used and what was short. Never changed."""

    case_list = models.OneToOneField(CaseList, models.PROTECT, related_name="draw")
    seed = models.CharField(max_length=LONGEST_SEED)
    wanted = models.PositiveIntegerField()
    most_per_officer = models.PositiveIntegerField()
    buffer_per_cent = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    strata = models.JSONField()
    """By stratum: listed, wanted, drawn, reserve wanted, reserve drawn."""
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=PERSON_LENGTH)
    drawn_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sampledraw_complete",
                condition=~Q(seed="")
                & Q(wanted__gte=1, most_per_officer__gte=1, drawn__lte=F("wanted"))
                & ~Q(drawn_by="")
                & ~Q(drawn_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawn} of {self.wanted} from {self.case_list_id}"


class SampledCase(models.Model):
    """A case that was drawn: to be assessed, in reserve, or left out with the reason."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="cases")
    row = models.OneToOneField(ListRow, models.PROTECT, related_name="sampled")
    number = models.PositiveIntegerField()
    """Stable within the inspection; the order of the draw within the draw."""
    in_reserve = models.BooleanField()
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by_case"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    removed_reason = models.CharField(max_length=60, blank=True, default="")
    removed_note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="sampledcase_number", fields=["inspection", "number"]),
            models.CheckConstraint(name="sampledcase_number_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="sampledcase_reserve_replaces_none", condition=Q(in_reserve=False) | Q(replaces=None)
            ),
            models.CheckConstraint(
                name="sampledcase_not_for_itself", condition=Q(replaces=None) | ~Q(replaces=F("id"))
            ),
            models.CheckConstraint(
                name="sampledcase_removed_pair",
                condition=_none_or_all("removed_at", "removed_by"),
            ),
            models.CheckConstraint(
                name="sampledcase_removed_reason",
                condition=_none_or_all("removed_at", "removed_reason"),
            ),
            models.CheckConstraint(
                name="sampledcase_note_when_removed",
                condition=Q(removed_note="") | Q(removed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.number} of {self.inspection_id}"


class CaseJudgement(models.Model):
    """What an inspector said of a case by one question. A later one supersedes it; nothing is erased."""

    case = models.ForeignKey(SampledCase, models.PROTECT, db_index=False, related_name="judgements")
    question = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    judgement = models.CharField(max_length=20)
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    superseded = models.BooleanField(default=False)
    judged_at = models.DateTimeField()
    judged_by = models.CharField(max_length=PERSON_LENGTH)
    judged_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="casejudgement_revision", fields=["case", "question", "revision"]),
            models.UniqueConstraint(
                name="casejudgement_one_holds", fields=["case", "question"], condition=Q(superseded=False)
            ),
            models.CheckConstraint(
                name="casejudgement_complete",
                condition=~Q(question="")
                & Q(revision__gte=1)
                & Q(judgement__in=[one.value for one in Judgement])
                & ~Q(judged_by="")
                & ~Q(judged_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} of {self.case_id}: {self.judgement}"


class SecondReading(models.Model):
    """That another person read a case again. Never changed; a judgement changed later outdates it."""

    case = models.ForeignKey(SampledCase, models.PROTECT, related_name="readings")
    agrees = models.BooleanField()
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)
    read_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="secondreading_complete",
                condition=(Q(agrees=True) | ~Q(note="")) & ~Q(read_by="") & ~Q(read_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.read_name} on case {self.case_id}"

"""Tables of independent reviews that the Secretary of State asks for (F3, ¶19, ¶27)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.sfo.models.readers import NamedReader, OpenedBy
from oversight.sfo.models.review import TEXT_LENGTH, Review
from oversight.sfo.models.sample import DIGEST_LENGTH, _pair
from oversight.sfo.rules.drawing import LONGEST_REFERENCE
from oversight.sfo.rules.independent import Decided, FamilyBasis, IndependentState

_PARTY: Final = "parties.Party"
_S: Final = IndependentState
TITLE_LENGTH: Final = 200
#: Longest section, some fifteen pages.
SECTION_LENGTH: Final = 50_000


def _in(*states: IndependentState) -> Q:
    return Q(state__in=[str(state) for state in states])


class IndependentReview(models.Model):
    """One independent review. It holds references, never names of those it is about."""

    reference = models.CharField(max_length=LONGEST_REFERENCE, unique=True)
    case_reference = models.CharField(max_length=30)
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="+")
    """The Probation Service's own review of the same case, when it is registered here."""
    region = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    scope = models.CharField(max_length=60)
    asked_by = models.CharField(max_length=TITLE_LENGTH)
    """Office that asked, for example the Secretary of State for Justice."""
    asked_on = models.DateField()
    letter = models.CharField(max_length=TITLE_LENGTH)
    """Reference of the letter or statement in which it was asked for."""
    request = models.CharField(max_length=TEXT_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    """Title under which it is published; known with the terms."""
    state = models.CharField(max_length=20)
    round = models.PositiveIntegerField(default=1)
    """Counts how often a draft goes to its check."""
    draft_received_on = models.DateField(null=True, blank=True)
    """Day on which OSAG received the first draft, from which ten weeks run (paragraph 27)."""
    final_on = models.DateField(null=True, blank=True)
    family_basis = models.CharField(max_length=10, blank=True, default="")
    briefing = models.OneToOneField(
        "sfo.FamilyBriefing", models.PROTECT, null=True, blank=True, related_name="+"
    )
    exception = models.OneToOneField(
        "sfo.FamilyException", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_on = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1)
    """Counts changes, so that an act on an older sight of this row is refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="independent_complete",
                condition=~Q(reference="")
                & ~Q(case_reference="")
                & ~Q(scope="")
                & ~Q(asked_by="")
                & ~Q(letter="")
                & ~Q(request="")
                & ~Q(registered_by="")
                & Q(round__gte=1),
            ),
            models.CheckConstraint(
                name="independent_state_known", condition=Q(state__in=[str(one) for one in _S])
            ),
            models.CheckConstraint(
                name="independent_title_by_state",
                condition=_in(_S.ASKED, _S.DECLINED, _S.WITHDRAWN) | ~Q(title=""),
            ),
            models.CheckConstraint(
                name="independent_received_by_state",
                condition=(_in(_S.ASKED, _S.TERMS, _S.DECLINED) & Q(draft_received_on=None))
                | (
                    _in(_S.CHECK, _S.CHECKED, _S.FINAL, _S.EXCEPTION, _S.READY, _S.PUBLISHED)
                    & Q(draft_received_on__isnull=False)
                )
                | _in(_S.WORK, _S.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="independent_final_by_state",
                condition=(_in(_S.FINAL, _S.EXCEPTION, _S.READY, _S.PUBLISHED) & Q(final_on__isnull=False))
                | (~_in(_S.FINAL, _S.EXCEPTION, _S.READY, _S.PUBLISHED) & Q(final_on=None)),
            ),
            # Nothing is ready or published unless the family was briefed or an exception stands.
            models.CheckConstraint(
                name="independent_family_by_state",
                condition=(_in(_S.READY, _S.PUBLISHED) & ~Q(family_basis=""))
                | (~_in(_S.READY, _S.PUBLISHED) & Q(family_basis="")),
            ),
            models.CheckConstraint(
                name="independent_family_with_proof",
                condition=Q(family_basis="", briefing=None, exception=None)
                | Q(family_basis=FamilyBasis.BRIEFED.value, briefing__isnull=False, exception=None)
                | Q(family_basis=FamilyBasis.EXCEPTION.value, briefing=None, exception__isnull=False),
            ),
            models.CheckConstraint(
                name="independent_published_by_state",
                condition=Q(state=_S.PUBLISHED.value, published_on__isnull=False)
                | (~Q(state=_S.PUBLISHED.value) & Q(published_on=None)),
            ),
            models.CheckConstraint(
                name="independent_days_in_order",
                condition=(Q(draft_received_on=None) | Q(draft_received_on__gte=F("asked_on")))
                & (Q(final_on=None) | Q(final_on__gte=F("draft_received_on")))
                & (Q(published_on=None) | Q(published_on__gte=F("final_on"))),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="independent_by_day", fields=["-asked_on", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class IndependentMove(models.Model):
    """One step of an independent review, as its page tells it. Never changed."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, related_name="moves")
    move = models.CharField(max_length=60)
    source = models.CharField(max_length=20, blank=True, default="")
    target = models.CharField(max_length=20)
    round = models.PositiveIntegerField()
    on = models.DateField()
    account = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Reason, or what was done."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    made_name = models.CharField(max_length=200)
    made_party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that it recorded, if any."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="independentmove_complete",
                condition=~Q(move="")
                & Q(target__in=[str(one) for one in _S], round__gte=1)
                & ~Q(made_by="")
                & ~Q(made_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.review_id}"


class Terms(models.Model):
    """Terms of reference, each version beside the one before. Never changed."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="terms")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)
    set_name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "terms"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="terms_number_once", fields=["review", "number"]),
            models.CheckConstraint(
                name="terms_complete",
                condition=~Q(title="") & ~Q(text="") & ~Q(set_by="") & ~Q(set_name=""),
            ),
            models.CheckConstraint(
                name="terms_changed_with_reason",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"terms {self.number} of {self.review_id}"


class Reviewer(models.Model):
    """Someone appointed to carry a review out, with what was stated of their independence."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="reviewers")
    person = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    statement = models.CharField(max_length=TEXT_LENGTH)
    appointed_at = models.DateTimeField()
    appointed_by = models.CharField(max_length=100)
    appointed_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="reviewer_once", fields=["review", "person"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="reviewer_complete",
                condition=~Q(person="")
                & ~Q(name="")
                & ~Q(statement="")
                & ~Q(appointed_by="")
                & ~Q(appointed_name=""),
            ),
            models.CheckConstraint(name="reviewer_ended_pair", condition=_pair("ended")),
            models.CheckConstraint(name="reviewer_ended_named", condition=_pair("ended", "name")),
            models.CheckConstraint(
                name="reviewer_ended_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("appointed_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndependentReader(NamedReader):
    """That a person may read an independent review."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, related_name="readers")


class IndependentReading(OpenedBy):
    """That someone opened an independent review."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, related_name="readings")


class FamilyBriefing(models.Model):
    """That the family was briefed, and how, without names. Never changed."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, related_name="briefings")
    on = models.DateField()
    account = models.CharField(max_length=TEXT_LENGTH)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=100)
    told_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="familybriefing_complete",
                condition=~Q(account="") & ~Q(told_by="") & ~Q(told_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"briefing on {self.on} of {self.review_id}"


class FamilyException(models.Model):
    """A proposal to publish without a briefing, and what a second person decided. Each beside the earlier."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="exceptions")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=TEXT_LENGTH)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100)
    proposed_name = models.CharField(max_length=200)
    granted = models.BooleanField(null=True)
    decision = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decided_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="familyexception_number_once", fields=["review", "number"]),
            models.UniqueConstraint(
                name="familyexception_one_open", fields=["review"], condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="familyexception_complete",
                condition=~Q(reason="") & ~Q(proposed_by="") & ~Q(proposed_name="") & Q(number__gte=1),
            ),
            models.CheckConstraint(name="familyexception_decided_pair", condition=_pair("decided")),
            models.CheckConstraint(name="familyexception_decided_named", condition=_pair("decided", "name")),
            models.CheckConstraint(
                name="familyexception_decided_whole",
                condition=Q(decided_at=None, granted=None, decision="")
                | (Q(decided_at__gte=F("proposed_at"), granted__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="familyexception_by_a_second_person", condition=~Q(decided_by=F("proposed_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"exception {self.number} of {self.review_id}"


class SectionDraft(models.Model):
    """A section as it is being written; what was sent is kept in versions."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="sections")
    section = models.CharField(max_length=60)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=100)
    written_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="sectiondraft_once", fields=["review", "section"]),
            models.CheckConstraint(
                name="sectiondraft_complete",
                condition=~Q(section="") & ~Q(written_by="") & ~Q(written_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} of {self.review_id}"


class RecommendationDraft(models.Model):
    """A recommendation as it is being written. Its number stays its own, also when it is left out."""

    review = models.ForeignKey(
        IndependentReview, models.PROTECT, db_index=False, related_name="recommendations"
    )
    number = models.PositiveIntegerField()
    addressee = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    text = models.CharField(max_length=TEXT_LENGTH)
    revision = models.PositiveIntegerField(default=1)
    left_out_at = models.DateTimeField(null=True, blank=True)
    left_out_by = models.CharField(max_length=100, blank=True, default="")
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=100)
    written_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="recommendationdraft_number_once", fields=["review", "number"]),
            models.CheckConstraint(
                name="recommendationdraft_complete",
                condition=Q(number__gte=1) & ~Q(text="") & ~Q(written_by="") & ~Q(written_name=""),
            ),
            models.CheckConstraint(name="recommendationdraft_left_out_pair", condition=_pair("left_out")),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.review_id}"


class IndependentVersion(models.Model):
    """The report as it was sent, issued or corrected. Never changed."""

    PURPOSES: ClassVar = ("draft", "final", "corrected")

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="versions")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=10)
    round = models.PositiveIntegerField()
    content = models.TextField()
    """Everything it says, as canonical text."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    made_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="independentversion_number_once", fields=["review", "number"]),
            models.UniqueConstraint(
                name="independentversion_one_draft_a_round",
                fields=["review", "round"],
                condition=Q(purpose="draft"),
            ),
            models.UniqueConstraint(
                name="independentversion_one_final", fields=["review"], condition=Q(purpose="final")
            ),
            models.CheckConstraint(
                name="independentversion_complete",
                condition=Q(purpose__in=["draft", "final", "corrected"], number__gte=1, round__gte=1)
                & ~Q(content="")
                & ~Q(digest="")
                & ~Q(made_by="")
                & ~Q(made_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.review_id}"


class CheckPoint(models.Model):
    """A point of the factual accuracy check, and the decision on it."""

    review = models.ForeignKey(IndependentReview, models.PROTECT, db_index=False, related_name="points")
    number = models.PositiveIntegerField()
    """Its own for ever, over all rounds."""
    round = models.PositiveIntegerField()
    place = models.CharField(max_length=TITLE_LENGTH)
    """Where in the draft: a section, or a recommendation."""
    text = models.CharField(max_length=TEXT_LENGTH)
    proposed = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=100)
    raised_name = models.CharField(max_length=200)
    decision = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decided_name = models.CharField(max_length=200, blank=True, default="")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    """When OSAG took it back before it returned the check."""
    taken_back_by = models.CharField(max_length=100, blank=True, default="")
    taken_back_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="checkpoint_number_once", fields=["review", "number"]),
            models.CheckConstraint(
                name="checkpoint_complete",
                condition=Q(number__gte=1, round__gte=1)
                & ~Q(place="")
                & ~Q(text="")
                & ~Q(raised_by="")
                & ~Q(raised_name=""),
            ),
            models.CheckConstraint(name="checkpoint_taken_back_pair", condition=_pair("taken_back")),
            models.CheckConstraint(name="checkpoint_taken_back_named", condition=_pair("taken_back", "name")),
            models.CheckConstraint(
                name="checkpoint_taken_back_open",
                condition=Q(taken_back_at=None) | Q(taken_back_at__gte=F("raised_at"), decided_at=None),
            ),
            models.CheckConstraint(name="checkpoint_decided_pair", condition=_pair("decided")),
            models.CheckConstraint(name="checkpoint_decided_named", condition=_pair("decided", "name")),
            models.CheckConstraint(
                name="checkpoint_decided_whole",
                condition=Q(decided_at=None, decision="", reason="")
                | Q(decided_at__gte=F("raised_at"), decision=Decided.ACCEPTED.value)
                | (
                    Q(
                        decided_at__gte=F("raised_at"),
                        decision__in=[Decided.PARTLY.value, Decided.NOT_ACCEPTED.value],
                    )
                    & ~Q(reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.number} of {self.review_id}"

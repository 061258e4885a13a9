"""Shape of what people type about contracts; what is allowed is for the actions to say."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.delivery.queries.contract_facts import ContractFilter, LevelLine, PeriodPage
from oversight.delivery.rules.contracts import MatterKind, lever_data
from oversight.delivery.rules.measures import number_in_words
from oversight.kernel.words import join_in_words
from oversight.parties.queries.units import SERVICE_WORDS

_KINDS: Final = [("", "Any"), *((one, one) for one in sorted(set(SERVICE_WORDS.values())))]
#: What is asked for each kind: the question, and what helps to answer it.
TEXTS: Final = {
    MatterKind.LEVER: ("What set it off?", "What was missed or went wrong, and since when."),
    MatterKind.CHANGE: ("What is to change, and why?", "Commercial decides on it after its impact is known."),
    MatterKind.DISPUTE: ("What is disputed?", "What each side says."),
    MatterKind.CONCERN: (
        "What about the provider’s way of working is of concern?",
        "What it does to the work of the region (paragraph 25).",
    ),
    MatterKind.LINE: ("What is to be done, by when?", "The region of the service reports it done."),
}


class Filters(forms.Form):
    """What the list of contracts is narrowed to; everything may be left out."""

    text = Line(label="Words in the title, reference or provider", required=False)
    region = PartyName(label="Region", required=False, kinds=("region",))
    kind = forms.ChoiceField(label="What it helps with", required=False, choices=_KINDS)
    open = forms.BooleanField(label="Open to referrals", required=False)
    matters = forms.BooleanField(label="Something is open on it", required=False)

    def chosen(self) -> ContractFilter:
        """Give the filter that a valid form stands for."""
        given = self.cleaned_data
        region = given["region"]
        return ContractFilter(
            text=given["text"],
            region=region.code if region else "",
            kind=given["kind"],
            open=given["open"],
            matters=given["matters"],
        )


class OpeningPeriod(forms.Form):
    """Which quarter of a contract ended."""

    first = Day(
        label="First day of the quarter", help_text="Quarters begin in April, July, October and January."
    )


class EnteringLevels(forms.Form):
    """One figure for each service level; what is left empty stays as it is.

    Args:
        lines: The measures, with the figures that are there.
    """

    def __init__(self, *args: Any, lines: Sequence[LevelLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for line in lines:
            measure = line.measure
            target = f"Target {measure.in_words(line.target)}. " if line.target is not None else ""
            self.fields[measure.id] = forms.CharField(
                label=f"{measure.title} ({measure.unit})",
                help_text=f"{target}{measure.direction.words}.",
                required=False,
                max_length=20,
                initial=number_in_words(line.value) if line.value is not None else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )

    def clean(self) -> dict[str, Any]:
        """Read each figure, and say beside each field what is no number."""
        given = dict(super().clean() or {})
        for name in self.fields:
            text = given.get(name, "").strip().removesuffix("%").strip()
            try:
                given[name] = Decimal(text) if text else None
            except ArithmeticError:
                self.add_error(name, ValidationError("Enter a number, for example 87.5.", code="number"))
        return given

    def figures(self) -> dict[str, Decimal]:
        """Give the figures that a valid form holds."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class AssessingPeriod(forms.Form):
    """What the first line says of a period."""

    account = Lines(
        label="What do you say of this period?",
        help_text="OSAG reads this (paragraph 30).",
        error_messages={"required": "Enter what you say of the period."},
    )


class GivingContractInput(forms.Form):
    """What a Regional Performance and Quality Team sees."""

    text = Lines(
        label="What does your team see?",
        help_text="The first line reads it before it assesses the period. Name nobody supervised.",
        error_messages={"required": "Enter what the team sees."},
    )


class Raising(forms.Form):
    """A lever, a change, a dispute, a concern, or an action of line management.

    Args:
        kind: Which of them.
        periods: Periods of the contract, for a lever.
    """

    title = Line(
        label="What is it called?", longest=200, error_messages={"required": "Enter what it is called."}
    )
    lever = forms.ChoiceField(
        label="Which lever?",
        choices=[("", "Choose"), *((one.id, one.title) for one in lever_data().kinds.values())],
        error_messages={
            "required": "Choose the kind of lever.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    clause = Line(
        label="Clause of the contract that gives it",
        longest=200,
        help_text="No lever is presumed to apply: it is used only where the contract gives it.",
        error_messages={"required": "Enter the clause of the contract that gives this lever."},
    )
    period = forms.TypedChoiceField(label="Period whose level was missed", required=False, coerce=int)
    text = Lines(error_messages={"required": "Say what it is about."})
    recommendation = Line(
        label="Recommendation of the Inspectorate behind it, if there is one",
        longest=80,
        required=False,
        help_text="Its reference, for example 2024-KSS-1-R3",
    )

    def __init__(self, *args: Any, kind: MatterKind, periods: Sequence[PeriodPage], **options: Any) -> None:
        super().__init__(*args, **options)
        if kind is not MatterKind.LEVER:
            for name in ("lever", "clause", "period"):
                del self.fields[name]
        else:
            field = self.fields["period"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "None"), *((str(one.id), _told(one)) for one in periods)]
        if kind is not MatterKind.CONCERN:
            del self.fields["recommendation"]
        self.fields["text"].label, self.fields["text"].help_text = TEXTS[kind]

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the act takes it."""
        given = dict(self.cleaned_data)
        given["period_id"] = given.pop("period", None) or None
        return given


def _told(page: PeriodPage) -> str:
    missed = [one.measure.title for one in page.levels if one.standing == "missed"]
    return f"{page.words}, missed: {join_in_words(missed)}" if missed else f"{page.words}, nothing missed"


class MatterStep(forms.Form):
    """What was done or decided.

    Args:
        due: Whether the step sets a day.
    """

    account = Lines(
        label="What was done or decided, and why?",
        help_text="Everyone who sees the contract reads this.",
        error_messages={"required": "Enter what was done or decided, and why."},
    )
    due = Day(label="By when does the provider have to act?")

    def __init__(self, *args: Any, due: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not due:
            del self.fields["due"]

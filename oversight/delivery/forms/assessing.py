"""Shape of what people type about assessments and figures; what is allowed is for the actions to say."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Lines, PartyName
from oversight.delivery.queries.assessing import AssessmentFilter, FigureLine, RoundLine
from oversight.delivery.rules.assessing import AssessmentState
from oversight.delivery.rules.figures import KINDS, MOST_ROWS
from oversight.delivery.rules.measures import number_in_words
from oversight.exchange.forms.files import Attachment
from oversight.exchange.rules.supplying import EVERY_WORDS, Every

_STATES: Final = [("", "Any"), *((str(one), one.words) for one in AssessmentState)]


class Filters(forms.Form):
    """What the list of assessments is narrowed to; everything may be left out."""

    unit = PartyName(label="Region or unit", required=False, kinds=("region", "pdu"))
    state = forms.ChoiceField(label="State", required=False, choices=_STATES)
    round = forms.TypedChoiceField(label="Period", required=False, coerce=int)

    def __init__(self, *args: Any, rounds: Sequence[RoundLine], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["round"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any"), *((str(one.id), one.period) for one in rounds)]

    def chosen(self) -> AssessmentFilter:
        """Give the filter that a valid form stands for: a region stands for its units too."""
        given = self.cleaned_data
        unit = given["unit"]
        region = unit is not None and unit.kind == "region"
        return AssessmentFilter(
            region=unit.code if region else "",
            unit=unit.code if unit is not None and not region else "",
            state=given["state"],
            round=given["round"] or 0,
        )


class OpeningRound(forms.Form):
    """For which period every region and unit is assessed, and by when."""

    every = forms.ChoiceField(
        label="How often is it assessed?",
        choices=[(str(one), words) for one, words in EVERY_WORDS.items()],
        initial=str(Every.QUARTER),
    )
    first = Day(
        label="First day of the period", help_text="Quarters begin in April, July, October and January."
    )
    due = Day(
        label="By when is each unit to be assessed?",
        help_text="Each assessment that is late after this day is a missed duty.",
    )


class EnteringFigures(forms.Form):
    """One figure for each measure; what is left empty stays as it is.

    Args:
        lines: The measures, with the figures that are there.
        reason: Whether a correction needs its reason.
    """

    def __init__(self, *args: Any, lines: Sequence[FigureLine], reason: bool, **options: Any) -> None:
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
        self.fields["note"] = Lines(
            label="Why is a figure corrected?" if reason else "Anything to know of these figures",
            help_text="Needed for a correction, because the assessment was given to OSAG."
            if reason
            else "May be left empty.",
            required=False,
        )
        self._measures = [line.measure.id for line in lines]

    def clean(self) -> dict[str, Any]:
        """Read each figure, and say beside each field what is no number."""
        given = dict(super().clean() or {})
        for name in self._measures:
            text = given.get(name, "").strip().removesuffix("%").strip()
            try:
                given[name] = Decimal(text) if text else None
            except ArithmeticError:
                self.add_error(name, ValidationError("Enter a number, for example 87.5.", code="number"))
        return given

    def figures(self) -> dict[str, Decimal]:
        """Give the figures that a valid form holds."""
        held = {name: self.cleaned_data[name] for name in self._measures}
        return {name: value for name, value in held.items() if value is not None}


class Completing(forms.Form):
    """What line management says of the period."""

    summary = Lines(
        label="What does line management say of this period?",
        help_text="What went well, what did not, and what is done about it. OSAG reads this.",
        error_messages={"required": "Enter what line management says of the period."},
    )
    missing = Lines(
        label="Why are figures missing?",
        help_text="Leave it empty when every measure has its figure.",
        required=False,
    )


class GivingInput(forms.Form):
    """What a Regional Performance and Quality Team sees."""

    text = Lines(
        label="What does your team see in the figures and cases of this unit?",
        help_text="Line management reads it before it completes the assessment. Name nobody supervised.",
        error_messages={"required": "Enter what the team sees."},
    )


class BringingFigures(forms.Form):
    """A file of figures."""

    file = Attachment(
        label="File",
        kinds=KINDS,
        note=f"At most {MOST_ROWS:,} rows, headings in the first. No figure is taken before you confirm.",
    )


class Nothing(forms.Form):
    """A step that asks nothing."""

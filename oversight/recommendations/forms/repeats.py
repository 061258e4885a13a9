"""Forms of repeats and of the trend page."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.arrangements.forms import Line, Lines, PartyName
from oversight.recommendations.queries.trends import TrendFilter
from oversight.recommendations.rules.repeats import REPEAT_WORDS
from oversight.recommendations.rules.sources import SOURCE_WORDS, UNIT_KINDS
from oversight.recommendations.rules.wording import words_of


class RepeatFilters(forms.Form):
    """What the list of pairs is narrowed to."""

    state = forms.ChoiceField(
        label="Stands",
        required=False,
        choices=[("", "Any"), *((one.value, REPEAT_WORDS[one]) for one in REPEAT_WORDS)],
    )
    theme = forms.ChoiceField(
        label="Theme", required=False, choices=[("", "Any"), *words_of("themes").items()]
    )


class Deciding(forms.Form):
    """Whether one repeats the other."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    repeats = forms.ChoiceField(
        label="Does the later one repeat the earlier one?",
        choices=[("yes", "Yes, it is the same again"), ("no", "No, they are two matters")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it does."},
    )
    reason = Lines(
        label="Why? (needed for “no”)",
        required=False,
        help_text="Everyone who sees both recommendations reads this.",
    )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"repeats": self.cleaned_data["repeats"] == "yes", "reason": self.cleaned_data["reason"]}


class Linking(forms.Form):
    """The other recommendation of a pair that a person puts together."""

    other = Line(
        label="Reference of the other recommendation",
        help_text="Of another report, earlier or later, as its page has it",
        error_messages={"required": "Enter the reference."},
    )
    reason = Lines(
        label="What makes them the same matter?",
        help_text="Everyone who sees both recommendations reads this.",
        error_messages={"required": "Enter what makes them the same matter."},
    )


class TrendFilters(forms.Form):
    """What is counted."""

    by = forms.ChoiceField(
        label="Count by", required=False, choices=[("theme", "Theme"), ("authority", "Body addressed")]
    )
    theme = forms.ChoiceField(
        label="Theme", required=False, choices=[("", "Any"), *words_of("themes").items()]
    )
    authority = PartyName(label="Addressed to", required=False)
    unit = PartyName(label="Region or unit concerned", required=False, kinds=UNIT_KINDS)
    kind = forms.ChoiceField(label="Comes from", required=False, choices=[("", "Any"), *SOURCE_WORDS.items()])

    def chosen(self) -> TrendFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        return TrendFilter(
            by=cleaned["by"] or "theme",
            theme=cleaned["theme"],
            authority=cleaned["authority"].code if cleaned["authority"] else "",
            unit=cleaned["unit"].code if cleaned["unit"] else "",
            kind=cleaned["kind"],
        )

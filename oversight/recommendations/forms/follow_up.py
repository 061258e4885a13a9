"""Forms of the follow-up: which unit and inspection, and what was found of one recommendation."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.arrangements.forms import Line, Lines, PartyName
from oversight.recommendations.rules.follow_up import FINDING_WORDS, Finding
from oversight.recommendations.rules.sources import UNIT_KINDS


class Sheet(forms.Form):
    """Which unit, and in which inspection."""

    unit = PartyName(
        label="Region or unit", kinds=UNIT_KINDS, error_messages={"required": "Enter the region or unit."}
    )
    inspection = Line(
        label="Reference of the inspection that follows up",
        required=False,
        longest=80,
        help_text="Leave it empty to see how things stand",
    )


class FindingForm(forms.Form):
    """What an inspection found of one recommendation."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    inspection = Line(
        label="Reference of the inspection that follows up",
        longest=80,
        error_messages={"required": "Enter the reference of the inspection."},
    )
    finding = forms.ChoiceField(
        label="What did the inspection find?",
        widget=forms.RadioSelect,
        choices=[(one.value, FINDING_WORDS[one]) for one in Finding],
        error_messages={"required": "Choose what was found."},
    )
    text = Lines(
        label="What did the inspectors see?",
        help_text="Everyone who can see the recommendation reads this. Do not name anyone who is supervised.",
        error_messages={"required": "Enter what the inspectors saw."},
    )
    carried_to = Line(
        label="Reference of the new recommendation that carries it forward (optional)", required=False
    )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

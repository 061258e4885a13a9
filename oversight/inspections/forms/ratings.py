"""Forms of ratings: a proposal with its panel, declining one, settling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.arrangements.forms import Lines
from oversight.inspections.queries.people import Inspector
from oversight.inspections.rules.programmes import Rating


class Proposing(forms.Form):
    """A rating with its reason and the panel that decides."""

    rating = forms.ChoiceField(
        label="Rating",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a rating.", "invalid_choice": "Choose a rating from the list."},
    )
    reason = Lines(label="Reason", error_messages={"required": "Enter the reason."})
    panel = forms.MultipleChoiceField(
        label="Panel",
        help_text="At least two people who decide together. Each confirms for themselves.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose the panel.",
            "invalid_choice": "Choose people from the list.",
        },
    )

    def __init__(
        self, *args: Any, scale: Iterable[Rating], people: Iterable[Inspector], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (
            ("rating", [(one.id, one.name) for one in scale]),
            ("panel", [(one.reference, one.name) for one in people]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class Declining(forms.Form):
    """Why a proposal is withdrawn or declined."""

    reason = Lines(label="Why?", error_messages={"required": "Enter the reason."})


class Settling(forms.Form):
    """That the ratings are settled as they stand."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

"""Filters of the search for effective practice."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.arrangements.forms import Line
from oversight.inspections.queries.practice import PracticeChoices, PracticeFilter


class PracticeFilters(forms.Form):
    """What the entries are narrowed to; everything may be left out."""

    text = Line(label="Words", required=False, help_text="Part of what was found, or of a title")
    standard = forms.ChoiceField(label="Standard", required=False)
    region = forms.ChoiceField(label="Region", required=False)
    programme = forms.ChoiceField(label="Programme", required=False)

    def __init__(self, *args: Any, choices: PracticeChoices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, held in (
            ("standard", choices.standards),
            ("region", choices.regions),
            ("programme", choices.programmes),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Any"), *held]

    def chosen(self) -> PracticeFilter:
        """Give the filter that a valid form stands for."""
        return PracticeFilter(**self.cleaned_data)

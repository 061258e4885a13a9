"""Shape of what people enter to find a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from oversight.kernel.plain_text import one_line
from oversight.parties.queries import PartyRef
from oversight.parties.rules import Kind


class RegisterFilter(forms.Form):
    """What to show of the register of units."""

    text = forms.CharField(label="Name or code", required=False, max_length=400)
    region = forms.ChoiceField(
        label="Region",
        required=False,
        error_messages={"invalid_choice": "Choose a region from the list"},
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[
            ("", "Regions and units"),
            *((kind.value, kind.label) for kind in Kind),
            ("all", "Every organisation"),
        ],
        error_messages={"invalid_choice": "Choose a kind from the list"},
    )
    standing = forms.ChoiceField(
        label="Open or closed",
        required=False,
        choices=[("", "Open and closed"), ("open", "Open"), ("closed", "Closed")],
        error_messages={"invalid_choice": "Choose open or closed from the list"},
    )

    def __init__(self, *args: Any, regions: Sequence[PartyRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Every region"), *((ref.code, ref.name) for ref in regions)]

    def clean_text(self) -> str:
        """Refuse what cannot be part of a name."""
        try:
            return one_line(self.cleaned_data["text"], longest=200)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class OnADayForm(forms.Form):
    """The day as of which a unit is shown."""

    on = forms.DateField(
        label="Show as of",
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        validators=[
            MinValueValidator(date(1900, 1, 1), "Enter a day in 1900 or later"),
            MaxValueValidator(date(2199, 12, 31), "Enter a day before 2200"),
        ],
        error_messages={"invalid": "Enter a real day, for example 16/3/2026"},
    )

"""Forms of sharing case data with a partner inspectorate (D9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line, Lines
from oversight.inspections.rules.sharing import PART_WORDS
from oversight.parties.queries import PartyRef


class Giving(forms.Form):
    """With whom, what, for what, under which agreement, until when."""

    party = forms.ChoiceField(
        label="With which partner in this inspection?",
        error_messages={"required": "Choose the partner.", "invalid_choice": "Choose one from the list."},
    )
    parts = forms.MultipleChoiceField(
        label="What is shared?",
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(part), words) for part, words in PART_WORDS.items()],
        error_messages={
            "required": "Choose at least one part.",
            "invalid_choice": "Choose from the list.",
        },
    )
    purpose = Lines(
        label="What is it for?",
        help_text="The partner reads this.",
        error_messages={"required": "Enter what the data is for."},
    )
    agreement = Line(
        label="Data sharing agreement",
        longest=500,
        help_text="Its reference, or a link to it.",
        error_messages={"required": "Enter the reference or link of the data sharing agreement."},
    )
    until = Day(
        label="Last day",
        help_text="The share ends by itself after this day. For example, 16/3/2026.",
    )

    def __init__(self, *args: Any, partners: Iterable[PartyRef], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a partner"), *((one.code, one.name) for one in partners)]


class Ending(forms.Form):
    """Why a share ends early."""

    reason = Lines(
        label="Why does it end early?",
        help_text="The partner reads this.",
        error_messages={"required": "Enter the reason: the partner reads it."},
    )

"""Form of a note on a standard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.arrangements.forms import Line, Lines
from oversight.inspections.rules.programmes import Standard


class Noting(forms.Form):
    """What was found on a standard."""

    standard = forms.ChoiceField(
        label="Standard",
        error_messages={"required": "Choose the standard.", "invalid_choice": "Choose one from the list."},
    )
    source = Line(
        label="Where was it found?",
        longest=200,
        help_text="For example, meeting with heads of service. Do not name anyone who is supervised.",
        error_messages={"required": "Enter where it was found."},
    )
    text = Lines(label="What was found?", error_messages={"required": "Enter what was found."})
    effective_practice = forms.BooleanField(
        label="This is effective practice that others can learn from",
        required=False,
        help_text="Once the report is published, everyone who uses this service can find it.",
    )

    def __init__(self, *args: Any, standards: Iterable[Standard], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["standard"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a standard"), *((one.id, one.name) for one in standards)]

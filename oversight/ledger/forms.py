"""The shape of what is asked of the record."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from oversight.kernel.plain_text import one_line
from oversight.ledger.queries import verbs


class _Reference(forms.CharField):
    """A short text on one line, without what would deceive a reader."""

    def __init__(self, *, longest: int, label: str, help_text: str) -> None:
        super().__init__(required=False, label=label, help_text=help_text)
        self._longest = longest

    def clean(self, value: object) -> str:
        try:
            return one_line(str(value or ""), longest=self._longest)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class RecordFilter(forms.Form):
    """Which entries of the record to show."""

    subject = _Reference(longest=200, label="About", help_text="For example, event:12")
    party = _Reference(longest=100, label="For the party", help_text="Its code, for example hmip or N57")
    verb = forms.ChoiceField(
        required=False,
        label="Act",
        choices=lambda: [("", "Any act"), *verbs()],
        error_messages={"invalid_choice": "Choose one of the acts in the list."},
    )

"""Shape of what people choose on the pages of the texts. Those pages only read, so no action sees it."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line
from oversight.arrangements.rules.facts import FORCE_WORDS

Choices = list[tuple[str, str]]


class ArrangementFilters(forms.Form):
    """What the register of arrangements is narrowed to; everything may be left out."""

    words = Line(label="Words", required=False, help_text="In what is owed, by whom or to whom")
    bearer = forms.ChoiceField(label="Who owes it", required=False)
    paragraph = forms.ChoiceField(label="Paragraph", required=False)
    principle = forms.ChoiceField(label="Principle", required=False)
    force = forms.ChoiceField(
        label="How firmly",
        required=False,
        choices=[("", "Any"), *((str(force), words.capitalize()) for force, words in FORCE_WORDS.items())],
    )
    standing = forms.ChoiceField(
        label="When it holds",
        required=False,
        choices=[("", "Any"), ("started", "Started by an event"), ("always", "Always")],
    )
    limit = forms.ChoiceField(
        label="Time limit",
        required=False,
        choices=[
            ("", "Any"),
            ("text", "A number in the text"),
            ("local", "A local target"),
            ("none", "No number"),
        ],
    )
    version = forms.ChoiceField(label="Text", required=False)

    def __init__(
        self,
        *args: Any,
        versions: Choices,
        bearers: Choices,
        paragraphs: Choices,
        principles: Choices,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        _choose(self, "version", [("", "The one in force"), *versions])
        _choose(self, "bearer", [("", "Anyone"), *bearers])
        _choose(self, "paragraph", [("", "Any"), *paragraphs])
        _choose(self, "principle", [("", "Any"), *principles])


class TryIt(forms.Form):
    """An event and its day, to see what date they would give."""

    occasion = forms.ChoiceField(label="What happens", widget=forms.RadioSelect)
    on = Day(label="On which day")

    def __init__(self, *args: Any, occasions: Choices, second_date: str, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self, "occasion", occasions)
        if second_date:
            self.fields["until"] = Day(label=second_date)
        if len(occasions) == 1:
            self.fields["occasion"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Hold the second date to its place after the first."""
        cleaned = super().clean() or {}
        on, until = cleaned.get("on"), cleaned.get("until")
        if on and until and until < on:
            self.add_error("until", "This is before the day on which it happens.")
        return cleaned


class TextsToCompare(forms.Form):
    """Two texts of the arrangements."""

    before = forms.ChoiceField(label="First text")
    after = forms.ChoiceField(label="Second text")

    def __init__(self, *args: Any, versions: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self, "before", versions)
        _choose(self, "after", versions)


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # only fields with choices are named

"""Forms of fieldwork: uploading a list, drawing from it, leaving a case out."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Lines
from oversight.inspections.rules.case_lists import Design
from oversight.inspections.rules.judgements import Judgement

MAX_BYTES: Final = 5 * 1024 * 1024
MOST_WANTED: Final = 2000


class ListUpload(forms.Form):
    """A list of cases to draw from.

    Args:
        was_drawn: Whether a sample was drawn from the list in use, so that a reason is needed.
    """

    sample = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(
        label="List of cases",
        help_text="A CSV file with case references and officer codes. It must hold no names.",
        error_messages={
            "required": "Choose a CSV file.",
            "invalid": "Choose a CSV file.",
            "missing": "Choose a CSV file.",
            "empty": "The file is empty. Choose a file with a heading and at least one case.",
        },
    )
    reason = Lines(
        label="Why is the sample drawn from the list before set aside?",
        error_messages={"required": "Enter why the sample is set aside."},
    )

    def __init__(self, *args: Any, was_drawn: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not was_drawn:
            del self.fields["reason"]

    def clean_file(self) -> Any:
        """Refuse a file too large to read, before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file must be {MAX_BYTES // 1024 // 1024} megabytes or smaller.")
        return file


class Drawing(forms.Form):
    """How many cases to draw from a list."""

    list_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    wanted = forms.IntegerField(
        label="How many cases are to be assessed?",
        min_value=1,
        max_value=MOST_WANTED,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many cases are to be assessed.",
            "invalid": "Enter a whole number.",
            "min_value": "Enter 1 or more.",
            "max_value": f"Enter {MOST_WANTED:,} or fewer.",
        },
    )


class LeavingOut(forms.Form):
    """Why a case cannot be assessed."""

    reason = forms.ChoiceField(
        label="Why can this case not be assessed?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of the reasons."},
    )
    note = Lines(
        label="Note",
        required=False,
        help_text="Needed with “another reason”. Do not name anyone who is supervised.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, design: Design, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(design.exclusions.items())


#: What can be said of a case, as stored and in words.
JUDGEMENTS: Final = tuple((one.value, one.value.capitalize()) for one in Judgement)


class Judging(forms.Form):
    """What an inspector says of a case by one question."""

    question = forms.CharField(widget=forms.HiddenInput, max_length=80)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    judgement = forms.ChoiceField(
        label="Judgement",
        widget=forms.RadioSelect,
        choices=JUDGEMENTS,
        error_messages={"required": "Choose a judgement.", "invalid_choice": "Choose one of those listed."},
    )
    note = Lines(
        label="Why (optional)",
        required=False,
        help_text="Do not name anyone.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReadingAgain(forms.Form):
    """What a second reader says of a case."""

    agrees = forms.TypedChoiceField(
        label="Do all judgements of this case hold?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    note = Lines(
        label="Note",
        required=False,
        help_text="With which questions you do not agree, and why. Needed with “no”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

"""Forms of proposing and deciding on versions of inspection standards (A9)."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.arrangements.forms import Lines
from oversight.inspections.rules.reading import LONGEST


class Proposing(forms.Form):
    """The whole text of a version, typed or as a file, and why it is proposed."""

    file = forms.FileField(
        label="Upload the text",
        required=False,
        help_text="A YAML file. It takes the place of what stands below.",
        error_messages={"empty": "The file is empty. Choose one with the text of the version."},
    )
    text = forms.CharField(
        label="Or change the text here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 25, "spellcheck": "false", "autocomplete": "off"}),
    )
    why = Lines(
        label="Why is this version proposed?",
        required=False,
        help_text="Who decides on it reads this, and everyone once it is approved.",
    )

    def clean_file(self) -> str:
        """Give the text of the file; empty without one."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LONGEST:
            raise forms.ValidationError(f"The file is longer than {LONGEST:,} bytes.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            raise forms.ValidationError("The file is not text in UTF-8. Save it again as UTF-8.") from fault

    def clean(self) -> dict[str, Any]:
        """Hold to there being a text."""
        held = super().clean() or {}
        text = held.get("file") or held.get("text", "")
        held["text"] = text.replace("\r\n", "\n").replace("\r", "\n")
        if not held["text"].strip() and "file" not in self.errors:
            self.add_error("text", "Enter the text of the version, or upload it.")
        return held


class ReasonedStep(forms.Form):
    """A step that needs a reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    reason = Lines(label="Why?", error_messages={"required": "Enter the reason."})


class PlainStep(forms.Form):
    """A step that needs no words."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class Telling(forms.Form):
    """What the other parties are told."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    note = Lines(
        label="What do you tell the other parties?",
        help_text="What changes, from when, and what it means for them. They read it with their duty.",
        error_messages={"required": "Enter what you tell them."},
    )

"""Forms of policy changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line, Lines
from oversight.briefings.forms.briefings import Step
from oversight.briefings.rules.briefings import layout
from oversight.briefings.rules.changes import FIRST, STATE_WORDS

PUBLIC = "The public reads this once the change is public."


class ChangeFilters(forms.Form):
    """Which policy changes a list shows."""

    text = Line(
        label="Title, or a reference",
        required=False,
        help_text="The reference of the change, or of the report or recommendation that led to it",
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), *STATE_WORDS.items()],
        error_messages={"invalid_choice": "Choose a state from the list."},
    )


class Recording(forms.Form):
    """A policy change."""

    title = Line(
        label="What is the change called?",
        longest=200,
        help_text=PUBLIC,
        error_messages={"required": "Enter a title."},
    )
    kind = forms.ChoiceField(
        label="What kind of change is it?", error_messages={"required": "Choose the kind."}
    )
    what = Lines(label="What changes?", help_text=PUBLIC, error_messages={"required": "Enter what changes."})
    state = forms.ChoiceField(
        label="How does it stand?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it stands."},
    )
    on = Day(label="Since when, or planned for which day?")
    link = Line(
        label="Page on GOV.UK or of Parliament (optional)", longest=500, required=False, help_text="https://…"
    )

    def __init__(self, *args: Any, states: Iterable[tuple[str, str]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = {
            "kind": [("", "Choose"), *layout().change_kinds.items()],
            "state": list(states) if states else [(one.value, STATE_WORDS[one]) for one in FIRST],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class SayingAnew(Recording):
    """How a policy change stands now, or a correction."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    why = Lines(
        label="Why do you say it anew?",
        help_text="Colleagues who see the change read this; the public does not.",
        error_messages={"required": "Enter the reason."},
    )


class Linking(Step):
    """What led to a change."""

    target = Line(
        label="Reference of the report or recommendation",
        help_text="A published report, or a recommendation that you can see",
        error_messages={"required": "Enter the reference."},
    )
    how = Lines(
        label="How did it lead to the change?",
        help_text=PUBLIC,
        error_messages={"required": "Enter how."},
    )


class ChangeReason(Step):
    """A step on a policy change with its reason."""

    reason = Lines(
        label="Why?",
        help_text="Colleagues who see the change read this.",
        error_messages={"required": "Enter the reason."},
    )


class Unlinking(ChangeReason):
    """Which link is taken away, and why."""

    link_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class Tracing(forms.Form):
    """What is traced."""

    target = Line(label="Reference of a report or recommendation", required=False)

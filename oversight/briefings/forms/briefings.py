"""Forms of alerts, briefings and copies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines
from oversight.briefings.actions.texts import PART_LENGTH
from oversight.briefings.queries.briefings import Recipient
from oversight.briefings.rules.alerts import WORKFLOW as ALERT_WORKFLOW
from oversight.briefings.rules.briefings import WORKFLOW, Part, Section
from oversight.kernel.plain_text import many_lines

TEAM_READS: Final = "Only the Sponsorship team reads this."


class PartText(forms.CharField):
    """A part of a briefing."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Refuse what would deceive whoever reads it."""
        try:
            return many_lines(str(value or ""), longest=PART_LENGTH)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault


class AlertFilters(forms.Form):
    """Which alerts a list shows."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("waiting", "Waiting for the team"),
            ("all", "Any state"),
            *((state.name, state.label) for state in ALERT_WORKFLOW.states),
        ],
        error_messages={"invalid_choice": "Choose a state from the list."},
    )


class BriefingFilters(forms.Form):
    """Which briefings a list shows."""

    text = Line(label="Title, or a reference", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any state"),
            ("open", "Open"),
            *((state.name, state.label) for state in WORKFLOW.states),
        ],
        error_messages={"invalid_choice": "Choose a state from the list."},
    )


class Step(forms.Form):
    """A step that needs no words."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class Reason(Step):
    """A step with its reason."""

    reason = Lines(label="Why?", help_text=TEAM_READS, error_messages={"required": "Enter the reason."})


class Starting(forms.Form):
    """A briefing on a published report."""

    title = Line(
        label="What is the briefing called?", longest=200, error_messages={"required": "Enter a title."}
    )
    report = Line(
        label="Reference of the published report",
        help_text="As the page of the report has it",
        error_messages={"required": "Enter the reference."},
    )


class StartingOnAlert(Step):
    """A briefing on an alert."""

    title = Line(
        label="What is the briefing called?", longest=200, error_messages={"required": "Enter a title."}
    )


class Writing(Step):
    """The text of a briefing, part by part."""

    title = Line(label="Title", longest=200, error_messages={"required": "Enter a title."})

    def __init__(
        self, *args: Any, parts: Iterable[Part], sections: Iterable[Section], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        known = {one.id: one for one in sections}
        self.parts = tuple(parts)
        for part in self.parts:
            section = known.get(part.id)
            needed = section is not None and section.needed
            self.fields[part.id] = PartText(
                label=part.title if needed else f"{part.title} (optional)",
                help_text=section.hint if section else "",
                required=False,
                initial=part.text,
                widget=forms.Textarea(attrs={"rows": 7}),
            )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        said = self.cleaned_data
        return {"title": said["title"], "parts": {part.id: said[part.id] for part in self.parts}}


class Sending(Step):
    """To whom a briefing is sent."""

    people = forms.MultipleChoiceField(
        label="To whom?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Choose people from the list.",
        },
    )

    def __init__(self, *args: Any, people: Iterable[Recipient], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.person, f"{one.name}, {one.role_title}, {one.party.name}") for one in people]


class TakingBack(Reason):
    """Which copy is taken back, and why."""

    copy_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class Deciding(Step):
    """What was decided."""

    text = Lines(
        label="What was decided?",
        help_text="The Sponsorship team and those to whom the briefing was sent read this.",
        error_messages={"required": "Enter what was decided."},
    )
    decided_by = Line(
        label="Who decided?",
        longest=200,
        help_text="Office held, for example “Minister of State”",
        error_messages={"required": "Enter who decided."},
    )
    on = Day(label="On which day?")

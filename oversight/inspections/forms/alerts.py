"""Forms of alerts: raising one, acknowledging, escalating and closing it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Line, Lines
from oversight.inspections.queries.alerts import Person
from oversight.inspections.rules.case_lists import LONGEST_REFERENCE
from oversight.parties.queries import PartyRef

NO_NAMES: Final = "Do not name anyone: the case reference says whom it is about."


class Raising(forms.Form):
    """A risk to a person, as the one who read the case file saw it."""

    unit = forms.ChoiceField(
        label="Unit that holds the case",
        help_text="Whoever leads the unit or its region is told by email and has to answer.",
        error_messages={"required": "Choose the unit that holds the case."},
    )
    case_reference = Line(
        label="Case reference",
        longest=LONGEST_REFERENCE,
        help_text="Letters and digits, as in the case file. Never a name.",
        error_messages={"required": "Enter the case reference."},
    )
    risk = Lines(
        label="What is the risk, and to whom?",
        help_text=f"What you saw in the file, for example that a visit was not made. {NO_NAMES}",
        error_messages={"required": "Enter what the risk is."},
    )
    needed = Lines(
        label="What is needed?",
        help_text="What has to be done, and how soon.",
        error_messages={"required": "Enter what is needed."},
    )

    def __init__(self, *args: Any, units: Iterable[PartyRef], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        held = [(ref.code, ref.name) for ref in units]
        field.choices = held if len(held) == 1 else [("", "Choose a unit"), *held]


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class Acknowledging(_Step):
    """What was done for the person."""

    done = Lines(
        label="What was done?",
        help_text=f"What you did or arranged, when, and who does the rest. {NO_NAMES}",
        error_messages={"required": "Enter what was done."},
    )


class Escalating(_Step):
    """To whom an alert is escalated, and why."""

    people = forms.MultipleChoiceField(
        label="To whom?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person.", "invalid_choice": "Choose people listed."},
    )
    why = Lines(
        label="Why?",
        help_text=f"They, the unit and its region read this. {NO_NAMES}",
        error_messages={"required": "Enter why it is escalated."},
    )

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.reference, f"{one.name}, {one.party.name}") for one in people]


class Closing(_Step):
    """Why nothing more is needed."""

    why = Lines(
        label="Why is nothing more needed?",
        help_text=f"Everyone who reads the alert reads this. {NO_NAMES}",
        error_messages={"required": "Enter why nothing more is needed."},
    )

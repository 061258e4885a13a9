"""Forms of reviews: the register's filters, registering, the steps, readers, marking, and the sample's
year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.sfo.queries.people import Person
from oversight.sfo.queries.reviews import ReviewFilter
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.review import WORKFLOW, ReviewState
from oversight.sfo.rules.standards import Standards

NO_NAMES = "Do not name anyone: write “the person on probation”, “the victim”, “the officer”."


def region_choices() -> list[tuple[str, str]]:
    """Give every region as a choice, by name."""
    held = sorted(
        (ref for ref in parties_by_code().values() if ref.kind == "region"), key=lambda ref: ref.name
    )
    return [(ref.code, ref.name) for ref in held]


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class ReviewFilters(forms.Form):
    """What the register is narrowed to; everything may be left out."""

    text = Line(label="Start of the reference", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any"),
            ("open", "Under way"),
            ("late", "Past the date it was due"),
            *((str(state), WORKFLOW.state(state).label) for state in ReviewState),
        ],
    )
    region = forms.ChoiceField(label="Region", required=False)
    mine = forms.BooleanField(label="Only reviews that I may open", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "region", [("", "Any"), *region_choices()])

    def chosen(self) -> ReviewFilter:
        """Give the filter that a valid form stands for."""
        return ReviewFilter(**self.cleaned_data)


class Registering(forms.Form):
    """A review from its notification."""

    case_reference = Line(
        label="Case reference",
        longest=30,
        help_text="From the case record. Never a name.",
        error_messages={"required": "Enter the case reference."},
    )
    region = PartyName(label="Region", kinds=("region",), error_messages={"required": "Enter the region."})
    offence_group = forms.ChoiceField(
        label="Offence group", error_messages={"required": "Choose the offence group."}
    )
    notified_on = Day(label="Notified on", error_messages={"required": "Enter the day of notification."})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = shipped_designs()[-1].offence_groups
        _choices(self, "offence_group", [("", "Choose one"), *groups.items()])


class _Held(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)


class Commissioning(_Held):
    """The day of commissioning and the first date."""

    on = Day(label="Commissioned on")
    due_on = Day(label="Due on", help_text="This first date stays in view when there is more time.")


class MoreTime(_Held):
    """A later date with the reason."""

    due_on = Day(label="New date")
    account = Lines(
        label="Why?", help_text=NO_NAMES, error_messages={"required": "Enter why there is more time."}
    )


class Returning(MoreTime):
    """A new date with what is missing."""

    due_on = Day(label="To come back on")
    account = Lines(
        label="What is missing?", help_text=NO_NAMES, error_messages={"required": "Enter what is missing."}
    )


class OnDay(_Held):
    """The day on which a step was taken."""

    on = Day(label="On which day?")


class OnDayTold(OnDay):
    """The day of a step and what was done."""

    account = Lines(
        label="What was done?", help_text=NO_NAMES, error_messages={"required": "Enter what was done."}
    )


class OnDayWhy(OnDay):
    """The day of a step and why it was taken."""

    account = Lines(label="Why?", help_text=NO_NAMES, error_messages={"required": "Enter why."})


class Feedback(_Held):
    """What the region is told."""

    account = Lines(
        label="Feedback to the region",
        help_text=NO_NAMES,
        error_messages={"required": "Enter the feedback."},
    )


class Confirming(_Held):
    """A step that asks for nothing but to be meant."""


class NamingReader(forms.Form):
    """Someone to read a review."""

    person = forms.ChoiceField(label="Name a reader", error_messages={"required": "Choose a person."})

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(
            self,
            "person",
            [("", "Choose a person"), *((one.reference, f"{one.name}, {one.party_name}") for one in people)],
        )


class MarkingForm(_Held):
    """A rating and its reason for each standard and the overall one."""

    def __init__(self, *args: Any, standards: Standards, **options: Any) -> None:
        super().__init__(*args, **options)
        self.standards = standards
        for one in standards.standards:
            self.fields[one.id] = forms.ChoiceField(
                label=one.title,
                choices=list(reversed(list(standards.scale.items()))),
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose a rating for “{one.title}”."},
            )
            self.fields[f"{one.id}_reason"] = Lines(
                label=f"Reason for “{one.title}”",
                help_text=NO_NAMES,
                error_messages={"required": f"Enter the reason for “{one.title}”."},
            )

    def facts(self) -> dict[str, dict[str, str]]:
        """Give the marking that a valid form stands for."""
        names = self.standards.names
        return {
            "ratings": {name: self.cleaned_data[name] for name in names},
            "reasons": {name: self.cleaned_data[f"{name}_reason"] for name in names},
        }


class CommittingSeed(forms.Form):
    """The year to commit to a seed for."""

    starts = forms.TypedChoiceField(label="Year of reviews", coerce=int)

    def __init__(self, *args: Any, years: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "starts", [(str(year), name) for year, name in years])


def region_of(ref: PartyRef | None) -> PartyRef:
    """Give the region that a valid form holds."""
    assert ref is not None
    return ref


def next_years(today: date) -> list[tuple[int, str]]:
    """Give the two next years of reviews that have not begun."""
    design = shipped_designs()[-1]
    first = today.year if design.first_day(today.year) > today else today.year + 1
    return [
        (year, f"{design.first_day(year).year} to {design.first_day(year).year + 1}")
        for year in (first, first + 1)
    ]

"""Forms of programmes, clashes, closed weeks, reviews and calendars."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.programme.forms.visits import ORDER, UNITS
from oversight.programme.rules.cycles import LONGEST_MONTHS
from oversight.programme.rules.kinds import kinds_of
from oversight.programme.rules.settling import OUTCOME_WORDS, WORKFLOW
from oversight.programme.rules.visits import Span
from oversight.publication.rules.programmes import programmes as published_programmes

BODIES_READ: Final = "Every body concerned reads this. Say no more of an unannounced visit than you must."


class StartProgramme(forms.Form):
    """A programme that starts."""

    title = Line(label="What is it called?", longest=200, error_messages={"required": "Enter the title."})
    kinds = forms.MultipleChoiceField(
        label="Which types of visit does it have?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one type."},
    )
    starts_on = Day(label="On which day does it start?")
    earliest_months = forms.IntegerField(
        label="Shortest time, in months",
        initial=36,
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text="36 in paragraph 17",
    )
    latest_months = forms.IntegerField(
        label="Longest time, in months",
        initial=48,
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text="48 in paragraph 17",
    )
    rated = forms.BooleanField(label="Its visits give ratings", required=False, initial=True)
    published = forms.MultipleChoiceField(
        label="Published reports that count as visits made (optional)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, body: str, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds, published = self.fields["kinds"], self.fields["published"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(published, forms.ChoiceField)
        kinds.choices = [(one.id, one.title) for one in kinds_of(body) if one.in_cycle]
        published.choices = [(one.id, one.title) for one in published_programmes().all]


class ProgrammeStep(forms.Form):
    """A step of a programme."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    on = Day(label="From which day?")
    reason = Lines(
        label="Why?",
        help_text="Everyone who sees the programme reads this",
        error_messages={"required": "Enter the reason."},
    )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class ReplaceProgramme(ProgrammeStep):
    """Another programme in the place of this one."""

    field_order = ("revision", "by_programme", "on", "reason")
    by_programme = forms.ChoiceField(
        label="Which programme takes its place?",
        error_messages={"required": "Choose the programme. Start it first if it is not there yet."},
    )

    def __init__(self, *args: Any, others: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["by_programme"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *others]


class ClashFilters(forms.Form):
    """What the list of clashes is narrowed to."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("open", "To be agreed"),
            ("any", "Any state"),
            *((one.name, one.label) for one in WORKFLOW.states),
        ],
    )
    place = PartyName(label="Region or unit", required=False, kinds=UNITS)


class ClashAnswer(forms.Form):
    """What a body does about a clash."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label="What will you do?",
        widget=forms.RadioSelect,
        choices=list(OUTCOME_WORDS.items()),
        error_messages={"required": "Choose what you will do."},
    )
    reason = Lines(label="Why?", help_text=BODIES_READ, error_messages={"required": "Enter the reason."})

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class ClashReply(forms.Form):
    """Agreeing to a proposal or declining it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = Lines(label="Why?", help_text=BODIES_READ, error_messages={"required": "Enter the reason."})

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"reason": self.cleaned_data["reason"]}


class CloseWeeks(forms.Form):
    """Weeks that are closed."""

    of = forms.ChoiceField(label="For whom?")
    first = Day(label="First day", error_messages={"required": "Enter the first day."})
    last = Day(label="Last day", error_messages={"required": "Enter the last day."})
    reason = Lines(
        label="Why?",
        help_text="Planners of every body read this. Do not name anyone who is supervised.",
        error_messages={"required": "Enter the reason."},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order."""
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", ORDER)
        return cleaned

    def span(self) -> Span:
        """Give the days of a valid form."""
        return Span(self.cleaned_data["first"], self.cleaned_data["last"])


class CompleteReview(forms.Form):
    """A review of how often one's own body visits."""

    on = Day(label="On which day was it completed?")
    findings = Lines(
        label="What did the timetable and the burden of places show?",
        error_messages={"required": "Enter what was found."},
    )
    decision = Lines(
        label="What changes, or why does nothing?",
        error_messages={"required": "Enter what was decided."},
    )


class BeginReviews(forms.Form):
    """The first day of the first period under review."""

    on = Day(label="On which day did the first period start?")


class MakeFeed(forms.Form):
    """What a calendar is of."""

    kind = forms.ChoiceField(
        label="What is the calendar of?",
        widget=forms.RadioSelect,
        choices=[
            ("person", "My own visits, and those to my organisation"),
            ("unit", "Visits to a region or unit"),
            ("body", "Visits by a body"),
        ],
        error_messages={"required": "Choose what it is of."},
    )
    about = PartyName(
        label="Which region, unit or body? (not for your own visits)",
        required=False,
        help_text="Name or code",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the party where the kind needs one, and for none where it does not."""
        cleaned = super().clean() or {}
        kind, about = cleaned.get("kind"), cleaned.get("about")
        if kind in {"unit", "body"} and about is None and "about" not in self.errors:
            self.add_error("about", "Enter the region, unit or body.")
        if kind == "person" and about is not None:
            self.add_error("about", "Leave this empty for your own visits.")
        return cleaned

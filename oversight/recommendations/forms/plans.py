"""Forms of action plans: opening one, its parts and actions, each step with its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.recommendations.forms.evidence import EvidenceFiles
from oversight.recommendations.queries.plan_facts import ActionFilter, PlanFilter, PlanRecommendation
from oversight.recommendations.rules.actions_due import PROGRESS_WORDS, TIMING_WORDS, Progress, Timing
from oversight.recommendations.rules.plans import KIND_WORDS, PLAN_WORDS, PlanKind, PlanState, kind_for
from oversight.recommendations.rules.sources import SOURCE_WORDS, Source
from oversight.recommendations.rules.sources import UNIT_KINDS as UNITS

SEEN_BY = "Everyone who can see the plan reads this. Do not name anyone who is supervised."
PUBLISHED_LATER = "The public reads this with the next update of the plan. Do not name anyone."


class PlanFilters(forms.Form):
    """What the register of plans is narrowed to; everything may be left out."""

    text = Line(label="Title or reference", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), *((one.value, PLAN_WORDS[one]) for one in PlanState)],
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Any"), *((one.value, KIND_WORDS[one]) for one in PlanKind)],
    )

    def chosen(self) -> PlanFilter:
        """Give the filter that a valid form stands for."""
        return PlanFilter(**self.cleaned_data)


class ActionFilters(forms.Form):
    """What the list of actions is narrowed to; everything may be left out."""

    timing = forms.ChoiceField(
        label="Stands",
        required=False,
        choices=[("", "Any"), *((one.value, TIMING_WORDS[one]) for one in Timing)],
    )
    owner = PartyName(label="Owner", required=False)
    plan = Line(label="Reference of the plan", required=False)

    def chosen(self) -> ActionFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        owner = cleaned["owner"].code if cleaned["owner"] else ""
        return ActionFilter(timing=cleaned["timing"], owner=owner, plan=cleaned["plan"])


class Opening(forms.Form):
    """A new plan."""

    source = Line(
        label="Reference of the report",
        longest=80,
        help_text="Of the inspection, review or audit; the report need not be published yet",
        error_messages={"required": "Enter the reference."},
    )
    source_title = Line(
        label="Title of the report",
        longest=200,
        error_messages={"required": "Enter the title of the report."},
    )
    kind = forms.ChoiceField(
        label="What is it a report of?", error_messages={"required": "Choose what it is a report of."}
    )
    unit = PartyName(label="Region or unit", required=False, kinds=UNITS)
    title = Line(
        label="Title of the plan", longest=200, error_messages={"required": "Enter the title of the plan."}
    )

    def __init__(self, *args: Any, kind: PlanKind, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        fitting = [one for one in Source if one is Source.HISTORY or kind_for(one) is kind]
        field.choices = [("", "Choose"), *((one.value, SOURCE_WORDS[one]) for one in fitting)]
        if kind is PlanKind.COORDINATED:
            del self.fields["unit"]

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"unit": None} | self.cleaned_data


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class Optional(_Step):
    """A step with something to say, or nothing."""

    text = Lines(label="Anything to add (optional)", required=False, help_text=SEEN_BY)


class Said(_Step):
    """A step with something to say."""

    text = Lines(
        label="What do you say?", help_text=SEEN_BY, error_messages={"required": "Enter what you say."}
    )


class Reason(_Step):
    """A step with its reason."""

    text = Lines(label="Why?", help_text=SEEN_BY, error_messages={"required": "Enter the reason."})


class Clearing(_Step):
    """Who cleared the plan."""

    text = Lines(
        label="Who cleared the plan, and when?",
        help_text="Roles are enough, for example “Minister of State, 4 March 2026”",
        error_messages={"required": "Enter who cleared it."},
    )


class Publishing(_Step):
    """When and where it was published."""

    on = Day(label="On which day was it published?")
    where = Line(
        label="Address on GOV.UK",
        longest=500,
        help_text="It starts with https://www.gov.uk/",
        error_messages={"required": "Enter the address."},
    )


class OnTheWeb(forms.Form):
    """Why a plan goes off the web or comes back."""

    text = Lines(
        label="Why?",
        help_text="The public reads this on the plan’s page.",
        error_messages={"required": "Enter the reason."},
    )


class AskingInput(_Step):
    """What one body is asked to give."""

    contributor = PartyName(
        label="Who is asked?",
        help_text="One body, by name or code",
        error_messages={"required": "Enter the body."},
    )
    question = Lines(
        label="What are they asked to give?",
        help_text="They see this, the title of the plan and nothing else of it.",
        error_messages={"required": "Enter what is wanted."},
    )
    wanted_by = Day(label="By when?")


class AddingReport(_Step):
    """One more report for the plan to answer."""

    source = forms.ChoiceField(label="Which report?", error_messages={"required": "Choose a report."})

    def __init__(self, *args: Any, reports: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a report"), *reports]


class Merging(_Step):
    """The plan that this one becomes part of."""

    into = forms.ChoiceField(
        label="Which plan does it become part of?", error_messages={"required": "Choose a plan."}
    )
    text = Lines(
        label="Why are they merged?",
        help_text="Everyone who sees the plans reads this, and the public once they are published.",
        error_messages={"required": "Enter the reason."},
    )

    def __init__(self, *args: Any, plans: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a plan"), *plans]


class GivingPart(_Step):
    """What the body asked gives."""

    answer = Lines(label="Your part", error_messages={"required": "Enter your part."})


class ActionForm(_Step):
    """An action of a plan."""

    text = Lines(label="What will be done?", error_messages={"required": "Enter what will be done."})
    recommendations = forms.MultipleChoiceField(
        label="Which recommendations does it carry out?", required=False, widget=forms.CheckboxSelectMultiple
    )
    owner = PartyName(
        label="Who does it?",
        help_text="One body, by name or code",
        error_messages={"required": "Enter the owner."},
    )
    commissioned = forms.BooleanField(
        label="It is about commissioned services",
        required=False,
        help_text="Its owner is then the region, whose director answers for them (paragraph 25).",
    )
    measure = Lines(
        label="How is success measured?", error_messages={"required": "Enter how success is measured."}
    )
    due = Day(label="By when?")

    def __init__(self, *args: Any, made: Iterable[PlanRecommendation], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["recommendations"]
        assert isinstance(field, forms.MultipleChoiceField)
        choices = [
            (
                one.line.reference,
                f"{one.line.number}. {one.line.text[:160]} ({one.line.response_label.lower()})",
            )
            for one in made
        ]
        field.choices = choices
        if not choices:
            del self.fields["recommendations"]

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"recommendations": []} | super().facts()


class ReportingAction(_Step):
    """What the owner says of an action."""

    progress = forms.ChoiceField(
        label="How does it stand?",
        widget=forms.RadioSelect,
        choices=[(one.value, PROGRESS_WORDS[one]) for one in Progress],
        error_messages={"required": "Choose how it stands."},
    )
    text = Lines(
        label="What was done?", help_text=PUBLISHED_LATER, error_messages={"required": "Enter what was done."}
    )
    evidence = Lines(
        label="What shows it, and where is it found? (when it is done; not needed beside files)",
        required=False,
        help_text="A document with its page, figures with their day, or a place. It is not published.",
    )
    files = EvidenceFiles()  # type: ignore[assignment]  # a field, which Django takes off the class


class AskingDate(_Step):
    """Another date, with its reason."""

    due = Day(label="Which date do you ask for?")
    reason = Lines(label="Why?", help_text=PUBLISHED_LATER, error_messages={"required": "Enter the reason."})


class DecidingDate(_Step):
    """The decision on a date."""

    approved = forms.TypedChoiceField(
        label="Does the new date stand?",
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[("yes", "Approve it"), ("no", "Decline it")],
        error_messages={"required": "Choose."},
    )
    decision = Lines(label="Reason (when you decline it)", required=False, help_text=SEEN_BY)

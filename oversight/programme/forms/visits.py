"""Forms of visits: the timetable's filters, planning one, each step with its words."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.parties.queries import parties_by_code
from oversight.programme.queries.people import Person
from oversight.programme.queries.sight import exchanging_bodies
from oversight.programme.queries.visits import VisitDetail, VisitFilter
from oversight.programme.rules.kinds import VisitKind, kinds_of, visit_data
from oversight.programme.rules.visits import MOST_VISIT_DAYS, WORKFLOW, Span

UNITS: Final = ("region", "pdu")
SEEN_BY: Final = "Everyone who can see the visit reads this. Do not name anyone who is supervised."
ORDER: Final = "The last day is before the first."


def _bodies() -> list[tuple[str, str]]:
    parties = parties_by_code()
    codes = dict.fromkeys(body for kind in visit_data().kinds.values() for body in kind.bodies)
    return [(code, parties[code].name) for code in codes if code in parties]


class Filters(forms.Form):
    """What the timetable is narrowed to; everything may be left out."""

    text = Line(label="Words of the title or place, or start of the reference", required=False)
    owner = forms.ChoiceField(label="Body", required=False)
    kind = forms.ChoiceField(
        label="Type of visit",
        required=False,
        choices=[("", "Any"), *((one.id, one.title) for one in visit_data().kinds.values())],
    )
    place = PartyName(label="Region or unit", required=False, kinds=UNITS)
    team = forms.ChoiceField(
        label="Team",
        required=False,
        choices=[("", "Any"), *((one.id, one.title) for one in visit_data().teams.values())],
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "In the timetable"), *((one.name, one.label) for one in WORKFLOW.states)],
    )
    since = Day(label="Ends on or after", required=False)
    until = Day(label="Starts on or before", required=False)
    by = forms.ChoiceField(
        label="Draw the year by", required=False, choices=[("region", "Region"), ("team", "Team")]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any"), *_bodies()]

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "This is before the first date.")
        return cleaned

    def chosen(self) -> VisitFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        return VisitFilter(
            text=cleaned["text"],
            owner=cleaned["owner"],
            kind=cleaned["kind"],
            place=cleaned["place"].code if cleaned["place"] else "",
            team=cleaned["team"],
            state=cleaned["state"],
            since=cleaned["since"],
            until=cleaned["until"],
        )


class _Days(forms.Form):
    """First and last day of fieldwork."""

    first = Day(label="First day of fieldwork", error_messages={"required": "Enter the first day."})
    last = Day(label="Last day of fieldwork", error_messages={"required": "Enter the last day."})

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order."""
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", ORDER)
        return cleaned

    def span(self) -> Span:
        """Give the days of a valid form."""
        return Span(self.cleaned_data["first"], self.cleaned_data["last"])


def _kinds_for(body: str) -> tuple[VisitKind, ...]:
    """Give the types of visit that a body enters: its own, and others' when it exchanges timetables."""
    if body not in exchanging_bodies():
        return kinds_of(body)
    others = [kind for kind in visit_data().kinds.values() if not set(kind.bodies) & exchanging_bodies()]
    return (*kinds_of(body), *others)


class Planning(_Days):
    """A visit that is planned."""

    field_order = ("kind", "owner", "place", "first", "last", "visit_days", "title", "teams")
    kind = forms.ChoiceField(label="Type of visit", error_messages={"required": "Choose the type."})
    owner = forms.ChoiceField(label="Whose visit is it?", error_messages={"required": "Choose the body."})
    place = PartyName(
        label="Which region or unit is visited?",
        kinds=UNITS,
        help_text="Name or code",
        error_messages={"required": "Enter the region or unit."},
    )
    visit_days = forms.IntegerField(
        label="Days of all visitors on site, added up (optional)",
        required=False,
        min_value=1,
        max_value=MOST_VISIT_DAYS,
        help_text="Left empty, what is usual for the type counts",
    )
    title = Line(label="Title (optional)", required=False, longest=200)
    teams = forms.MultipleChoiceField(
        label="Teams (optional)", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, body: str, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = _kinds_for(body)
        bodies = {code for kind in kinds for code in kind.bodies}
        if body in exchanging_bodies():
            bodies -= exchanging_bodies() - {body}
        else:
            bodies &= {body}
        named = [one for one in _bodies() if one[0] in bodies]
        self._choose("kind", [("", "Choose"), *((one.id, one.title) for one in kinds)])
        self._choose("owner", sorted(named, key=lambda one: one[0] != body))
        teams = [(one.id, one.title) for one in visit_data().teams.values() if one.body == body]
        if teams:
            self._choose("teams", teams)
        else:
            del self.fields["teams"]
        if len(named) == 1:
            self.fields["owner"].widget = forms.HiddenInput()
            self.fields["owner"].initial = body

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class Plain(_Step):
    """A step with nothing to say."""


class Reason(_Step):
    """A step with its reason."""

    reason = Lines(label="Why?", help_text=SEEN_BY, error_messages={"required": "Enter the reason."})


class Resuming(_Days, Reason):
    """Days on which a visit is taken up, and why."""

    field_order = ("revision", "first", "last", "reason")

    def facts(self) -> dict[str, Any]:
        """Give the days together."""
        return {"span": self.span(), "reason": self.cleaned_data["reason"]}


class Changing(_Days, Reason):
    """New days or size of a visit, and why."""

    field_order = ("revision", "first", "last", "visit_days", "reason")
    visit_days = forms.IntegerField(
        label="Days of all visitors on site, added up",
        min_value=1,
        max_value=MOST_VISIT_DAYS,
        error_messages={"required": "Enter the days on site."},
    )

    def facts(self) -> dict[str, Any]:
        """Give the days together."""
        cleaned = self.cleaned_data
        return {"span": self.span(), "visit_days": cleaned["visit_days"], "reason": cleaned["reason"]}


class Teams(_Step):
    """Who makes a visit."""

    teams = forms.MultipleChoiceField(label="Teams", required=False, widget=forms.CheckboxSelectMultiple)
    people = forms.MultipleChoiceField(
        label="People",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each of them finds the visit in their own calendar",
    )

    def __init__(self, *args: Any, owner: str, known: tuple[Person, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (
            ("teams", [(one.id, one.title) for one in visit_data().teams.values() if one.body == owner]),
            ("people", [(one.reference, one.name) for one in known]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            if choices:
                field.choices = choices
            else:
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """Give both lists, empty where there was nothing to choose from."""
        cleaned = self.cleaned_data
        return {"teams": cleaned.get("teams", []), "people": cleaned.get("people", [])}


def as_it_stands(detail: VisitDetail) -> dict[str, Any]:
    """Give what a form on a visit begins with."""
    return {
        "revision": detail.revision,
        "first": detail.line.span.first,
        "last": detail.line.span.last,
        "visit_days": detail.line.visit_days,
        "teams": [one.id for one in detail.line.teams],
        "people": [person for person, _ in detail.people],
    }

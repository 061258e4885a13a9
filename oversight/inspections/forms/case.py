"""Forms of a case: the register's filters, scheduling, dates, team, steps with their reason, information."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.exchange.forms.files import Attachment
from oversight.inspections.queries.case import CaseDetail, CaseFilter, types
from oversight.inspections.queries.information import Wanted
from oversight.inspections.queries.people import Inspector
from oversight.inspections.rules.case import WORKFLOW, CaseState, Dates
from oversight.parties.queries import PartyRef, parties_by_code

UNITS = ("region", "pdu")
REASON = "Why?"
REASON_HINT = "Everyone who can see the inspection will read this. Do not name anyone who is supervised."


def kinds() -> list[tuple[str, str]]:
    """Give every type of inspection as a choice."""
    return [(f"{programme.id}.{kind.id}", f"{kind.title} ({programme.title})") for programme, kind in types()]


class CaseFilters(forms.Form):
    """What the register is narrowed to; everything may be left out."""

    text = Line(label="Title, or start of the reference", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any"),
            ("open", "Under way"),
            *((str(state), WORKFLOW.state(state).label) for state in CaseState),
        ],
    )
    type = forms.ChoiceField(label="Type of inspection", required=False)
    unit = PartyName(label="Region or unit", required=False, kinds=UNITS)
    since = Day(label="Fieldwork on or after", required=False)
    until = Day(label="Fieldwork on or before", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        titles = {kind.id: kind.title for _, kind in reversed(types())}
        field.choices = [("", "Any"), *sorted(titles.items(), key=lambda one: one[1])]

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "This is before the first date.")
        return cleaned

    def chosen(self) -> CaseFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        return CaseFilter(
            text=cleaned["text"],
            state=cleaned["state"],
            type=cleaned["type"],
            unit=cleaned["unit"].code if cleaned["unit"] else "",
            since=cleaned["since"],
            until=cleaned["until"],
        )


class UnitNames(forms.CharField):
    """Regions and units, one a line, each by its code or present name."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[PartyRef]:  # type: ignore[override]  # gives parties, not the text
        """Find each, or name the nearest ones."""
        one = PartyName(kinds=UNITS)
        found: list[PartyRef] = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            try:
                ref = one.to_python(line)
            except ValidationError as fault:
                raise ValidationError(
                    [f"Line {number}: {message}" for message in fault.messages], code="line"
                ) from fault
            if ref is not None and ref not in found:
                found.append(ref)
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show parties the way they can be typed."""
        return "\n".join(ref.code for ref in value) if isinstance(value, list) else value


class _DateFields(forms.Form):
    announce = Day(
        label="Announce on",
        help_text="Confidential: only inspection planners see this day",
        error_messages={"required": "Enter the day of announcement."},
    )
    fieldwork_from = Day(
        label="First day of fieldwork", error_messages={"required": "Enter the first day of fieldwork."}
    )
    fieldwork_until = Day(
        label="Last day of fieldwork", error_messages={"required": "Enter the last day of fieldwork."}
    )

    def dates(self) -> Dates:
        """Give the days that a valid form says."""
        cleaned = self.cleaned_data
        return Dates(cleaned["announce"], cleaned["fieldwork_from"], cleaned["fieldwork_until"])


def _offer(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class Scheduling(_DateFields):
    """A new inspection."""

    kind = forms.ChoiceField(
        label="Type of inspection", error_messages={"required": "Choose the type of inspection."}
    )
    units = UnitNames(
        label="What is inspected",
        required=False,
        help_text=(
            "The region or unit by name or code. For a thematic or joint inspection one a line, "
            "or none for the whole Probation Service."
        ),
    )
    title = Line(
        label="Title",
        required=False,
        longest=200,
        help_text="Leave it empty to name the inspection after its unit",
    )
    partners = forms.MultipleChoiceField(
        label="Other inspectorates (joint inspections only)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lead = forms.ChoiceField(
        label="Lead inspector", error_messages={"required": "Choose the lead inspector."}
    )

    field_order = (
        "kind",
        "units",
        "title",
        "partners",
        "announce",
        "fieldwork_from",
        "fieldwork_until",
        "lead",
    )

    def __init__(self, *args: Any, leads: Iterable[Inspector], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["kind"], [("", "Choose a type"), *kinds()])
        _offer(self.fields["lead"], [("", "Choose a person"), *((one.reference, one.name) for one in leads)])
        others = [
            ref for ref in parties_by_code().values() if ref.kind == "inspectorate" and ref.code != "hmip"
        ]
        _offer(
            self.fields["partners"],
            [(ref.code, ref.name) for ref in sorted(others, key=lambda one: one.name)],
        )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        cleaned = self.cleaned_data
        programme, _, kind = cleaned["kind"].rpartition(".")
        parties = parties_by_code()
        return {
            "programme": programme,
            "kind_id": kind,
            "title": cleaned["title"],
            "units": cleaned["units"],
            "partners": [parties[code] for code in cleaned["partners"]],
            "dates": self.dates(),
            "lead": cleaned["lead"],
        }


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class Announcing(_Step):
    """Nothing but the confirmation."""

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {}


class DayStep(_Step):
    """A step that happened on a day."""

    on = Day(label="On which day?")

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"on": self.cleaned_data["on"]}


class ReasonStep(_Step):
    """A step with its reason."""

    reason = Lines(label=REASON, help_text=REASON_HINT, error_messages={"required": "Enter the reason."})

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"reason": self.cleaned_data["reason"]}


class Replacing(ReasonStep):
    """Another inspection in place of this one."""

    replacement = Line(
        label="Reference of the inspection in its place",
        help_text="Schedule that one first",
        error_messages={"required": "Enter the reference."},
    )
    field_order = ("replacement", "reason")

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return super().facts() | {"replacement": self.cleaned_data["replacement"]}


class DateChange(_DateFields, ReasonStep):
    """New dates with their reason; the day of announcement only until it is announced."""

    field_order = ("announce", "fieldwork_from", "fieldwork_until", "reason")

    def __init__(self, *args: Any, found: CaseDetail, **options: Any) -> None:
        super().__init__(*args, **options)
        self._planned = found.dates
        if found.line.announced_on:
            del self.fields["announce"]

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        self.cleaned_data.setdefault("announce", self._planned.announce)
        return super().facts() | {"dates": self.dates()}


class Team(_Step):
    """Who leads an inspection and who is on its team."""

    lead = forms.ChoiceField(
        label="Lead inspector", error_messages={"required": "Choose the lead inspector."}
    )
    members = forms.MultipleChoiceField(
        label="Others on the team", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, found: CaseDetail, people: Iterable[Inspector], **options: Any) -> None:
        super().__init__(*args, **options)
        known = {one.reference: one.name for one in people}
        # Someone who has left the Inspectorate stays on the team until taken off it.
        known |= {one.reference: one.name for one in (found.lead, *found.team)}
        choices = sorted(known.items(), key=lambda one: one[1])
        _offer(self.fields["lead"], choices)
        _offer(self.fields["members"], choices)

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {"lead": self.cleaned_data["lead"], "members": self.cleaned_data["members"]}


class Asking(_Step):
    """What to do about each item of information that is wanted and was not dealt with."""

    def __init__(self, *args: Any, items: Iterable[Wanted], latest: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.items = tuple(items)
        self.fields["needed_by"] = Day(
            label="Needed by", required=False, help_text="Before fieldwork starts; only for what you ask for"
        )
        self.initial.setdefault("needed_by", latest)
        for item in self.items:
            choices = [("ask", f"Ask {item.owner.name} for it"), ("leave", "Leave it for now")]
            if item.held:
                choices.insert(0, ("reuse", "Use what is held"))
            elif item.pending:
                choices.reverse()
            label = f"{item.title}: {item.about.name}"
            self.fields[item.key] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
            )
            if item.held:
                self.fields[f"{item.key}.reason"] = Lines(
                    label="If you ask for it again, why?", required=False
                )

    def decided(self) -> dict[str, tuple[str, str]]:
        """Give the decision and reason for each item, by its key."""
        cleaned = self.cleaned_data
        return {item.key: (cleaned[item.key], cleaned.get(f"{item.key}.reason", "")) for item in self.items}


class Supplying(_Step):
    """One item of information as its owner supplies it."""

    describes = Day(label="Up to which day does it describe things?")
    file = Attachment(label="File", required=False)
    sensitive = forms.BooleanField(
        label="The file is sensitive",
        required=False,
        help_text="The record then says each time who read it.",
    )
    where = Lines(
        label="Where does the Inspectorate find it?",
        required=False,
        help_text="A link or a place, when you choose no file. Do not name anyone who is supervised.",
    )
    note = Lines(label="Note (optional)", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a file or a place."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("where"):
            self.add_error("file", "Choose a file, or enter below where the Inspectorate finds it.")
        return cleaned

"""Forms of publishing: the moment, who gets a copy, reasons, and the notice of a correction (D8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines
from oversight.inspections.queries.embargo import Reader
from oversight.inspections.rules.publishing import london_moment
from oversight.kernel.refusals import Refused

_TIME: Final = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(am|pm)?", re.ASCII)
_LONGEST_SEARCH: Final = 100


class TimeOfDay(forms.CharField):
    """A time as people in the United Kingdom write it: 9:30am, 09:30, 2pm."""

    default_error_messages = {"invalid": "Enter a real time, for example 9:30am."}

    def to_python(self, value: Any) -> time | None:  # type: ignore[override]  # gives the time, not the text
        """Read the time."""
        text = re.sub(r"[\s]", "", str(value or "")).casefold().replace("a.m.", "am").replace("p.m.", "pm")
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found is None or not (found[2] or found[3]):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        try:
            return time(hour, minute)
        except ValueError as fault:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from fault


class _Step(forms.Form):
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """Give what the action takes beside the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class PublishingNow(_Step):
    """That the report is published now."""


class MomentSet(_Step):
    """When the report is to be published."""

    day = Day(label="Day", error_messages={"required": "Enter the day."})
    time = TimeOfDay(
        label="Time",
        help_text="London time, for example 9:30am",
        error_messages={"required": "Enter the time."},
    )

    def clean(self) -> dict[str, Any]:
        """Put day and time together, unless the clocks change just then."""
        cleaned = super().clean() or {}
        if cleaned.get("day") and cleaned.get("time"):
            try:
                cleaned["moment"] = london_moment(cleaned["day"], cleaned["time"])
            except Refused as refused:
                self.add_error("time", f"{refused.why} {refused.what_next}")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give the moment, and the reason when there is one."""
        moment: datetime = self.cleaned_data["moment"]
        return {"moment": moment, "reason": self.cleaned_data.get("reason", "")}


class MomentChange(MomentSet):
    """Another moment, with the reason."""

    reason = Lines(
        label="Why does it change?",
        help_text="Publications of the Inspectorate see this, and the record keeps it.",
        error_messages={"required": "Enter the reason."},
    )


class Reason(_Step):
    """A reason that publications see."""

    reason = Lines(
        label="Why?",
        help_text="Publications of the Inspectorate see this, and the record keeps it.",
        error_messages={"required": "Enter the reason."},
    )


class PublicReason(_Step):
    """A reason that everyone reads."""

    reason = Lines(
        label="Why?",
        help_text="The public reads this beside the report. Do not name anyone who is supervised.",
        error_messages={"required": "Enter the reason."},
    )


class Correction(_Step):
    """The notice of a correction: three parts that everyone reads beside the report."""

    wrong = Lines(
        label="What was wrong?",
        help_text="Quote it, and say where it stands.",
        error_messages={"required": "Enter what was wrong."},
    )
    says = Lines(label="What does it say now?", error_messages={"required": "Enter what it says now."})
    why = Lines(label="Why is it corrected?", error_messages={"required": "Enter why it is corrected."})


class ReaderSearch(forms.Form):
    """Part of the name of someone to give a copy to."""

    q = Line(
        label="Name or email address",
        longest=_LONGEST_SEARCH,
        required=False,
        help_text="People whose role is given copies under embargo",
    )


class Copies(_Step):
    """To whom copies go, of the people found."""

    people = forms.MultipleChoiceField(
        label="Give a copy to",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person."},
    )

    def __init__(self, *args: Any, found: Sequence[Reader], **options: Any) -> None:
        super().__init__(*args, **options)
        self._found = {str(one.membership): one for one in found}
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (key, f"{one.name}, {one.role_title}, {one.party.name}") for key, one in self._found.items()
        ]

    def facts(self) -> dict[str, Any]:
        """Give the people chosen."""
        return {"people": [self._found[key] for key in self.cleaned_data["people"]]}

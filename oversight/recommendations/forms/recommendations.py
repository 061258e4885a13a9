"""Forms of recommendations: the register's filters, adding one, answering, each step with its words."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.recommendations.forms.evidence import EvidenceFiles
from oversight.recommendations.queries.recommendations import RecommendationFilter, known_kinds
from oversight.recommendations.rules.delivery import DELIVERY_WORDS, Delivery
from oversight.recommendations.rules.responding import ANSWERS, RESPONSE_WORDS, Response
from oversight.recommendations.rules.sources import AUTHORITIES, AUTHORITY_KINDS, INSPECTORATE, SOURCE_WORDS
from oversight.recommendations.rules.sources import UNIT_KINDS as UNITS
from oversight.recommendations.rules.wording import words_of

SEEN_BY: Final = "Everyone who can see the recommendation reads this. Do not name anyone who is supervised."


def is_authority(code: str, kind: str) -> bool:
    """Tell whether recommendations can be addressed to a party."""
    return code in AUTHORITIES or (kind in AUTHORITY_KINDS and code != INSPECTORATE)


class Filters(forms.Form):
    """What the register is narrowed to; everything may be left out."""

    text = Line(label="Words, or start of the reference", required=False)
    response = forms.ChoiceField(
        label="Answer",
        required=False,
        choices=[("", "Any"), *((one.value, RESPONSE_WORDS[one]) for one in Response)],
    )
    delivery = forms.ChoiceField(
        label="Delivery",
        required=False,
        choices=[
            ("", "Any"),
            ("open", "Not closed"),
            *((one.value, DELIVERY_WORDS[one]) for one in Delivery),
        ],
    )
    authority = PartyName(label="Addressed to", required=False)
    unit = PartyName(label="Region or unit concerned", required=False, kinds=UNITS)
    kind = forms.ChoiceField(label="Comes from", required=False, choices=[("", "Any"), *SOURCE_WORDS.items()])
    theme = forms.ChoiceField(
        label="Theme",
        required=False,
        choices=[("", "Any"), *words_of("themes").items(), ("none", "No theme yet")],
    )
    year = forms.IntegerField(
        label="Year in which it was made",
        required=False,
        min_value=1900,
        max_value=2999,
        error_messages={"invalid": "Enter a year, for example 2024."},
    )
    again = forms.ChoiceField(
        label="Repeats",
        required=False,
        choices=[("", "Any"), ("yes", "Confirmed to repeat an earlier one")],
    )

    def chosen(self) -> RecommendationFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        return RecommendationFilter(
            text=cleaned["text"],
            response=cleaned["response"],
            delivery=cleaned["delivery"],
            authority=cleaned["authority"].code if cleaned["authority"] else "",
            unit=cleaned["unit"].code if cleaned["unit"] else "",
            kind=cleaned["kind"],
            theme=cleaned["theme"],
            year=cleaned["year"],
            again=cleaned["again"] == "yes",
        )


class Adding(forms.Form):
    """A recommendation brought in by hand."""

    kind = forms.ChoiceField(
        label="Where does it come from?", error_messages={"required": "Choose where it comes from."}
    )
    source = Line(
        label="Reference of the report",
        longest=80,
        help_text="Letters, digits and hyphens, for example 2024-PDU-N57EKNT-1",
        error_messages={"required": "Enter the reference."},
    )
    source_title = Line(
        label="Title of the report", longest=200, error_messages={"required": "Enter the title."}
    )
    number = forms.IntegerField(
        label="Number of the recommendation in the report",
        min_value=1,
        max_value=999,
        error_messages={"required": "Enter the number."},
    )
    text = Lines(label="What is recommended?", error_messages={"required": "Enter the recommendation."})
    addressee = PartyName(
        label="To whom is it addressed?",
        help_text="One body, by name or code",
        error_messages={"required": "Enter the body addressed."},
    )
    unit = PartyName(label="Region or unit concerned (if it is one)", required=False, kinds=UNITS)
    on = Day(label="On which day was it made?")
    theme = forms.ChoiceField(
        label="Theme (optional)", required=False, choices=[("", "None yet"), *words_of("themes").items()]
    )
    commissioned = forms.BooleanField(
        label="It reaches commissioned services",
        required=False,
        help_text="The Regional Probation Director then has to assess and address them (paragraph 25).",
    )

    def __init__(self, *args: Any, maker: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *known_kinds(maker)]

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return dict(self.cleaned_data)


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class Answering(_Step):
    """The answer of the body addressed."""

    response = forms.ChoiceField(
        label="What is the answer?",
        widget=forms.RadioSelect,
        choices=[(one.value, RESPONSE_WORDS[one]) for one in ANSWERS],
        error_messages={"required": "Choose the answer."},
    )
    agreed_part = Lines(label="Which part is agreed? (only for “Partly agreed”)", required=False)
    reason = Lines(label="Reason (unless all is agreed)", required=False, help_text=SEEN_BY)


class Optional(_Step):
    """A step with something to say, or nothing."""

    text = Lines(label="Anything to add (optional)", required=False, help_text=SEEN_BY)


class Progress(_Step):
    """What was done."""

    text = Lines(
        label="What was done?", help_text=SEEN_BY, error_messages={"required": "Enter what was done."}
    )


class Completion(Progress):
    """What was done and what shows it."""

    evidence = Lines(
        label="What shows it, and where is it found? (not needed beside files)",
        required=False,
        help_text="A document with its page, figures with their day, or a place",
    )
    files = EvidenceFiles()  # type: ignore[assignment]  # a field, which Django takes off the class

    def clean(self) -> dict[str, Any]:
        """Refuse a report with neither words nor files that show it."""
        cleaned = dict(super().clean() or {})
        if not self.errors and not cleaned["evidence"] and not cleaned["files"]:
            self.add_error("evidence", "Enter the evidence: without it the recommendation stays in progress.")
        return cleaned


class Judgement(_Step):
    """What the evidence shows."""

    text = Lines(
        label="What does the evidence show?",
        help_text=SEEN_BY,
        error_messages={"required": "Enter what the evidence shows."},
    )


class Reason(_Step):
    """A step with its reason."""

    text = Lines(label="Why?", help_text=SEEN_BY, error_messages={"required": "Enter the reason."})


class Superseding(Reason):
    """Another recommendation in place of this one."""

    replacement = Line(
        label="Reference of the recommendation that takes its place",
        error_messages={"required": "Enter the reference."},
    )
    field_order = ("replacement", "text")

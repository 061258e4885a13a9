"""Shape of what people type on the pages of the arrangements. What is allowed is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from oversight.arrangements.queries.facts import DutyFilter
from oversight.arrangements.rules.facts import BASIS_WORDS, FORCE_WORDS, STATUS_WORDS, EventType, Version
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.telling import inside_a_sentence
from oversight.kernel.plain_text import many_lines, one_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.parties.queries import PartyRef, nearest, parties_by_code

LONGEST_REFERENCE: Final = 100
LONGEST_TEXT: Final = 2000
NEAREST: Final = 5
DAY_FORMATS: Final = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%y"]

DAY_LIMITS: Final = (
    MinValueValidator(date(1900, 1, 1), "Enter a date in 1900 or later."),
    MaxValueValidator(date(2199, 12, 31), "Enter a date before 2200."),
)
STATE_CHOICES: Final = [
    ("open", "Open: running, late or missed"),
    ("overdue", "Overdue: late or missed"),
    ("any", "Any state"),
    *((str(status), words.capitalize()) for status, words in STATUS_WORDS.items()),
]
#: What has no date comes after what has one.
SORT_WORDS: Final = {
    "due": "Soonest due first",
    "-due": "Latest due first",
    "opened": "Earliest started first",
    "-opened": "Latest started first",
}
UNITS: Final = ("region", "pdu")


class Day(forms.DateField):
    """A day as people in the United Kingdom write it, or as ISO text."""

    widget = forms.DateInput
    default_error_messages = {
        "required": "Enter the date.",
        "invalid": "Enter a real date, for example 16/3/2026.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=DAY_FORMATS, validators=DAY_LIMITS, **options)

    def to_python(self, value: Any) -> date | None:
        """Read the day, however blanks are put around it."""
        return super().to_python(" ".join(value.split()) if isinstance(value, str) else value)


class Line(forms.CharField):
    """One line of clean text."""

    def __init__(self, *, longest: int = LONGEST_REFERENCE, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """Refuse what would deceive whoever reads it."""
        try:
            return one_line(str(value or ""), longest=self.longest)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault


class Lines(forms.CharField):
    """Clean text of some lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Refuse what would deceive whoever reads it."""
        try:
            return many_lines(str(value or ""), longest=LONGEST_TEXT)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault


class PartyName(forms.CharField):
    """A party by its code or present name, written as people write it.

    Args:
        kinds: Only parties of these kinds; all when empty.
    """

    def __init__(self, *, kinds: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.kinds = kinds

    def to_python(self, value: Any) -> PartyRef | None:  # type: ignore[override]  # gives the party, not the text
        """Find the party, or name the nearest ones."""
        try:
            text = one_line(str(value or ""), longest=200)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault
        if not text:
            return None
        parties = parties_by_code()
        exact = parties.get(text)
        if exact is not None and self.takes(exact):
            return exact
        found = [party for party in parties.values() if text.casefold() in _written(party)]
        fitting = [party for party in found if self.takes(party)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            codes = join_in_words(sorted(party.code for party in fitting), "or")
            raise ValidationError(f"Several have this name. Enter the code: {codes}.", code="several")
        held = [party for party in parties.values() if self.takes(party)]
        near = [in_full(party) for party in held if text.casefold() in party.name.casefold()]
        near = sorted(near)[:NEAREST] or [in_full(party) for party in nearest(text, kinds=self.kinds)]
        hint = f"Did you mean {join_in_words(near, 'or')}?" if near else "Choose a name from the list."
        raise ValidationError(f"“{text[:80]}” is not on the list. {hint}", code="unknown")

    def takes(self, party: PartyRef) -> bool:
        """Tell whether ``party`` can be entered here."""
        return not self.kinds or party.kind in self.kinds

    def prepare_value(self, value: Any) -> Any:
        """Show a party the way it can be typed."""
        return in_full(value) if isinstance(value, PartyRef) else value


def in_full(party: PartyRef) -> str:
    """Give the name with the code, as lists of suggestions show it."""
    return f"{party.name} ({party.code})"


def _written(party: PartyRef) -> set[str]:
    return {party.code.casefold(), party.name.casefold(), in_full(party).casefold()}


def _offer(field: forms.Field, paragraphs: Iterable[str]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "Any"), *((one, one) for one in paragraphs)]
    field.error_messages["invalid_choice"] = "Choose a paragraph from the list."


class DutyFilters(forms.Form):
    """What the register of duties is narrowed to; everything may be left out."""

    text = Line(
        label="About",
        required=False,
        help_text="What is owed, a unit’s name, or the start of a reference",
    )
    state = forms.ChoiceField(label="State", required=False, choices=STATE_CHOICES)
    party = PartyName(label="Organisation, region or unit", required=False)
    side = forms.ChoiceField(
        label="Which of its duties",
        required=False,
        choices=[
            ("", "All that concern it"),
            ("owes", "What it owes"),
            ("owed", "What is owed to it"),
            ("others", "What is owed between others"),
        ],
    )
    since = Day(label="Due on or after", required=False)
    until = Day(label="Due on or before", required=False)
    kind = forms.ChoiceField(label="Kind of inspection or review", required=False)
    paragraph = forms.ChoiceField(label="Paragraph", required=False)
    force = forms.ChoiceField(
        label="How firmly the text puts it",
        required=False,
        choices=[("", "Any"), *((str(force), words.capitalize()) for force, words in FORCE_WORDS.items())],
    )
    basis = forms.ChoiceField(
        label="What the date rests on",
        required=False,
        choices=[("", "Any"), *((str(basis), words.capitalize()) for basis, words in BASIS_WORDS.items())],
    )
    on = Day(label="As it stood on", required=False, help_text="Leave empty for today")
    sort = forms.ChoiceField(label="Order", required=False, choices=list(SORT_WORDS.items()))

    def __init__(
        self, *args: Any, paragraphs: Iterable[str], kinds: Mapping[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["paragraph"], paragraphs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "Any"), *kinds.items()]

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order, and a side to its party."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "This is before the first date.")
        if cleaned.get("side") and not cleaned.get("party") and "party" not in self.errors:
            self.add_error("party", "Enter the organisation, region or unit whose duties you want.")
        return cleaned

    def chosen(self) -> DutyFilter:
        """Give the filter that a valid form stands for."""
        cleaned = self.cleaned_data
        party = cleaned["party"]
        return DutyFilter(
            party=party.code if party else "",
            side=cleaned["side"],
            kind=cleaned["kind"],
            paragraph=cleaned["paragraph"],
            state="" if cleaned["state"] == "any" else cleaned["state"] or "open",
            force=cleaned["force"],
            basis=cleaned["basis"],
            text=cleaned["text"],
            since=cleaned["since"],
            until=cleaned["until"],
            sort=cleaned["sort"] or "due",
        )


class AdherenceFilters(forms.Form):
    """Which duties are counted."""

    party = PartyName(label="Owed by", required=False)
    paragraph = forms.ChoiceField(label="Paragraph", required=False)
    since = Day(label="Due on or after", required=False)
    until = Day(label="Due on or before", required=False)

    def __init__(self, *args: Any, paragraphs: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["paragraph"], paragraphs)

    def clean(self) -> dict[str, Any]:
        """Hold the two days to their order."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "This is before the first date.")
        return cleaned


class WhatHappened(forms.Form):
    """Which of the things that a party may say has happened."""

    event = forms.ChoiceField(
        label="What happened?",
        error_messages={
            "required": "Choose what happened.",
            "invalid_choice": "Choose one of these: your party is not entitled to say anything else.",
        },
    )

    def __init__(self, *args: Any, events: Iterable[EventType], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["event"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(event.name, event.title) for event in events]


class Happening(forms.Form):
    """The facts of one event: only the questions that its type asks.

    Args:
        event: Its type.
        version: The text it is read under, for the names of kinds and parties.
    """

    def __init__(self, *args: Any, event: EventType, version: Version, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
        if event.kinds:
            self.fields["kind"] = forms.ChoiceField(
                label="What kind of inspection or review?",
                choices=[(kind, version.kinds.get(kind, kind)) for kind in event.kinds],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose the kind."},
            )
        if not event.fixed_about:
            self.fields["about"] = Line(
                label=event.about or "Reference",
                help_text="Use the same reference every time: it holds together what belongs together",
                error_messages={"required": "Enter the reference."},
            )
        if event.unit_possible:
            self.fields["unit"] = PartyName(
                label="Which region or unit?",
                kinds=UNITS,
                required=event.unit_needed,
                help_text=_unit_hint(event, version),
                error_messages={"required": "Enter the region or unit."},
            )
        if event.addressees:
            self.fields["addressee"] = PartyName(
                label="Which organisation?",
                help_text=f"One of: {in_words(event.addressees, version, 'or')}",
                error_messages={"required": "Enter the organisation."},
            )
        self.fields["on"] = Day(label=event.question)
        if event.until:
            self.fields["until"] = Day(label=event.until)
        self.fields["note"] = Lines(
            label="Note (optional)",
            required=False,
            help_text="Anything the other parties should know. Do not name anyone who is supervised.",
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the unit where the kind needs one."""
        cleaned = super().clean() or {}
        if (
            self.event.needs_unit(cleaned.get("kind", ""))
            and "unit" not in self.errors
            and not cleaned["unit"]
        ):
            self.add_error("unit", "Enter the region or unit.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        cleaned = self.cleaned_data
        return {
            "event": self.event.name,
            "kind": cleaned.get("kind", ""),
            "about": self.event.fixed_about or cleaned["about"],
            "on": cleaned["on"],
            "unit": cleaned.get("unit"),
            "addressee": cleaned.get("addressee"),
            "until": cleaned.get("until"),
            "note": cleaned["note"],
        }


def _unit_hint(event: EventType, version: Version) -> str:
    if event.unit_needed:
        return ""
    if event.unit_needed_for:
        kinds = [inside_a_sentence(version.kinds.get(kind, kind)) for kind in event.unit_needed_for]
        return f"Needed for: {join_in_words(kinds)}"
    return "Leave it empty when it concerns no single unit"


class Withdrawal(forms.Form):
    """Why something was recorded in error."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    reason = Lines(
        label="Why was it recorded in error?",
        help_text="Everyone who can see the event will read this. Do not name anyone who is supervised.",
        error_messages={"required": "Enter the reason."},
    )


class Statement(forms.Form):
    """What one party says to another in a query on a missed duty."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text = Lines(error_messages={"required": "Enter what you want to say."})

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = label


def show_refusal(form: forms.Form, refused: Refused) -> None:
    """Put a refusal beside the field it is about, or in the summary when it is about none of them."""
    cited = f" (paragraph {refused.paragraph})" if refused.paragraph else ""
    told = f"{refused.why.rstrip('. ')}{cited}. {refused.what_next}"
    form.add_error(refused.field if refused.field in form.fields else None, told)

"""Forms of the exchange: the library, asking, keeping, sharing, supplying, disposal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.exchange.forms.files import Attachment
from oversight.exchange.queries.holdings import HoldingFilter
from oversight.exchange.rules.holdings import TERMS_WORDS, Span
from oversight.exchange.rules.items import Marking, item_kinds
from oversight.exchange.rules.sharing import SHARED_WORDS
from oversight.exchange.rules.supplying import EVERY_WORDS
from oversight.parties.queries import PartyRef

_KINDS: Final = [(one.id, one.title) for one in item_kinds().values()]
_OF_PERIODS: Final = [(one.id, one.title) for one in item_kinds().values() if one.of_a_period]
_MARKINGS: Final = [(one.value, one.words) for one in Marking]
_KIND_ERRORS: Final = {"required": "Choose what it is.", "invalid_choice": "Choose one from the list."}
_TERMS_ERRORS: Final = {"required": "Choose who may reuse it.", "invalid_choice": "Choose one from the list."}


class Filters(forms.Form):
    """What the library is narrowed to; everything may be left out."""

    text = Line(label="Words in the title, or the name of whom it is about", required=False)
    kind = forms.ChoiceField(label="What it is", required=False, choices=[("", "Any"), *_KINDS])
    owner = PartyName(label="Owner", required=False)
    about = PartyName(label="About", required=False)
    mine = forms.BooleanField(label="Only what we hold", required=False)

    def chosen(self) -> HoldingFilter:
        """Give the filter that a valid form stands for."""
        given = self.cleaned_data
        return HoldingFilter(
            text=given["text"],
            kind=given["kind"],
            owner=given["owner"].code if given["owner"] else "",
            about=given["about"].code if given["about"] else "",
            mine=given["mine"],
        )


class Looking(forms.Form):
    """What is wanted: looked for before anything is asked."""

    kind = forms.ChoiceField(
        label="What do you need?", choices=[("", "Choose"), *_KINDS], error_messages=_KIND_ERRORS
    )
    about = PartyName(
        label="About which unit or body?",
        help_text="By name or code, for example N57EKNT",
        error_messages={"required": "Enter whom it is about."},
    )
    first = Day(label="From (for what is about a span of time)", required=False)
    last = Day(label="Until", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse half a span."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if (first is None) != (last is None) and not {"first", "last"} & set(self.errors):
            self.add_error("last" if last is None else "first", "Enter both days, or neither.")
        return given

    def span(self) -> Span | None:
        """Give the span that a valid form stands for."""
        return span_of(self.cleaned_data["first"], self.cleaned_data["last"])


def span_of(first: date | None, last: date | None) -> Span | None:
    """Give a span of two days; None when there are none."""
    return Span(first, last) if first is not None and last is not None else None


class Asking(forms.Form):
    """To whom a request goes, for what, by when, and why although it is held."""

    owner = PartyName(
        label="Who holds it?",
        help_text="The one body that answers, by name or code",
        error_messages={"required": "Enter who holds it."},
    )
    purpose = Lines(
        label="What is it for?",
        help_text="The owner reads this.",
        error_messages={"required": "Enter what it is for."},
    )
    needed_by = Day(label="By when do you need it?", help_text="For example, 16/3/2026")
    reason = Lines(
        label="Why do you ask again for what is held?",
        help_text="The owner reads this (paragraph 10(iv)).",
        required=False,
    )

    def __init__(self, *args: Any, held: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not held:
            del self.fields["reason"]


class Reusing(forms.Form):
    """What something is reused for."""

    purpose = Lines(
        label="What will you use it for?",
        help_text="Its owner reads this.",
        error_messages={"required": "Enter what you will use it for: its owner reads it."},
    )


class Reason(forms.Form):
    """Why something is done."""

    reason = Lines(label="Why?", error_messages={"required": "Enter why."})

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = label


class Nothing(forms.Form):
    """A step that needs nothing but its button."""


def codes_in(text: str) -> tuple[str, ...]:
    """Give the codes of the parties named, one on each line.

    Raises:
        ValidationError: One of them is not known.
    """
    field = PartyName(required=True)
    found: list[str] = []
    for line in text.splitlines():
        if line.strip():
            ref = field.to_python(line)
            assert isinstance(ref, PartyRef)
            found.append(ref.code)
    return tuple(dict.fromkeys(found))


class Parties(Lines):
    """Some parties, one on each line, by name or code."""

    def to_python(self, value: Any) -> Any:
        """Find every party, or name the nearest ones."""
        return codes_in(super().to_python(value))


class TermsForm(forms.Form):
    """On what terms others may use an item."""

    terms = forms.ChoiceField(
        label="Who may reuse it?",
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in TERMS_WORDS.items()],
        error_messages=_TERMS_ERRORS,
    )
    named = Parties(label="Which parties? (one on each line, if you name them)", required=False)


class Keeping(TermsForm):
    """A copy that is kept: what it is, about whom, of when, its file, its handling."""

    kind = forms.ChoiceField(
        label="What is it?", choices=[("", "Choose"), *_KINDS], error_messages=_KIND_ERRORS
    )
    about = PartyName(
        label="About which unit or body?",
        help_text="By name or code",
        error_messages={"required": "Enter whom it is about."},
    )
    owner = PartyName(
        label="Who owns it?",
        help_text="You, or a unit that you answer for",
        error_messages={"required": "Enter who owns it."},
    )
    first = Day(label="From (for what is about a span of time)", required=False)
    last = Day(label="Until", required=False)
    as_at = Day(label="As at which day?", help_text="The day on which it was so. For example, 16/3/2026")
    file = Attachment(label="File", required=False, note="")
    where = Lines(label="Or where it is found: a link or a place", required=False)
    note = Lines(label="Anything to add (optional)", required=False)
    marking = forms.ChoiceField(
        label="Marking",
        choices=[("", "Choose"), *_MARKINGS],
        error_messages={"required": "Choose the marking.", "invalid_choice": "Choose one from the list."},
    )
    personal = forms.BooleanField(label="It holds personal data", required=False)
    retain_until = Day(
        label="Last day on which it is kept (optional)",
        required=False,
        help_text="When left out: so long after the day above as things of its kind are kept, "
        "a figure of this service until the parties give theirs.",
    )

    field_order = (
        "kind",
        "about",
        "owner",
        "first",
        "last",
        "as_at",
        "file",
        "where",
        "note",
        "marking",
        "personal",
        "retain_until",
        "terms",
        "named",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half a span."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if (first is None) != (last is None) and not {"first", "last"} & set(self.errors):
            self.add_error("last" if last is None else "first", "Enter both days, or neither.")
        return given


class Sharing(forms.Form):
    """What is shared, with whom, for what, until when."""

    what = forms.ChoiceField(
        label="What do you share?",
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in SHARED_WORDS.items()],
        error_messages={"required": "Choose what you share.", "invalid_choice": "Choose one from the list."},
    )
    title = Line(label="Title", longest=200, error_messages={"required": "Enter the title."})
    file = Attachment(
        label="File", note="Each reader gets a report with its marking and their name on every page."
    )
    marking = forms.ChoiceField(
        label="Marking",
        choices=[("", "Choose"), *_MARKINGS],
        error_messages={"required": "Choose the marking.", "invalid_choice": "Choose one from the list."},
    )
    parties = Parties(
        label="With whom?",
        help_text="One on each line, by name or code",
        error_messages={"required": "Enter at least one party."},
    )
    purpose = Lines(
        label="What is it for?",
        help_text="They read this.",
        error_messages={"required": "Enter what it is for."},
    )
    agreement = Line(
        label="Data sharing agreement (needed for data)",
        longest=500,
        required=False,
        help_text="Its reference, or a link to it",
    )
    until = Day(label="Last day", help_text="The share ends by itself after this day. For example, 16/3/2026")


class Agreeing(forms.Form):
    """What is supplied routinely, to whom, how often."""

    kind = forms.ChoiceField(
        label="What will you supply?",
        choices=[("", "Choose"), *_OF_PERIODS],
        error_messages=_KIND_ERRORS,
    )
    about = PartyName(
        label="About which unit or body?",
        help_text="By name or code",
        error_messages={"required": "Enter whom it is about."},
    )
    receiver = PartyName(
        label="To whom?", help_text="By name or code", error_messages={"required": "Enter who receives it."}
    )
    every = forms.ChoiceField(
        label="How often?",
        widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in EVERY_WORDS.items()],
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose one from the list."},
    )
    first = Day(label="First day of the first period", help_text="The first of a month, for example 1/4/2026")
    count = forms.IntegerField(
        label="How many periods?",
        help_text="A year at most; then it is agreed anew.",
        error_messages={"required": "Enter how many periods.", "invalid": "Enter a whole number."},
    )
    days_after = forms.IntegerField(
        label="How many days after each period will it come?",
        error_messages={"required": "Enter how many days.", "invalid": "Enter a whole number."},
    )


class Sending(forms.Form):
    """The file for one period of a supply."""

    first = forms.TypedChoiceField(
        label="For which period?",
        coerce=date.fromisoformat,
        error_messages={"required": "Choose the period.", "invalid_choice": "Choose one from the list."},
    )
    file = Attachment(label="File", note="")

    def __init__(self, *args: Any, periods: Iterable[Span], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["first"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.first.isoformat(), one.words) for one in periods]


class KeepingBack(forms.Form):
    """Why copies of a disposal list are kept after all: one field for each line."""

    def __init__(self, *args: Any, lines: Iterable[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for number, title in lines:
            self.fields[f"keep_{number}"] = Lines(
                label=f"Keep “{title}” after all? Say why", required=False, widget=forms.Textarea({"rows": 2})
            )

    def keep(self) -> dict[int, str]:
        """Give the reasons by line."""
        return {int(name[5:]): why for name, why in self.cleaned_data.items() if why}

"""Shape of what people type on the pages of this area. What is allowed is for the actions to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.exchange.forms.exchange import Parties
from oversight.exchange.rules.items import Marking
from oversight.intelligence.queries.items import ItemFilter
from oversight.intelligence.rules.words import Confidence, Kind, Result, words
from oversight.parties.queries import PartyRef

_ANY: Final = ("", "Any")
_CHOOSE: Final = ("", "Choose")
_THEMES: Final = [(one.id, one.title) for one in words().themes.values()]
_SOURCES: Final = [(one.id, one.title) for one in words().sources.values()]
_RESULTS: Final = [(one.value, words().results[one]) for one in Result]
_SURE: Final = [(one.value, f"{words().confidence[one]}: {words().means[one].lower()}") for one in Confidence]
_KINDS: Final = [(one.value, words().kinds[one]) for one in Kind]
_MARKINGS: Final = [(one.value, one.words) for one in Marking]
_CHOICE: Final = "Choose one from the list."


class Filters(forms.Form):
    """What the list is narrowed to; everything may be left out."""

    text = Line(label="Words in it, or the name of whom it is about", required=False)
    kind = forms.ChoiceField(label="What it is", required=False, choices=[_ANY, *_KINDS])
    theme = forms.ChoiceField(label="Theme", required=False, choices=[_ANY, *_THEMES])
    source = forms.ChoiceField(label="Who looked", required=False, choices=[_ANY, *_SOURCES])
    result = forms.ChoiceField(label="What was found", required=False, choices=[_ANY, *_RESULTS])
    about = PartyName(label="About", required=False)
    mine = forms.BooleanField(label="Only what we shared", required=False)

    def chosen(self) -> ItemFilter:
        """Give the filter that a valid form stands for."""
        given = self.cleaned_data
        return ItemFilter(
            text=given["text"],
            kind=given["kind"],
            theme=given["theme"],
            source=given["source"],
            result=given["result"],
            about=given["about"].code if given["about"] else "",
            mine=given["mine"],
        )


class Content(forms.Form):
    """What an item says."""

    text = Lines(
        label="What was found?",
        help_text="Those whom you name read this, and each reading is noted. Leave out names of people.",
        error_messages={"required": "Enter what was found."},
    )
    result = forms.ChoiceField(
        label="What does that amount to?",
        help_text="This is no rating: ratings are published by their owner alone.",
        widget=forms.RadioSelect,
        choices=_RESULTS,
        error_messages={"required": "Choose what it amounts to.", "invalid_choice": _CHOICE},
    )
    confidence = forms.ChoiceField(
        label="How sure are you?",
        widget=forms.RadioSelect,
        choices=_SURE,
        error_messages={"required": "Choose how sure you are.", "invalid_choice": _CHOICE},
    )
    found_on = Day(label="On which day was it found?", help_text="For example, 16/3/2026")
    marking = forms.ChoiceField(
        label="Marking",
        choices=[_CHOOSE, *_MARKINGS],
        error_messages={"required": "Choose the marking.", "invalid_choice": _CHOICE},
    )


class Sharing(Content):
    """A finding or note to be put in common: about whom, on what, what, for whom."""

    owner = PartyName(
        label="Whose is it?",
        help_text="You, or a unit that you answer for",
        error_messages={"required": "Enter whose it is."},
    )
    about = PartyName(
        label="About which unit or body?",
        help_text="By name or code, for example N57EKNT",
        error_messages={"required": "Enter whom it is about."},
    )
    theme = forms.ChoiceField(
        label="On what?",
        choices=[_CHOOSE, *_THEMES],
        error_messages={"required": "Choose the theme.", "invalid_choice": _CHOICE},
    )
    readers = Parties(
        label="Who may read it?",
        help_text="One body on each line, by name or code",
        error_messages={"required": "Enter at least one body."},
    )

    field_order: tuple[str, ...] = (
        "owner",
        "about",
        "theme",
        "text",
        "result",
        "confidence",
        "found_on",
        "marking",
        "readers",
    )

    def __init__(self, *args: Any, owners: int, **options: Any) -> None:
        super().__init__(*args, **options)
        if owners < 2:
            del self.fields["owner"]


class Offering(Content):
    """A draft from work that is done, to be put in common by its owner: about whom and on what is settled."""

    readers = Parties(
        label="Who may read it?",
        help_text="One body on each line, by name or code",
        error_messages={"required": "Enter at least one body."},
    )


class Recording(Sharing):
    """Published work of another body, with its link."""

    body = PartyName(
        label="Whose work is it?",
        help_text="For example, National Audit Office",
        error_messages={"required": "Enter whose work it is."},
    )
    link = Line(
        label="Where is it published?",
        help_text="The address, beginning https://",
        longest=500,
        error_messages={"required": "Enter where it is published."},
    )
    field_order = ("owner", "body", "link", *Sharing.field_order[1:])


class Correcting(Content):
    """What an item says from now on, and why."""

    reason = Lines(
        label="Why is it corrected?",
        help_text="Everyone who read it is told, and reads this.",
        error_messages={"required": "Enter why it is corrected."},
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, linked: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if linked:
            self.fields["link"] = Line(
                label="Where is it published?",
                longest=500,
                error_messages={"required": "Enter where it is published."},
            )


class Naming(forms.Form):
    """Who may read an item."""

    readers = Parties(
        label="Who may read it?",
        help_text="One body on each line, by name or code. A body that you leave out no longer reads it.",
        error_messages={"required": "Enter at least one body."},
    )


class Step(forms.Form):
    """A step of an issue: what is said with it, and the revision that was seen."""

    text = Lines(label="What do you say?", error_messages={"required": "Enter what you say."})
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = label


class Confirming(Step):
    """What an issue is called and is about, in words for every body that takes part."""

    title = Line(
        label="What is it called?", longest=200, error_messages={"required": "Enter what it is called."}
    )
    field_order = ("title", "text", "revision")


class NamingOwner(Step):
    """Who owns an issue, by when it is dealt with, and what is expected."""

    owned_by = forms.ChoiceField(
        label="Who owns it?", error_messages={"required": "Choose who owns it.", "invalid_choice": _CHOICE}
    )
    due_on = Day(label="By when is it to be dealt with?", help_text="For example, 16/3/2027")
    field_order = ("owned_by", "due_on", "text", "revision")

    def __init__(self, *args: Any, owners: Iterable[PartyRef], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owned_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_CHOOSE, *((one.code, one.name) for one in owners)]


class AsOf(forms.Form):
    """Of which place a picture is, and as of which day."""

    place = PartyName(label="Region or unit (all when left out)", required=False, kinds=("region", "pdu"))
    on = Day(label="As of which day? (today when left out)", required=False)


class RiskAsOf(forms.Form):
    """As of which day a risk picture is."""

    on = Day(label="As of which day? (today when left out)", required=False)


class RiskFilters(forms.Form):
    """What the list of risk pictures is narrowed to."""

    region = forms.ChoiceField(label="Region", required=False)

    def __init__(self, *args: Any, regions: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ANY, *regions]


class Looking(forms.Form):
    """Of which unit a picture is."""

    unit = PartyName(label="Unit or other body", error_messages={"required": "Enter a unit."})


class IssueFilters(forms.Form):
    """What the list of issues is narrowed to."""

    state = forms.ChoiceField(label="State", required=False)
    mine = forms.BooleanField(label="Only those that we own", required=False)

    def __init__(self, *args: Any, states: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ANY, *states]

"""Forms of independent reviews: the request, the terms, writing, points, the family, publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.sfo.forms.reviews import NO_NAMES, _choices, _Held
from oversight.sfo.models import SECTION_LENGTH
from oversight.sfo.rules.independent import DECIDED_WORDS
from oversight.sfo.rules.independent_text import outline


class Asking(forms.Form):
    """The request of the Secretary of State."""

    asked_by = Line(
        label="Who asked?",
        longest=200,
        help_text="The office, for example: the Secretary of State for Justice.",
        error_messages={"required": "Enter the office that asked."},
    )
    asked_on = Day(label="Asked on", error_messages={"required": "Enter the day on which it was asked for."})
    letter = Line(
        label="Letter or statement",
        longest=200,
        help_text="Its reference, so that it can be found.",
        error_messages={"required": "Enter the reference of the letter or statement."},
    )
    case_reference = Line(
        label="Case reference",
        longest=30,
        help_text="From the case record. Never a name.",
        error_messages={"required": "Enter the case reference."},
    )
    region = PartyName(
        label="Region of the case", kinds=("region",), error_messages={"required": "Enter the region."}
    )
    scope = forms.ChoiceField(
        label="What is to be reviewed?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is to be reviewed."},
    )
    request = Lines(
        label="What was asked?",
        help_text=NO_NAMES,
        error_messages={"required": "Enter what was asked."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "scope", list(outline().scopes.items()))


class AgreeingTerms(_Held):
    """The first terms of reference."""

    title = Line(
        label="Title of the report",
        longest=200,
        help_text="As it will be published. Without names of people of the case.",
        error_messages={"required": "Enter the title."},
    )
    terms = Lines(
        label="Terms of reference",
        help_text=f"They are published with the report. {NO_NAMES}",
        error_messages={"required": "Enter the terms of reference."},
    )


class ChangingTerms(AgreeingTerms):
    """Later terms, with the reason."""

    account = Lines(
        label="Why do they change?",
        help_text="Earlier terms stay in view.",
        error_messages={"required": "Enter why the terms change."},
    )


class Why(_Held):
    """A step that needs a reason."""

    account = Lines(label="Why?", help_text=NO_NAMES, error_messages={"required": "Enter why."})


class PublicWhy(_Held):
    """A reason that stands in public."""

    account = Lines(
        label="Why?", help_text=f"The public reads it. {NO_NAMES}", error_messages={"required": "Enter why."}
    )


class BriefingFamily(_Held):
    """The day of the briefing and how it was done."""

    on = Day(
        label="On which day was the family briefed?",
        error_messages={"required": "Enter the day of the briefing."},
    )
    account = Lines(
        label="How was it done?",
        help_text="By which posts, and whether in person. Do not name the family.",
        error_messages={"required": "Enter how it was done."},
    )


class Correcting(_Held):
    """The notice beside a corrected report."""

    wrong = Lines(label="What was wrong?", error_messages={"required": "Enter what was wrong."})
    says = Lines(label="What does it say now?", error_messages={"required": "Enter what it says now."})
    why = Lines(label="Why is it corrected?", error_messages={"required": "Enter why it is corrected."})


class WritingSection(_Held):
    """A section of the report."""

    text = forms.CharField(
        label="Text",
        required=False,
        max_length=SECTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=f"Markdown: a blank line ends a paragraph, # a heading, - a list. {NO_NAMES}",
        error_messages={"max_length": f"Shorten the section to {SECTION_LENGTH} characters."},
    )


class WritingRecommendation(_Held):
    """A recommendation to one authority."""

    addressee = PartyName(
        label="To whom?",
        help_text="One authority that can act on it.",
        error_messages={"required": "Enter the authority."},
    )
    text = Lines(
        label="What is recommended?",
        help_text=NO_NAMES,
        error_messages={"required": "Enter the recommendation."},
    )


class RaisingPoint(_Held):
    """A point on the accuracy of a draft."""

    place = Line(
        label="Where in the draft?",
        longest=200,
        help_text="For example: What we found, third paragraph.",
        error_messages={"required": "Enter the place in the draft."},
    )
    text = Lines(
        label="What is not accurate?",
        help_text=NO_NAMES,
        error_messages={"required": "Enter what is not accurate."},
    )
    proposed = Lines(label="Words proposed instead (optional)", required=False)


class DecidingPoint(_Held):
    """A decision on a point."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)
    decision = forms.ChoiceField(
        label="Decision",
        choices=[(str(one), words) for one, words in DECIDED_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision."},
    )
    reason = Lines(label="Reason", required=False, help_text="Needed unless the point is accepted.")


class Appointing(_Held):
    """A reviewer with their statement of independence."""

    person = forms.ChoiceField(label="Reviewer", error_messages={"required": "Choose a person."})
    statement = Lines(
        label="Statement of independence",
        help_text="What they declared about ties to the case, the region and its people.",
        error_messages={"required": "Enter what they declared."},
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "person", [("", "Choose a named reader of the Inspectorate"), *people])

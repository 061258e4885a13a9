"""Forms with which files are brought in: the file, its columns, and what each row has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.exchange.forms.files import Attachment
from oversight.kernel.refusals import Refused
from oversight.recommendations.rules.bringing_in import (
    ACTION_COLUMNS,
    KINDS,
    MOST_ROWS,
    RECOMMENDATION_COLUMNS,
    Column,
    check_chosen,
)
from oversight.recommendations.rules.sources import UNIT_KINDS as UNITS
from oversight.recommendations.rules.wording import words_of

_YES_NO: Final = {"": False, "no": False, "n": False, "false": False, "yes": True, "y": True, "true": True}
#: What precedes the name of a column in the form that chooses it.
PREFIX: Final = "column"
SAMPLES: Final = 3


class ChoosingFile(forms.Form):
    """A file of somebody's own."""

    file = Attachment(
        label="File",
        kinds=KINDS,
        note=f"At most {MOST_ROWS} rows, with headings in the first. Nothing is kept before you confirm.",
    )


class ChoosingColumns(forms.Form):
    """Which column of a file is which of ours.

    Args:
        columns: What a row says.
        headings: Headings of the file.
        samples: What the file says under each heading, to recognise it by.
    """

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        headings: Sequence[str],
        samples: Mapping[str, Sequence[str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options, prefix=PREFIX)  # type: ignore[misc]  # nobody gives another
        self._columns, self._headings = columns, headings
        choices = [("", "Not in the file"), *((one, _with_sample(one, samples[one])) for one in headings)]
        for column in columns:
            self.fields[column.key] = forms.ChoiceField(
                label=column.title if column.needed else f"{column.title} (may be left out)",
                help_text=column.note,
                required=False,
                choices=choices,
                error_messages={"invalid_choice": "The file has no such column. Choose one of the list."},
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a needed column left out and one chosen twice, each beside its field."""
        cleaned = dict(super().clean() or {})
        if not self.errors:
            try:
                check_chosen(cleaned, self._columns, self._headings)
            except Refused as refused:
                raise ValidationError({refused.field: f"{refused.why} {refused.what_next}"}) from refused
        return cleaned


def _with_sample(heading: str, said: Sequence[str]) -> str:
    shown = "; ".join(text[:40] for text in said[:SAMPLES] if text)
    return f"{heading} (for example {shown})" if shown else heading


class Handed(forms.Form):
    """A file as it was read, handed from page to page so that nothing of it is kept."""

    read = forms.CharField(widget=forms.HiddenInput, strip=False)


class _YesNo(forms.CharField):
    def to_python(self, value: Any) -> bool:  # type: ignore[override]  # gives the answer, not the text
        said = str(value or "").strip().casefold()
        if said not in _YES_NO:
            raise ValidationError("Enter yes or no, or leave it empty.", code="yes_no")
        return _YES_NO[said]


class _Theme(forms.CharField):
    def to_python(self, value: Any) -> str:
        said = " ".join(str(value or "").split()).casefold()
        named = {word.casefold(): name for name, word in words_of("themes").items()}
        found = {"": "", **{name: name for name in words_of("themes")}, **named}.get(said)
        if found is None:
            raise ValidationError(
                f"Leave it empty, or enter one of: {'; '.join(words_of('themes').values())}.", code="theme"
            )
        return found


class RecommendationRow(forms.Form):
    """A recommendation as a row says it."""

    source = Line(longest=80, error_messages={"required": "Enter the reference of the report."})
    source_title = Line(longest=200, error_messages={"required": "Enter the title of the report."})
    number = forms.IntegerField(
        min_value=1,
        max_value=999,
        error_messages={"required": "Enter the number.", "invalid": "Enter a whole number."},
    )
    text = Lines(error_messages={"required": "Enter the recommendation."})
    addressee = PartyName(error_messages={"required": "Enter the body addressed."})
    unit = PartyName(required=False, kinds=UNITS)
    on = Day(error_messages={"required": "Enter the day on which it was made."})
    theme = _Theme(required=False)
    commissioned = _YesNo(required=False)
    found = Line(longest=500, error_messages={"required": "Enter where it comes from."})
    stood = Lines(required=False, max_length=1200)


class ActionRow(forms.Form):
    """An action as a row says it."""

    plan = Line(longest=90, error_messages={"required": "Enter the reference of the plan."})
    recommendations = Line(required=False, longest=400)
    text = Lines(error_messages={"required": "Enter what will be done."})
    owner = PartyName(error_messages={"required": "Enter the owner."})
    measure = Lines(error_messages={"required": "Enter how success is measured."})
    due = Day(error_messages={"required": "Enter the date."})
    commissioned = _YesNo(required=False)


#: Columns of each kind of file, the form of its rows, and what makes two rows the same.
KINDS_OF_FILE: Final[Mapping[str, tuple[tuple[Column, ...], type[forms.Form], tuple[str, ...]]]] = {
    "recommendations": (RECOMMENDATION_COLUMNS, RecommendationRow, ("source", "number")),
    "actions": (ACTION_COLUMNS, ActionRow, ("plan", "text", "due")),
}

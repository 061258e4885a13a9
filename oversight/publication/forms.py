"""The shape of what people send to the public register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from oversight.kernel.plain_text import one_line
from oversight.publication.queries.plans import KINDS
from oversight.publication.queries.reports import NOT_KNOWN, SORTS, Filters
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.rules.reading import MAX_BYTES

LONGEST_SEARCH = 100


class SearchText(forms.CharField):
    """Words to look for: one clean line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> str:
        """Return the words, or refuse what no name can hold."""
        try:
            return one_line(str(value or ""), longest=LONGEST_SEARCH)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class SearchForm(forms.Form):
    """Search of areas and reports by name."""

    q = SearchText(label="Search by area name")


class ReportFilterForm(forms.Form):
    """Filters of the register of reports; each is optional and all survive in the address.

    Args:
        regions: Code and name of each region.
        years: Years in which something was published, newest first.
        further: Identifier and title of each programme that the register alone knows.
    """

    q = SearchText(label="Area name")
    programme = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    unit_type = forms.ChoiceField(label="Type of area", required=False)
    rating = forms.ChoiceField(label="Overall rating", required=False)
    year = forms.ChoiceField(label="Year published", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False)

    def __init__(
        self,
        data: Any,
        *,
        regions: Iterable[tuple[str, str]],
        years: Iterable[str],
        further: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data)
        choices = {
            "programme": [*((each.id, each.title) for each in programmes().all), *further],
            "region": list(regions),
            "unit_type": [(kind.value, kind.in_words) for kind in UnitType],
            "rating": [(rating, rating) for rating in programmes().scale]
            + [(NOT_KNOWN, "Not rated or not known")],
            "year": [(year, year) for year in years] + [(NOT_KNOWN, "Not known")],
        }
        for name, listed in choices.items():
            self._choices(name, [("", "All"), *listed])
        self._choices("sort", [(key, words) for key, (words, _order) in SORTS.items()])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = (
            f"Choose one of the listed values of “{field.label or name}”."
        )

    def filters(self, *, codes: tuple[str, ...]) -> Filters:
        """Return what the form asks for; it must be valid.

        Args:
            codes: Areas whose names hold the words of ``q``.
        """
        said = self.cleaned_data
        return Filters(
            text=said["q"],
            codes=codes,
            programme=said["programme"],
            region=said["region"],
            unit_type=said["unit_type"],
            rating=said["rating"],
            year=said["year"],
            sort=said["sort"] or "newest",
        )


class PlanFilterForm(forms.Form):
    """Filters of the list of action plans; each is optional and all survive in the address."""

    q = SearchText(label="Words of the title, or an area")
    kind = forms.ChoiceField(
        label="Kind of plan",
        required=False,
        choices=[("", "All"), *KINDS.items()],
        error_messages={"invalid_choice": "Choose one of the listed kinds."},
    )


class HistoryFileForm(forms.Form):
    """A history file to check."""

    file = forms.FileField(
        label="History file",
        help_text="A CSV file with the columns of the published history",
        error_messages={
            "required": "Choose a CSV file.",
            "invalid": "Choose a CSV file.",
            "missing": "Choose a CSV file.",
            "empty": "The file is empty. Choose a file with a header and at least one row.",
        },
    )

    def clean_file(self) -> Any:
        """Refuse a file too large to read before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                f"The file must be {MAX_BYTES // 1024 // 1024} megabytes or smaller. Split it."
            )
        return file


class DecisionForm(forms.Form):
    """What to do with the file that was checked."""

    decision = forms.ChoiceField(choices=[("import", "Import"), ("discard", "Discard")])
    file_digest = forms.RegexField(r"[0-9a-f]{64}")
    plan_digest = forms.RegexField(r"[0-9a-f]{64}", required=False)

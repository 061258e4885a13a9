"""Forms of a report: sections, recommendations, effective practice, figures, versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, Lines, PartyName, in_full
from oversight.inspections.queries.report import VersionLine
from oversight.inspections.rules.data_items import (
    MEASURE_WORDS,
    PLACEMENT_WORDS,
    ItemFacts,
    Level,
    Measure,
    Placement,
    Table,
)
from oversight.inspections.rules.programmes import Standard
from oversight.inspections.rules.reporting import LONGEST_TEXT
from oversight.kernel.plain_text import many_lines
from oversight.parties.queries import PartyRef

MOST_REVISIONS: Final = 2**31 - 1
MAX_BYTES: Final = 512 * 1024
MARKDOWN: Final = "Written in Markdown: an empty line between paragraphs, “-” before each point of a list."


class Markdown(forms.CharField):
    """A long text in Markdown."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 20, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **options)

    def to_python(self, value: Any) -> str:
        """Refuse what would deceive whoever reads it."""
        try:
            return many_lines(str(value or ""), longest=LONGEST_TEXT)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault


def _revision(least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=least, max_value=MOST_REVISIONS)


class Writing(forms.Form):
    """The text of a section, and the revision that it was opened at."""

    text = Markdown(label="Text", required=False, help_text=MARKDOWN)
    revision = _revision(0)


class Recommending(forms.Form):
    """A recommendation: its one authority, its text, the standards it rests on.

    Args:
        authorities: Whom it can be addressed to.
        standards: Standards of the programme.
        asks_why: Whether the report makes more than usual with it, so that a reason is needed.
    """

    authority = forms.ChoiceField(
        label="Who is it for?",
        help_text="Each recommendation is for one authority (paragraph 23).",
        error_messages={"required": "Choose whom it is for.", "invalid_choice": "Choose one from the list."},
    )
    text = Markdown(
        label="What should they do?", rows=6, error_messages={"required": "Enter what they should do."}
    )
    standards = forms.MultipleChoiceField(
        label="Which standards does it rest on?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one standard.",
            "invalid_choice": "Choose from the list.",
        },
    )
    reason = Lines(
        label="Why does this report make more recommendations than usual?",
        error_messages={"required": "Enter why."},
    )
    revision = _revision(0)

    def __init__(
        self,
        *args: Any,
        authorities: Iterable[PartyRef],
        standards: Iterable[Standard],
        asks_why: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (
            ("authority", [("", "Choose"), *((one.code, one.name) for one in authorities)]),
            ("standards", [(one.id, one.name) for one in standards]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if not asks_why:
            del self.fields["reason"]


class Withdrawing(forms.Form):
    """Why something is withdrawn."""

    reason = Lines(label="Why?", error_messages={"required": "Enter the reason."})


class Choosing(forms.Form):
    """What the report says of a note of effective practice."""

    text = Markdown(
        label="What the report says",
        rows=8,
        help_text="Nobody who is supervised can be recognised from it.",
        error_messages={"required": "Enter what the report says."},
    )


class Figures(forms.Form):
    """A table or figure: whose it is, where it stands, and its cells, pasted or in a file."""

    title = Line(label="Title", longest=200, error_messages={"required": "Enter what the figures show."})
    level = forms.ChoiceField(
        label="What are the figures about?",
        widget=forms.RadioSelect,
        choices=[
            (str(Level.UNIT), "The unit"),
            (str(Level.REGION), "The region"),
            (
                str(Level.NATIONAL),
                "The country, or a comparison with it: data assurance has to check it first (paragraph 32)",
            ),
        ],
        error_messages={"required": "Choose what the figures are about."},
    )
    measure = forms.ChoiceField(
        label="What kind of figures are they?",
        help_text="It decides how small numbers are hidden.",
        widget=forms.RadioSelect,
        choices=list(MEASURE_WORDS.items()),
        error_messages={"required": "Choose what kind of figures they are."},
    )
    owner = PartyName(
        label="Whose figures are they?",
        help_text="An organisation, region or unit, by its name or code.",
        error_messages={"required": "Enter whose figures they are."},
    )
    source = Line(
        label="Where do they come from?",
        longest=200,
        help_text="For example, Community performance quarterly, table 3.",
        error_messages={"required": "Enter where they come from."},
    )
    as_of = Day(label="Up to which day do they describe things?")
    published = forms.ChoiceField(
        label="Has their owner published them?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Choose whether they are published."},
    )
    placement = forms.ChoiceField(
        label="Where do they stand?",
        help_text="Unpublished figures stand in an annex: in the report’s if they are of the unit and "
        "readers need them, or in the one that the Inspectorate keeps.",
        widget=forms.RadioSelect,
        choices=list(PLACEMENT_WORDS.items()),
        error_messages={"required": "Choose where they stand."},
    )
    reason = Lines(
        label="Why are unpublished figures necessary?",
        required=False,
        help_text="Only for unpublished figures. Readers of the report’s annex will see it.",
    )
    table = forms.CharField(
        label="The table",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Comma-separated. The first line names the columns, the first cell of each line its row. "
        "Call a last line or column that adds up the others “Total”. Rates need a column “Base”.",
    )
    file = forms.FileField(
        label="Or a CSV file in its place",
        required=False,
        error_messages={"empty": "The file is empty. Choose a file with a table."},
    )
    revision = _revision(0)

    def clean_file(self) -> Any:
        """Refuse a file too large, before it is read, or one that is not text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MAX_BYTES:
            raise ValidationError(f"The file must be {MAX_BYTES // 1024} kilobytes or smaller.")
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError("This is not text in UTF-8. Save it as “CSV UTF-8”.") from None

    def clean(self) -> dict[str, Any]:
        """Ask for the table in one of the two ways."""
        cleaned = super().clean() or {}
        if not cleaned.get("table", "").strip() and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("table", "Paste the table or choose a file.")
        return cleaned

    @property
    def table_text(self) -> str:
        """The table as it was given; a file takes the place of what is pasted."""
        return str(self.cleaned_data["file"] or self.cleaned_data["table"])

    def facts(self, table: Table) -> ItemFacts:
        """Give what the action takes."""
        said = self.cleaned_data
        return ItemFacts(
            title=said["title"],
            level=Level(said["level"]),
            measure=Measure(said["measure"]),
            owner=said["owner"].code,
            source=said["source"],
            as_of=said["as_of"],
            published=said["published"] == "yes",
            placement=Placement(said["placement"]),
            reason="" if said["published"] == "yes" else said["reason"],
            table=table,
        )


def figures_known(facts: ItemFacts, owner: PartyRef, text: str, revision: int) -> dict[str, Any]:
    """Give a data item as the form shows it."""
    return {
        "title": facts.title,
        "level": str(facts.level),
        "measure": str(facts.measure),
        "owner": in_full(owner),
        "source": facts.source,
        "as_of": facts.as_of,
        "published": "yes" if facts.published else "no",
        "placement": str(facts.placement),
        "reason": facts.reason,
        "table": text,
        "revision": revision,
    }


class Checking(forms.Form):
    """What data assurance finds of a national comparison."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    holds = forms.ChoiceField(
        label="Is the comparison right?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes, it can be published"), ("no", "No")],
        error_messages={"required": "Choose whether it is right."},
    )
    note = Lines(
        label="What did you find?", required=False, help_text="Needed when the comparison is not right."
    )


class Keeping(forms.Form):
    """What a working version is kept for."""

    note = Line(
        label="What is it kept for?",
        longest=200,
        help_text="For example, as read by the panel.",
        error_messages={"required": "Enter what it is kept for."},
    )


class Comparing(forms.Form):
    """Two versions to compare."""

    old = forms.TypedChoiceField(label="Version", coerce=int, choices=())
    new = forms.TypedChoiceField(label="With version", coerce=int, choices=())

    def __init__(self, *args: Any, versions: Sequence[VersionLine], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(one.number, f"{one.number}: {one.purpose_words}") for one in versions]
        for name in ("old", "new"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = choices
            field.error_messages |= {
                "required": "Choose a version.",
                "invalid_choice": "Choose a version from the list.",
            }

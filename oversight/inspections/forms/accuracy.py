"""Forms of an accuracy check. No box cuts a text short; what is allowed is for the acts to say (D6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from oversight.arrangements.forms import Day, Line, PartyName
from oversight.exchange.forms.files import Attachment
from oversight.inspections.queries.accuracy import LogFilter
from oversight.inspections.rules.accuracy import Remark
from oversight.inspections.rules.accuracy_states import (
    DECIDED,
    LONGEST,
    POINT_WORKFLOW,
    PointKind,
    PointState,
)
from oversight.inspections.rules.programmes import Standard
from oversight.kernel.plain_text import many_lines
from oversight.parties.queries import PartyRef

LAST_DAY: Final = "Last day"


class Text(forms.CharField):
    """Clean text of any length that a person would write."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        """Refuse what would deceive whoever reads it."""
        try:
            return many_lines(str(value or ""), longest=LONGEST)
        except ValueError as fault:
            raise ValidationError(str(fault), code="text") from fault


class Revised(forms.Form):
    """A form that hands back which state of a thing was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class Sending(Revised):
    """Sending the draft, or issuing the final report, with a note."""

    note = Text(label="Note (optional)", required=False, help_text="It is kept with this version.")


class Reason(Revised):
    """A step with its reason."""

    reason = Text(label="Why?", error_messages={"required": "Enter the reason."})

    def __init__(self, *args: Any, label: str = "Why?", help_text: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text


class Commissioning(Revised):
    """Who is asked to check the draft, and the last day of each.

    Args:
        usual: Those most often asked, who have not been.
        due: Their last day unless another is entered; None to leave it open.
    """

    scope = Text(
        label="What are they to look at? (optional)",
        required=False,
        rows=3,
        help_text="Leave it empty for the whole draft.",
    )

    def __init__(
        self, *args: Any, usual: Sequence[PartyRef], due: date | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.usual = tuple(usual)
        for one in self.usual:
            self.fields[f"ask-{one.code}"] = forms.BooleanField(label=f"Ask {one.name}", required=False)
            self.fields[f"due-{one.code}"] = Day(
                label=f"{LAST_DAY} for {one.name}", required=False, initial=due
            )
        self.fields["other"] = PartyName(label="Someone else (optional)", required=False)
        self.fields["other_due"] = Day(label=f"{LAST_DAY} for them", required=False, initial=due)
        self.order_fields([name for name in self.fields if name != "scope"] + ["scope"])

    def clean(self) -> dict[str, Any]:
        """Ask for the day of everyone chosen."""
        cleaned = super().clean() or {}
        wanted = [(one.code, f"due-{one.code}") for one in self.usual if cleaned.get(f"ask-{one.code}")]
        if cleaned.get("other"):
            wanted.append(("other", "other_due"))
        for _, field in wanted:
            if field not in self.errors and not cleaned.get(field):
                self.add_error(field, "Enter their last day.")
        if not wanted and "other" not in self.errors:
            self.add_error(None, "Choose who is to look at the draft.")
        return cleaned

    def chosen(self) -> dict[PartyRef, date]:
        """Give who is asked and their last day, of a valid form."""
        cleaned = self.cleaned_data
        found = {one: cleaned[f"due-{one.code}"] for one in self.usual if cleaned.get(f"ask-{one.code}")}
        if cleaned.get("other"):
            found[cleaned["other"]] = cleaned["other_due"]
        return found


class NewDay(Revised):
    """Another last day for a contributor."""

    due = Day(label="Their new last day")


class SendingBack(Reason):
    """An answer sent back to its author, with the reason and a new last day."""

    due = Day(label="Their last day now")


YES, NO, NEITHER = "yes", "no", ""


class Commenting(forms.Form):
    """One point about one passage.

    Args:
        standards: What a rating can be of; none for an inspection without ratings.
        parties: For whom the one who writes can comment; asked only when there are several.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    kind = forms.ChoiceField(
        label="What is wrong?",
        widget=forms.RadioSelect,
        choices=[(str(kind), kind.words) for kind in PointKind],
        error_messages={"required": "Choose what is wrong.", "invalid_choice": "Choose one of these."},
    )
    current = Text(
        label="Words of the draft",
        required=False,
        help_text="Shorten them to what you mean. Leave them empty when something is left out.",
    )
    proposed = Text(label="What the draft should say", required=False)
    explanation = Text(
        label="Why, and what shows it",
        required=False,
        help_text="Do not name anyone who is supervised.",
    )
    at_inspection = forms.ChoiceField(
        label="Was it so at the time of the inspection?",
        required=False,
        widget=forms.RadioSelect,
        choices=[(YES, "Yes"), (NO, "No, it is newer"), ("none", "It does not matter here")],
    )
    file = Attachment(label="Evidence (optional)", required=False)
    evidence_page = Line(label="Page or paragraph of the evidence (optional)", required=False, longest=300)

    def __init__(
        self,
        *args: Any,
        standards: Iterable[Standard] = (),
        parties: Sequence[PartyRef] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        listed = [(one.id, one.name) for one in standards]
        if listed:
            self.fields["standard"] = forms.ChoiceField(
                label="Rating that this affects (optional)",
                required=False,
                choices=[("", "None"), *listed],
                help_text="Choose the standard whose rating would be another without the mistake.",
            )
        if len(parties) > 1:
            self.fields["party"] = forms.ChoiceField(
                label="For whom do you comment?",
                widget=forms.RadioSelect,
                choices=[(one.code, one.name) for one in parties],
                error_messages={"required": "Choose for whom you comment."},
            )
            self.order_fields(["party", *(name for name in self.fields if name != "party")])

    def remark(self, anchor: str) -> Remark:
        """Give what a valid form says about a passage."""
        cleaned = self.cleaned_data
        kind, proposed = PointKind(cleaned["kind"]), cleaned["proposed"]
        if kind is PointKind.OBJECTION and proposed == cleaned["current"]:
            # The box starts with the words of the draft; who objects to them proposes none.
            proposed = ""
        return Remark(
            anchor=anchor,
            kind=kind,
            current=cleaned["current"],
            proposed=proposed,
            explanation=cleaned["explanation"],
            at_inspection={YES: True, NO: False}.get(cleaned["at_inspection"]),
            standard=cleaned.get("standard", ""),
            evidence_page=cleaned["evidence_page"],
        )

    def upload(self) -> dict[str, Any]:
        """Give the file of a valid form, as the acts take it."""
        file = self.cleaned_data["file"]
        return {"file_name": file.name, "file_content": file.read()} if file else {}


class HandingIn(Revised):
    """Handing in what was written, or that nothing is inaccurate."""

    note = Text(label="Note to OSAG (optional)", required=False, rows=3)


class Merging(Revised):
    """With which point another is answered."""

    into = forms.IntegerField(
        label="Number of the point that answers for it",
        min_value=1,
        max_value=10**6,
        error_messages={"required": "Enter the number of the other point.", "invalid": "Enter a number."},
    )
    reason = Text(
        label="What they have in common (optional)",
        required=False,
        rows=3,
        help_text="Where the two contradict each other, say what OSAG holds to be right.",
    )


class Returning(Revised):
    """The response of OSAG.

    Args:
        outstanding: Whether someone has not answered.
    """

    response = Text(label="Words to go with the response (optional)", required=False)

    def __init__(self, *args: Any, outstanding: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if outstanding:
            self.fields["without_reason"] = Text(
                label="Why do you return it without those who have not answered?",
                rows=3,
                error_messages={"required": "Enter the reason, or wait for them."},
            )


class Deciding(Revised):
    """The decision on a point."""

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[(str(state), POINT_WORKFLOW.state(state).label) for state in DECIDED],
        error_messages={"required": "Choose the decision.", "invalid_choice": "Choose one of these."},
    )
    reason = Text(
        label="Reason",
        required=False,
        help_text="Needed unless the point is accepted whole. OSAG and the contributor read it.",
    )
    change = Text(
        label="What is to change in the report (optional)",
        required=False,
        help_text="For whoever writes it.",
        rows=3,
    )


class LaterDate(Revised):
    """A later date for the check, with its reason."""

    until = Day(label="New last day of the check")
    reason = Text(label="Why?", error_messages={"required": "Enter the reason."})


class DateAnswer(Revised):
    """The answer to a later date."""

    reason = Text(label="Reason (needed to decline)", required=False, rows=3)


class LogFilters(forms.Form):
    """What the log is narrowed to; everything may be left out.

    Args:
        contributors: Who wrote a point that the reader sees.
    """

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any"),
            ("undecided", "Not decided"),
            ("disputed", "OSAG disagrees with the decision"),
            ("changed", "Passage changed since"),
            *((str(state), POINT_WORKFLOW.state(state).label) for state in PointState),
        ],
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Any"), *((str(kind), kind.words) for kind in PointKind)],
    )
    party = forms.ChoiceField(label="Contributor", required=False)
    text = Line(label="Words in it", required=False, longest=200)

    def __init__(self, *args: Any, contributors: Sequence[PartyRef], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any"), *((one.code, one.name) for one in contributors)]

    def chosen(self) -> LogFilter:
        """Give the filter that a valid form stands for."""
        return LogFilter(**self.cleaned_data)

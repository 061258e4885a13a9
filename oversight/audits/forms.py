"""Shape of what people type about audits; what is allowed is for the actions to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName
from oversight.audits.actions.planning import Team
from oversight.audits.queries.audits import rating_choices
from oversight.audits.queries.facts import ActionLine, AuditFilter, FindingLine, Member, TestLine
from oversight.audits.rules.audit import WORKFLOW, Place
from oversight.audits.rules.data import Scale, audit_data
from oversight.audits.rules.work import ANSWER_WORDS, CONCLUSION_WORDS, LOOKED_WORDS
from oversight.exchange.forms.files import Attachment
from oversight.intelligence.rules.words import words
from oversight.programme.queries.people import Person

_UNNAMED: Final = "Name nobody supervised."


def _any(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", "Any"), *choices]


class Filters(forms.Form):
    """What the list of audits is narrowed to; everything may be left out."""

    text = Line(label="Words in the title, reference, place or body", required=False)
    service = forms.ChoiceField(
        label="Service",
        required=False,
        choices=_any([(one.id, one.title) for one in audit_data().services.values()]),
    )
    state = forms.ChoiceField(
        label="Where it stands",
        required=False,
        choices=_any([(one.name, one.label) for one in WORKFLOW.states]),
    )
    about = PartyName(label="Body or region audited", required=False)
    rating = forms.ChoiceField(
        label="Rating of the final report", required=False, choices=_any(rating_choices())
    )
    mine = forms.BooleanField(label="Only audits that I work on", required=False)

    def chosen(self) -> AuditFilter:
        """Give the filter that a valid form stands for."""
        given = self.cleaned_data
        return AuditFilter(
            text=given["text"],
            service=given["service"],
            state=given["state"],
            audited=given["about"].code if given["about"] else "",
            rating=given["rating"],
            mine=given["mine"],
        )


class _Step(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class Plain(_Step):
    """A step with nothing to say."""


class Reason(_Step):
    """A step with its reason."""

    reason = Lines(label="Why?", error_messages={"required": "Enter the reason."})


class Why(forms.Form):
    """A reason on its own."""

    reason = Lines(label="Why?", error_messages={"required": "Enter the reason."})


class Nothing(forms.Form):
    """Nothing to say."""


class _Team(forms.Form):
    lead = forms.ChoiceField(label="Who leads it?")
    reviewer = forms.ChoiceField(
        label="Who reviews it?",
        help_text="Somebody else, who issues the draft and the final report and can close the audit.",
    )
    auditors = forms.MultipleChoiceField(
        label="Who works on it too?", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, known: Sequence[Person], members: Sequence[Member] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        people = [(one.reference, one.name) for one in known]
        for name in ("lead", "reviewer", "auditors"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = people if name == "auditors" else [("", "Choose a person"), *people]
        for place in (Place.LEAD, Place.REVIEWER):
            self.fields[str(place)].initial = next((one.person for one in members if one.place == place), "")
        self.fields["auditors"].initial = [one.person for one in members if one.place == Place.AUDITOR]

    def team(self) -> Team:
        """Give the team that a valid form names; whoever leads it does not have to be named twice."""
        given = self.cleaned_data
        auditors = [one for one in given["auditors"] if one != given["lead"]]
        return Team(given["lead"], given["reviewer"], auditors)


class _Days(forms.Form):
    first = Day(label="First day of fieldwork", help_text="For example, 16/3/2026")
    last = Day(label="Last day of fieldwork", help_text="For example, 20/3/2026")


class Planning(_Days, _Team):
    """A new audit."""

    field_order = (
        "title",
        "service",
        "audited",
        "place",
        "region",
        "scope",
        "first",
        "last",
        "lead",
        "reviewer",
        "auditors",
    )
    title = Line(
        label="What is it called?", longest=200, error_messages={"required": "Enter what it is called."}
    )
    service = forms.ChoiceField(
        label="What kind of service is audited?",
        choices=[("", "Choose a service"), *((one.id, one.title) for one in audit_data().services.values())],
        error_messages={"required": "Choose a service."},
    )
    audited = PartyName(
        label="Which body answers for it?",
        help_text="It reads the draft before it is final: a region or unit, a provider, HMPPS for a prison "
        "or the youth estate.",
        error_messages={"required": "Enter the body."},
    )
    place = Line(
        label="Name of the prison, establishment or contract",
        longest=200,
        required=False,
        help_text="Leave empty for the Probation Service.",
    )
    region = PartyName(
        label="Which probation region does it concern? (optional)",
        required=False,
        help_text="For a prison, establishment or contract. Once the audit is announced, that region sees "
        "its visit in the timetable.",
    )
    scope = Lines(
        label="What is looked at, and why?",
        help_text="The audited read this once the audit is announced.",
        error_messages={"required": "Enter what is looked at, and why."},
    )


class Teaming(_Step, _Team):
    """Who audits from now on."""


class Dates(_Days, _Step):
    """New days of fieldwork, and why."""

    field_order = ("revision", "first", "last", "reason")
    reason = Lines(
        label="Why?",
        help_text="The audited and other planners read this.",
        error_messages={"required": "Enter the reason."},
    )


class Looking(forms.Form):
    """What to look for among possible sources."""

    about = PartyName(label="About which body?", required=False, help_text="The body audited when empty.")
    text = Line(label="Words in it", required=False)


class Citing(forms.Form):
    """What a source is used for."""

    used_for = Lines(
        label="What is it used for?",
        help_text="For example, to choose the unit, or to see whether a weakness is known.",
        error_messages={"required": "Enter what it is used for."},
    )


class Testing(forms.Form):
    """A test."""

    question = Lines(label="What is tested?", error_messages={"required": "Enter what is tested."})
    method = Lines(label="How, and on what sample?", error_messages={"required": "Enter how it is tested."})


class Concluding(forms.Form):
    """What a test showed."""

    conclusion = forms.ChoiceField(
        label="What did it show?",
        choices=[(str(one), said) for one, said in CONCLUSION_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it showed."},
    )
    result = Lines(
        label="What was seen?", help_text=_UNNAMED, error_messages={"required": "Enter what was seen."}
    )

    def __init__(self, *args: Any, test: TestLine, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"conclusion": test.conclusion, "result": test.result}


class Papering(forms.Form):
    """A working paper."""

    title = Line(
        label="What is it called?", longest=200, error_messages={"required": "Enter what it is called."}
    )
    text = Lines(
        label="What was done and seen?",
        help_text=_UNNAMED,
        error_messages={"required": "Enter what was done and seen."},
    )
    file = Attachment(label="Evidence", required=False)


class Reviewing(forms.Form):
    """What the reviewer says of a working paper."""

    move = forms.ChoiceField(
        label="Does it bear out the test?",
        choices=[("review", "Yes"), ("send_back", "No, it goes back to its author")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it does."},
    )
    note = Lines(label="What do you say of it?", required=False, help_text="Needed when it goes back.")


class _FindingWords(forms.Form):
    title = Line(
        label="What is it called?", longest=200, error_messages={"required": "Enter what it is called."}
    )
    text = Lines(
        label="What was found?", help_text=_UNNAMED, error_messages={"required": "Enter what was found."}
    )
    cause = Lines(label="Why is it so?", error_messages={"required": "Enter why it is so."})
    consequence = Lines(
        label="What follows from it?", error_messages={"required": "Enter what follows from it."}
    )
    grade = forms.ChoiceField(
        label="How grave is it?",
        choices=[(one.id, f"{one.title}: {one.means}") for one in audit_data().grades.values()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how grave it is."},
    )


class CorrectingFinding(_FindingWords):
    """What a finding of a final report says with a correction."""


class Finding(_FindingWords):
    """A finding."""

    field_order = ("title", "text", "cause", "consequence", "theme", "grade", "test")
    theme = forms.ChoiceField(
        label="Theme",
        choices=[("", "Choose a theme"), *((one.id, one.title) for one in words().themes.values())],
        error_messages={"required": "Choose a theme."},
    )
    test = forms.TypedChoiceField(
        label="Which test bears it out?",
        coerce=int,
        error_messages={"required": "Choose a test."},
    )

    def __init__(
        self,
        *args: Any,
        tests: Sequence[TestLine],
        finding: FindingLine | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if finding is not None:
            self.initial = {
                "title": finding.title,
                "text": finding.text,
                "cause": finding.cause,
                "consequence": finding.consequence,
                "theme": finding.theme.id,
                "grade": finding.grade.id,
                "test": finding.test,
            }
        field = self.fields["test"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Choose a test"),
            *((one.number, f"{one.number}. {one.question[:80]}") for one in tests),
        ]


class Acting(forms.Form):
    """An action for a finding."""

    text = Lines(label="What is to be done?", error_messages={"required": "Enter what is to be done."})
    owner = PartyName(
        label="Who is to do it?",
        help_text="One body: a region or unit, HMPPS, the Probation Service, the Ministry’s policy teams.",
        error_messages={"required": "Enter who is to do it."},
    )


class Summing(forms.Form):
    """Rating and summary."""

    rating = forms.ChoiceField(
        label="Rating", widget=forms.RadioSelect, error_messages={"required": "Choose a rating."}
    )
    summary = Lines(label="Summary", error_messages={"required": "Enter what the report says as a whole."})

    def __init__(self, *args: Any, scale: Scale, rating: str, summary: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"rating": rating, "summary": summary}
        field = self.fields["rating"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.id, f"{one.title}: {one.means}") for one in scale.ratings.values()]


class WordingCorrection(forms.Form):
    """What was wrong in a final report, and why."""

    wrong = Lines(
        label="What is wrong in the report?",
        help_text="Everyone who reads the report reads this, and so do those who read a finding in common "
        "that it changes.",
        error_messages={"required": "Enter what is wrong."},
    )
    reason = Lines(
        label="Why was it wrong?",
        help_text="For example, what was counted twice, and how it came to light.",
        error_messages={"required": "Enter why it was wrong."},
    )


class BeginningCorrection(WordingCorrection, _Step):
    """A correction begins."""

    field_order = ("revision", "wrong", "reason")


class Pointing(forms.Form):
    """A point on the accuracy of a draft."""

    part = Line(
        label="Which part of the draft?",
        longest=200,
        help_text="For example, Finding 2, or Summary",
        error_messages={"required": "Enter the part of the draft."},
    )
    text = Lines(
        label="What is not accurate, and what should it say?",
        error_messages={"required": "Enter what is not accurate."},
    )
    evidence = Lines(
        label="What bears that out?",
        help_text="Name the document, its page and date.",
        error_messages={"required": "Enter what bears it out."},
    )


class Answering(forms.Form):
    """The answer to a point."""

    answer = forms.ChoiceField(
        label="What is the answer?",
        choices=[(str(one), said) for one, said in ANSWER_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    reason = Lines(
        label="Why?",
        required=False,
        help_text="Needed unless all of it is accepted. The audited read it with the final report.",
    )


class PlanningFollowUp(forms.Form):
    """Days of a follow-up."""

    first = Day(label="First day", help_text="For example, 16/3/2026")
    last = Day(label="Last day", help_text="For example, 16/3/2026")


class Following(_Step):
    """What a follow-up found."""

    made_on = Day(label="On which day was it made?", help_text="For example, 16/3/2026")
    account = Lines(label="What was seen?", error_messages={"required": "Enter what was seen."})

    def __init__(self, *args: Any, actions: Sequence[ActionLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for one in actions:
            self.fields[f"action_{one.number}"] = forms.ChoiceField(
                label=f"Action {one.number}: {one.text[:120]}",
                choices=[(str(found), said) for found, said in LOOKED_WORDS.items()],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose what was found of action {one.number}."},
            )

    def found(self) -> dict[int, str]:
        """Give what a valid form says of each action."""
        return {
            int(name.removeprefix("action_")): said
            for name, said in self.cleaned_data.items()
            if name.startswith("action_")
        }

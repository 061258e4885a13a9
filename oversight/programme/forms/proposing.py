"""Forms of plans: asking the planner for one, and deciding on what it proposes (C4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms

from oversight.arrangements.forms import Day, Line, Lines, PartyName, in_full
from oversight.parties.queries import parties_by_code
from oversight.parties.queries.units import regions
from oversight.programme.models import Programme
from oversight.programme.queries.planning import Wish
from oversight.programme.queries.proposals import LineFilter
from oversight.programme.rules.cycles import months_after
from oversight.programme.rules.deciding import LINE_WORDS
from oversight.programme.rules.figures import figures
from oversight.programme.rules.kinds import kinds_of, visit_data
from oversight.programme.rules.proposing import LostTeam, WantedThematic
from oversight.programme.rules.visits import Span

ANNOUNCED = [("no", "No, they stay"), ("yes", "Yes, as few as can be")]
#: Entries that belong together: given whole or not at all.
GROUPS = {
    "closed": ("closed_region", "closed_from", "closed_until"),
    "lost": ("lost_team", "lost_fewer", "lost_from", "lost_until"),
    "urgent": ("urgent_place", "urgent_kind", "urgent_by"),
    "thematic": ("thematic_title", "thematic_regions", "thematic_from", "thematic_until"),
    "replaced": ("replaced_programme", "replaced_kind"),
    "eased": ("eased_rule",),
}
GROUP_WORDS = {
    "closed": "A region is closed for some weeks",
    "lost": "A team is missing for some weeks",
    "urgent": "A place has to be visited again soon",
    "thematic": "A new thematic inspection",
    "replaced": "A programme is replaced",
    "eased": "A rule is relaxed",
}
#: Bodies that make thematic inspections.
THEMATIC_BODIES = visit_data().kinds["thematic"].bodies


class Asking(forms.Form):
    """What the planner is asked.

    Args:
        body: Code of the body whose visits are planned.
        programmes: Its programmes that are running.
        today: The day of asking.
    """

    title = Line(label="What the plan is called (optional)", required=False, max_length=200)
    first = Day(label="First week", help_text="A day of it, for example 11 January 2027.")
    weeks = forms.IntegerField(label="Weeks to plan", min_value=1, max_value=520)
    programmes = forms.MultipleChoiceField(
        label="Programmes whose places are to be visited",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    moves_announced = forms.ChoiceField(
        label="May visits that are announced be moved?", widget=forms.RadioSelect, choices=ANNOUNCED
    )
    seconds = forms.IntegerField(label="Seconds to search", min_value=1)
    seed = forms.IntegerField(
        label="Seed", min_value=1, max_value=2**31 - 1, help_text="The same seed searches in the same way."
    )
    closed_region = PartyName(label="Region that nobody visits", required=False, kinds=("region",))
    closed_from = Day(label="Closed from", required=False)
    closed_until = Day(label="Closed until", required=False)
    lost_team = forms.ChoiceField(label="Team", required=False)
    lost_fewer = forms.IntegerField(label="How many fewer", required=False, min_value=1, max_value=50)
    lost_from = Day(label="Fewer from", required=False)
    lost_until = Day(label="Fewer until", required=False)
    urgent_place = PartyName(
        label="Region or unit to be visited again", required=False, kinds=("region", "pdu")
    )
    urgent_kind = forms.ChoiceField(label="Type of visit", required=False)
    urgent_by = Day(label="By when", required=False)
    thematic_title = Line(label="Name of the inspection", required=False, max_length=200)
    thematic_regions = forms.IntegerField(label="Number of regions", required=False, min_value=1)
    thematic_from = Day(label="Fieldwork from", required=False)
    thematic_until = Day(label="Fieldwork until", required=False)
    replaced_programme = forms.ChoiceField(
        label="Programme",
        required=False,
        help_text="Its visits that are not announced are not made.",
    )
    replaced_kind = forms.ChoiceField(
        label="Type of visit instead", required=False, help_text="Made to every place of that type."
    )
    eased_rule = forms.ChoiceField(label="Rule", required=False)

    def __init__(
        self, *args: Any, body: str, programmes: Sequence[Programme], today: date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.running = {one.slug: one for one in programmes}
        fields = cast("dict[str, Any]", self.fields)
        fields["programmes"].choices = [(one.slug, one.title) for one in programmes]
        fields["programmes"].initial = [one.slug for one in programmes]
        teams = [one for one in visit_data().teams.values() if one.body == body]
        fields["lost_team"].choices = [("", "None"), *((one.id, one.title) for one in teams)]
        fields["urgent_kind"].choices = [("", "None"), *((one.id, one.title) for one in kinds_of(body))]
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
        fields["first"].initial = monday
        ends = [months_after(one.starts_on, one.latest_months) for one in programmes]
        weeks = (max(ends) - monday).days // 7 if ends else figures().longest_weeks
        fields["weeks"].initial = min(max(weeks, figures().lead_weeks + 26), figures().longest_weeks)
        fields["moves_announced"].initial = "no"
        fields["seconds"].initial = figures().usual_seconds
        fields["seed"].initial = 1
        fields["replaced_programme"].choices = [
            ("", "None"),
            *((one.slug, one.title) for one in programmes),
        ]
        cyclic = [one for one in kinds_of(body) if one.in_cycle]
        fields["replaced_kind"].choices = [("", "None"), *((one.id, one.title) for one in cyclic)]
        easings = [(one.rule, one.words) for one in figures().easings]
        fields["eased_rule"].choices = [("", "None"), *easings]
        gone = () if body in THEMATIC_BODIES else GROUPS["thematic"]
        for name in (*gone, *(() if teams else GROUPS["lost"]), *(() if programmes else GROUPS["replaced"])):
            del self.fields[name]

    def begin_with(self, asked: Mapping[str, Any], *, eased: str) -> None:
        """Begin with what was asked for another plan.

        Args:
            asked: What was asked, as ``queries.proposals.asked_of`` gives it.
            eased: The rule to be relaxed; empty to relax the one that was.
        """
        self.initial = {
            "seconds": asked["seconds"],
            "seed": asked["seed"],
            "programmes": [one for one in asked.get("programmes", ()) if one in self.running],
            "moves_announced": "yes" if asked.get("moves_announced") else "no",
        }
        known = parties_by_code()
        for group, entries in asked.get("wish", {}).items():
            for name, value in entries.items():
                place = known.get(value) if name in {"region", "place"} else None
                self.initial[f"{group}_{name}"] = in_full(place) if place else value
        if figures().easing(eased):
            self.initial["eased_rule"] = eased

    def clean(self) -> dict[str, Any]:
        """Hold entries that belong together to be given whole, and days to their order."""
        cleaned = super().clean() or {}
        for names in GROUPS.values():
            here = [name for name in names if name in self.fields]
            given = [name for name in here if cleaned.get(name) or name in self.errors]
            for name in here:
                if given and name not in given:
                    label = self.fields[name].label
                    self.add_error(name, f"{label}: enter this too, or leave all of this part empty.")
        for group in ("closed", "lost", "thematic"):
            first, last = cleaned.get(f"{group}_from"), cleaned.get(f"{group}_until")
            if first and last and last < first:
                self.add_error(f"{group}_until", "This is before the first day.")
        wanted = cleaned.get("thematic_regions")
        if wanted and wanted > len(regions()):
            self.add_error("thematic_regions", f"There are {len(regions())} regions.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give what a valid form asks."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "first": given["first"],
            "weeks": given["weeks"],
            "seconds": given["seconds"],
            "seed": given["seed"],
            "programmes": given["programmes"],
            "moves_announced": given["moves_announced"] == "yes",
            "wish": self._wish(),
        }

    def _wish(self) -> Wish:
        given = self.cleaned_data
        kinds = visit_data().kinds
        return Wish(
            closed=(given["closed_region"], Span(given["closed_from"], given["closed_until"]))
            if given["closed_region"]
            else None,
            lost=LostTeam(
                given["lost_team"], given["lost_fewer"], Span(given["lost_from"], given["lost_until"])
            )
            if given.get("lost_team")
            else None,
            urgent=(given["urgent_place"], kinds[given["urgent_kind"]], given["urgent_by"])
            if given["urgent_place"]
            else None,
            thematic=WantedThematic(
                given["thematic_title"],
                given["thematic_regions"],
                Span(given["thematic_from"], given["thematic_until"]),
                kinds["thematic"],
            )
            if given.get("thematic_title")
            else None,
            replaced=(self.running[given["replaced_programme"]], kinds[given["replaced_kind"]])
            if given.get("replaced_programme")
            else None,
            eased=figures().easing(given["eased_rule"]),
        )

    def parts(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Give the parts about what is different: words, fields, and whether something is in them."""
        found = []
        for group, words in GROUP_WORDS.items():
            bound = [self[name] for name in GROUPS[group] if name in self.fields]
            if bound:
                found.append((words, bound, any(one.value() or one.errors for one in bound)))
        return found


class LineFilters(forms.Form):
    """Which visits of a plan are shown; everything may be left out."""

    region = forms.ChoiceField(label="Region", required=False)
    state = forms.ChoiceField(
        label="What became of it",
        required=False,
        choices=[("", "Any"), *((state.value, label) for state, label in LINE_WORDS.items())],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["region"])
        field.choices = [("", "Any"), *((one.code, one.name) for one in regions())]

    def chosen(self) -> LineFilter:
        """Give the filter; one that cannot be read counts as none."""
        self.is_valid()
        return LineFilter(self.cleaned_data.get("region", ""), self.cleaned_data.get("state", ""))


class Deciding(forms.Form):
    """Which visits of a plan are accepted or declined, and why."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    which = forms.ChoiceField(
        label="Which visits?",
        widget=forms.RadioSelect,
        choices=[
            ("ticked", "Those ticked on this page"),
            ("region", "All to be decided of the region chosen above"),
            ("all", "All that are to be decided"),
        ],
        error_messages={"required": "Choose which visits."},
    )
    answer = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[("accept", "Accept"), ("decline", "Decline")],
        error_messages={"required": "Choose accept or decline."},
    )
    reason = Lines(
        label="Why?",
        help_text="Everyone who knows of a visit that moves will read this.",
        error_messages={"required": "Say why."},
    )
    numbers = forms.TypedMultipleChoiceField(
        label="Visits", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, numbers: Sequence[int] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.TypedMultipleChoiceField", self.fields["numbers"])
        field.choices = [(str(one), str(one)) for one in numbers]


class SettingAside(forms.Form):
    """Why a plan is set aside."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = Lines(label="Why do you set it aside?", error_messages={"required": "Say why."})

    def facts(self) -> dict[str, str]:
        """Give the facts of the step."""
        return {"reason": self.cleaned_data["reason"]}

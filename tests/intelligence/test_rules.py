"""What is stale, corroborated, recurring, a gap: pure, from dated data (B1, B5, B8, ¶2, ¶12, ¶14)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.intelligence.rules.assurance import Look, Standing, assurance_map, latest
from oversight.intelligence.rules.counting import (
    Said,
    corroborated,
    every_version,
    is_stale,
    months_before,
    read_rules,
    rules_on,
)
from oversight.intelligence.rules.items import (
    FILED,
    ITEM_WORKFLOW,
    OWNER,
    READER,
    SHARED,
    WITHDRAWN,
    Wanted,
    check_wanted,
    state_of,
)
from oversight.intelligence.rules.recurring import (
    ISSUE_WORKFLOW,
    OSAG,
    OWNER_STEPS,
    OWNERS,
    IssueState,
    Looked,
    PublishedRating,
    check_issue_move,
    issue_steps,
    recurring,
)
from oversight.intelligence.rules.words import Kind, Result, read_words, source_of, theme_of, words
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

DAY = date(2026, 4, 14)
days = st.dates(date(2023, 1, 1), date(2030, 12, 31))
results = st.sampled_from(list(Result))


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.rule


# Words


def test_every_body_is_one_source_and_bodies_outside_the_lines_are_the_last():
    assert source_of(code="hmpps-osag", kind="assurance").line == "second"
    assert source_of(code="hmip", kind="inspectorate").line == "third"
    assert source_of(code="N57EKNT", kind="pdu").id == "line_management"
    assert source_of(code="hmpps-contract-management", kind="team").id == "contract"
    assert source_of(code="nao", kind="auditor").id == "other_body"
    assert {one.line for one in words().sources.values()} == {"first", "second", "third", "other"}


def test_no_two_themes_read_the_same_standard():
    standards = [standard for one in words().themes.values() for standard in one.standards]
    assert len(standards) == len(set(standards)) > 10
    assert refused(theme_of, "weather") == "not_found_theme"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["themes"].append(data["themes"][0]), "another theme"),
        (lambda data: data["sources"].append(data["sources"][0]), "another source"),
        (lambda data: data["sources"][0].update(line="fourth"), "no such line"),
        (lambda data: data["themes"][0]["looks"].append("nobody"), "no such source"),
    ],
)
def test_a_fault_in_the_words_is_named(change, said):
    from copy import deepcopy
    from importlib.resources import files

    text = files("oversight.intelligence").joinpath("data", "words.yaml").read_text(encoding="utf-8")
    found = read_yaml(text, "words.yaml")
    changed = deepcopy(found.data)
    change(changed)
    with pytest.raises(Refused, match=said):
        read_words(type(found)(found.name, changed, found.lines))


# Dated rules


def test_the_version_of_a_day_holds_and_versions_stand_in_order():
    assert rules_on(date(2020, 1, 1)) == rules_on(DAY) == every_version()[0]
    assert rules_on(DAY).stale_months.default
    figure = "{figure: 3, default: true}"
    rest = f"stale_months: {figure}, corroborated_months: {figure}, "
    rest += f"recurring: {{units: {figure}, months: {figure}, rated_months: {figure}}}, "
    rest += f"hidden_months: {figure}"
    text = f"note: None\nversions:\n  - {{since: 2024-01-01, {rest}}}\n  - {{since: 2023-01-01, {rest}}}\n"
    with pytest.raises(Refused, match="no later than"):
        read_rules(read_yaml(text, "rules.yaml"))
    with pytest.raises(Refused, match="no day"):
        read_rules(read_yaml(text.replace("2024-01-01", "soon"), "rules.yaml"))


def test_months_before_lands_on_the_last_day_where_there_is_none():
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 15), -1) == date(2026, 2, 15)


@given(found=days, on=days, months=st.integers(1, 60))
def test_what_is_stale_stays_stale(found, on, months):
    assert not is_stale(on, on=on, months=months)
    if is_stale(found, on=on, months=months):
        assert is_stale(found, on=on + timedelta(1), months=months)
        assert found < on


@given(
    one=st.builds(Said, st.sampled_from("ab"), results, days),
    other=st.builds(Said, st.sampled_from("ab"), results, days),
    months=st.integers(1, 24),
)
def test_two_corroborate_each_other_or_neither_and_nobody_corroborates_themselves(one, other, months):
    both = corroborated(one, [other], months=months), corroborated(other, [one], months=months)
    assert both[0] == both[1]
    assert not corroborated(one, [one], months=months)
    if one.source == other.source or one.result.concern != other.result.concern:
        assert both == (False, False)


def test_corroboration_ends_with_the_months_of_the_rule():
    one = Said("audit", Result.SOME, date(2025, 4, 14))
    assert corroborated(one, [Said("inspection", Result.SERIOUS, date(2026, 4, 14))], months=12)
    assert not corroborated(one, [Said("inspection", Result.SERIOUS, date(2026, 4, 15))], months=12)
    assert not corroborated(one, [Said("inspection", Result.GOOD, date(2025, 4, 14))], months=12)


# Items


def test_an_item_has_readers_a_day_that_has_come_and_a_link_only_for_anothers_work():
    known = {"hmip", "hmpps-osag"}
    good = Wanted(Kind.FINDING, "hmpps-osag", frozenset({"hmip"}), DAY)
    check_wanted(good, known=known, today=DAY)
    for changed, field in (
        ({"readers": frozenset()}, "readers"),
        ({"readers": frozenset({"hmpps-osag"})}, "readers"),
        ({"readers": frozenset({"nobody"})}, "readers"),
        ({"found_on": DAY + timedelta(1)}, "found_on"),
        ({"link": "https://example.org"}, "link"),
        ({"kind": Kind.WORK}, "link"),
        ({"kind": Kind.WORK, "link": "javascript:alert(1)"}, "link"),
    ):
        given_ = {"kind": good.kind, "owner": good.owner, "readers": good.readers, "found_on": DAY} | changed
        with pytest.raises(Refused) as found:
            check_wanted(Wanted(**given_), known=known, today=DAY)
        assert found.value.field == field


def test_only_its_owner_changes_an_item_and_only_what_is_shared_is_read():
    allowed = {
        (state.name, role): {move.name for move in ITEM_WORKFLOW.allowed(state.name, role)}
        for state, role in product(ITEM_WORKFLOW.states, (OWNER, READER, "anybody"))
    }
    change = {"correct", "name_readers", "withdraw"}
    assert allowed == {
        (FILED, OWNER): {"release", *change},
        (SHARED, OWNER): change,
        (WITHDRAWN, OWNER): set(),
        (FILED, READER): set(),
        (SHARED, READER): {"read"},
        (WITHDRAWN, READER): set(),
        **{(state, "anybody"): set() for state in (FILED, SHARED, WITHDRAWN)},
    }
    assert [state_of(released=a, withdrawn=b) for a, b in product((False, True), (False, True))] == [
        FILED,
        WITHDRAWN,
        SHARED,
        WITHDRAWN,
    ]


# Recurring issues


def test_an_issue_whole_matrix_state_by_state_by_role():
    expected = {
        ("proposed", "confirmed"): set(OSAG),
        ("proposed", "set_aside"): set(OSAG),
        ("confirmed", "owned"): set(OSAG),
        ("owned", "owned"): {*OSAG, *OWNERS},
        ("owned", "reported"): set(OWNERS),
        ("reported", "owned"): set(OSAG),
        ("reported", "closed"): {"osag_lead"},
    }
    for one in ISSUE_WORKFLOW.matrix(access_table().roles):
        assert one.allowed == (one.role in expected.get((one.source, one.target), set())), one


def test_roles_that_may_own_an_issue_are_those_that_the_access_table_lets():
    table = access_table()
    assert {one.id for one in table.holders("intelligence.own_issue")} == set(OWNERS)
    assert {one.id for one in table.holders("intelligence.issues")} == set(OSAG)


def test_the_steps_of_the_owner_are_for_the_body_named_alone():
    for act in OWNER_STEPS:
        for role, party in product(OWNERS, ("N57", "moj-policy")):
            taken = {move.name for move in issue_steps(IssueState.OWNED, role=role, party=party, owner="N57")}
            if party == "N57":
                assert act in taken
                assert check_issue_move(act, IssueState.OWNED, role=role, party=party, owner="N57")
            else:
                assert act not in taken
                found = refused(check_issue_move, act, IssueState.OWNED, role=role, party=party, owner="N57")
                assert found == "issue_owner"


ratings = st.builds(PublishedRating, st.sampled_from(["r1", "r2", "r3"]), st.sampled_from(["s1", "s2"]))
looked = st.lists(
    st.builds(
        Looked,
        st.integers(1, 99) | ratings,
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["x", "y"]),
        results,
        days,
    ),
    max_size=20,
)


def is_rating(one):
    return isinstance(one.behind, PublishedRating)


def replaced(one, said, on):
    """Whether a later rating of the same unit and standard, known on a day, has taken its place."""
    return is_rating(one) and any(
        is_rating(other)
        and (other.unit, other.behind.standard) == (one.unit, one.behind.standard)
        and (one.found_on, one.behind) < (other.found_on, other.behind)
        and other.found_on <= on
        for other in said
    )


@given(said=looked, units=st.integers(1, 4), months=st.integers(1, 36), more=st.integers(0, 36), on=days)
def test_an_issue_recurs_exactly_when_enough_units_have_a_concern_in_time(said, units, months, more, on):
    # One rating has one day and one result: an inspection rates a standard of a unit once.
    said = list({(one.unit, one.behind): one for one in said}.values())
    rule = {"units": units, "months": months, "rated_months": months + more, "on": on}
    found = {one.theme: one for one in recurring(said, **rule)}
    for theme in ("x", "y"):
        counting = [
            one
            for one in said
            if one.theme == theme
            and one.result.concern
            and months_before(on, months + more if is_rating(one) else months) <= one.found_on <= on
            and not replaced(one, said, on)
        ]
        if len({one.unit for one in counting}) >= units:
            assert found[theme].units == tuple(sorted({one.unit for one in counting}))
            assert found[theme].items == tuple(sorted(one.behind for one in counting if not is_rating(one)))
            assert found[theme].ratings == tuple(sorted(one.behind for one in counting if is_rating(one)))
        else:
            assert theme not in found


def test_a_better_rating_ends_the_concern_and_a_worse_one_begins_it():
    def rated(reference, result, day):
        return Looked(PublishedRating(reference, "staffing"), "a", "staffing", result, day)

    was, now = rated("r1", Result.SERIOUS, DAY - timedelta(400)), rated("r2", Result.GOOD, DAY)
    rule = {"units": 1, "months": 3, "rated_months": 48}
    assert recurring([was, now], **rule, on=DAY - timedelta(1)) == recurring([was], **rule, on=DAY) != ()
    assert recurring([was, now], **rule, on=DAY) == ()


# The map


def look(source, on=DAY, theme="victims", item=1, **more) -> Look:
    given_ = {"by": "x", "result": "", "level": "good", "confidence": "high", "report": "", "unit": "u"}
    return Look(theme=theme, source=source, found_on=on, item=item, **(given_ | more))


def standing_of(*looks, theme="victims", on=DAY, months=24):
    (row,) = assurance_map(
        looks, themes=[theme_of(theme)], sources=words().sources, on=on, stale_months=months
    )
    return row


def test_gaps_single_points_and_overlaps_are_told_apart():
    old = DAY.replace(year=2024) - timedelta(1)
    assert standing_of().standing is Standing.GAP
    assert standing_of(look("inspection", old)).standing is Standing.GAP
    assert standing_of(look("inspection", DAY + timedelta(1))).standing is Standing.GAP
    assert standing_of(look("inspection")).standing is Standing.SINGLE
    assert standing_of(look("line_management"), look("contract")).standing is Standing.SINGLE
    both = standing_of(look("inspection"), look("line_management"))
    assert (both.standing, both.missing) == (Standing.OVERLAP, ())
    other = standing_of(look("inspection"), look("other_body"))
    assert (other.standing, other.missing) == (Standing.UNPLANNED, ("line_management",))
    stale = standing_of(look("inspection"), look("line_management", old))
    assert (stale.standing, stale.missing) == (Standing.SINGLE, ("line_management",))
    assert [cell.planned for cell in both.cells] == [True, False, False, True, False]


@given(
    looks=st.lists(st.builds(look, st.sampled_from(list(words().sources)), days, item=st.integers(1, 9))),
    on=days,
)
def test_the_map_shows_the_latest_look_up_to_its_day_in_any_order(looks, on):
    row, turned = standing_of(*looks, on=on), standing_of(*reversed(looks), on=on)
    assert [cell.look and cell.look.found_on for cell in row.cells] == [
        cell.look and cell.look.found_on for cell in turned.cells
    ]
    for name, cell in zip(words().sources, row.cells, strict=True):
        known = [one.found_on for one in looks if one.source == name and one.found_on <= on]
        assert (cell.look.found_on if cell.look else None) == max(known, default=None)
    assert latest(looks) == latest(list(looks))

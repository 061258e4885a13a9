from hypothesis import given
from hypothesis import strategies as st

from oversight.publication.rules.comparing import Held, compare, permanent_reference
from oversight.publication.rules.history import Identity
from tests.factories.publication import REGION_ROW, ROW, history, read


def held_after(plan, held):
    """Give what the register holds once a plan is carried out."""
    gone = {each.reference for each in plan.corrected}
    kept = {identity: one for identity, one in held.items() if one.reference not in gone}
    return kept | {
        each.row.identity: Held(each.reference, each.round, each.row.digest) for each in plan.changes
    }


def imported(*rows, into=None):
    held = into or {}
    return held_after(compare(read(history(*rows)), held), held)


def test_an_empty_register_takes_every_row_as_new():
    plan = compare(read(history(ROW, REGION_ROW)), {})

    assert [(each.row.unit_code, each.round) for each in plan.new] == [("N57WSUS", 1), ("N57", 1)]
    assert (plan.corrected, plan.unchanged) == ((), 0)
    assert plan.can_be_imported


def test_the_same_file_again_changes_nothing():
    plan = compare(read(history(ROW, REGION_ROW)), imported(ROW, REGION_ROW))

    assert (plan.changes, plan.unchanged) == ((), 2)
    assert not plan.can_be_imported


def test_other_content_under_the_same_identity_is_a_correction_in_the_next_round():
    held = imported(ROW, REGION_ROW)
    plan = compare(read(history(ROW | {"overall_rating": "Good"}, REGION_ROW)), held)

    (correction,) = plan.corrected
    assert correction.reference == held[correction.row.identity].reference
    assert correction.round == 2
    assert (plan.new, plan.unchanged) == ((), 1)


def test_another_address_of_the_same_unit_and_programme_is_another_inspection():
    plan = compare(read(history(ROW | {"url": "https://example.org/second"})), imported(ROW))

    assert len(plan.new) == 1
    assert plan.new[0].reference != next(iter(imported(ROW).values())).reference


def test_an_address_found_later_corrects_the_inspection_that_had_none():
    held = imported(ROW | {"url": ""})
    plan = compare(read(history(ROW)), held)

    assert plan.new == ()
    assert plan.corrected[0].reference == next(iter(held.values())).reference


def test_an_old_file_without_the_address_makes_no_second_inspection():
    held = imported(ROW, into=imported(ROW | {"url": ""}))
    plan = compare(read(history(ROW | {"url": ""})), held)

    assert plan.new == ()
    assert plan.corrected[0].round == 3


def test_rows_that_could_mean_several_inspections_are_taken_as_new():
    held = imported(ROW | {"url": ""})
    second = ROW | {"url": "https://example.org/second"}

    assert len(compare(read(history(ROW, second)), held).new) == 2
    assert len(compare(read(history(ROW | {"url": ""}, second)), held).new) == 1
    both = imported(ROW | {"url": ""}, ROW)
    assert len(compare(read(history(second)), both).new) == 1


def test_a_file_with_a_refused_row_cannot_be_imported():
    plan = compare(read(history(ROW, REGION_ROW | {"published": "never"})), {})

    assert len(plan.new) == 1
    assert not plan.can_be_imported


def test_the_plans_digest_names_file_and_register():
    file, other = read(history(ROW)), read(history(ROW | {"notes": "more"}))

    digests = {compare(file, {}).digest, compare(other, {}).digest, compare(file, imported(ROW)).digest,
               compare(file, imported(ROW | {"notes": "less"})).digest}  # fmt: skip

    assert len(digests) == 4


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["Good", "Inadequate"])), max_size=6)
)
def test_whatever_came_before_a_file_imported_twice_changes_nothing_the_second_time(steps):
    held = {}
    for address, rating in steps:
        held = imported(ROW | {"url": f"https://example.org/{address}", "overall_rating": rating}, into=held)
        plan = compare(
            read(history(ROW | {"url": f"https://example.org/{address}", "overall_rating": rating})), held
        )
        assert (plan.changes, plan.unchanged) == ((), 1)


@given(st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))
def test_references_differ_when_identities_do(one, two, url):
    identities = {Identity("p", one, url), Identity("p", two, url), Identity("p", one, "x" + url)}

    assert len({permanent_reference(identity)[-12:] for identity in identities}) == len(identities)

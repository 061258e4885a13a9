from datetime import timedelta
from importlib import resources

import pytest

from oversight.access.queries import COMMAND, NOBODY, acting_by_command
from oversight.access.rules import access_table
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.publication.actions import (
    DRAFT_KEPT,
    discard_draft,
    import_history,
    keep_draft,
    load_shipped_history,
)
from oversight.publication.models import HistoryDraft, PublishedInspection, PublishedRating
from oversight.publication.queries.history import (
    SHIPPED,
    draft_named,
    draft_of,
    held,
    plan_of,
    shipped_content,
    shipped_plan,
)
from oversight.publication.queries.reports import all_reports, rounds_of
from oversight.publication.rules.history import COLUMNS, written_cells
from tests.factories.parties import acting_as, register
from tests.factories.publication import (
    MOMENT,
    REGION_ROW,
    ROW,
    TODAY,
    history,
    import_rows,
    publications_officer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def areas():
    register()


def entries(verb):
    return list(Entry.objects.filter(verb=verb).order_by("sequence"))


def test_rows_are_kept_with_everything_they_say():
    row = ROW | {"score": "2", "score_max": "27", "court_work": "Good", "leadership": "Inadequate"}

    done = import_rows(row, REGION_ROW)

    (unit,) = rounds_of(done.new[0])
    assert unit.said.digest == plan_of(history(row), today=TODAY).file.rows[0].digest
    assert (unit.round, unit.superseded_at, unit.shipped) == (1, None, False)
    assert unit.said.ratings == (("leadership", "Inadequate"), ("court_work", "Good"))
    assert (len(done.new), done.corrected, done.unchanged) == (2, (), 0)


def test_an_import_is_in_the_record_with_each_row_and_its_digest():
    done = import_rows(ROW)

    (entry,) = entries("history.imported")
    payload = parse(entry.payload)
    (row,) = payload["rows"]
    assert entry.party == "hmip"
    assert row == {"reference": done.new[0], "round": 1, "digest": rounds_of(done.new[0])[0].said.digest}
    assert payload["file_name"] == "history.csv"


def test_a_second_import_of_the_same_file_changes_nothing_and_records_nothing():
    officer = publications_officer()
    import_rows(ROW, REGION_ROW, by=officer)
    before = (PublishedInspection.objects.count(), Entry.objects.count())

    with pytest.raises(Refused, match="already holds everything"):
        import_rows(ROW, REGION_ROW, by=officer)

    assert (PublishedInspection.objects.count(), Entry.objects.count()) == before


def test_a_correction_is_a_further_round_and_the_earlier_one_stays():
    (reference,) = import_rows(ROW).new
    later = MOMENT + timedelta(days=1)

    done = import_rows(ROW | {"overall_rating": "Good"}, at=later)

    assert done.corrected == (reference,)
    now, before = rounds_of(reference)
    assert (now.round, now.said.overall, now.superseded_at) == (2, "Good", None)
    assert (before.round, before.said.overall, before.superseded_at) == (1, "Inadequate", later)
    assert [report.said.overall for report in all_reports()] == ["Good"]


def test_nothing_is_imported_when_one_row_is_refused():
    with pytest.raises(Refused, match="1 of the file's rows cannot be accepted"):
        import_rows(ROW, REGION_ROW | {"published": "soon"})

    assert not PublishedInspection.objects.exists()
    assert entries("history.imported") == []


def test_what_was_shown_is_what_is_imported_or_nothing_is():
    content = history(ROW, REGION_ROW)
    shown = plan_of(content, today=TODAY).digest
    import_rows(REGION_ROW)

    with pytest.raises(Refused, match="changed after you checked this file"):
        import_history(
            by=publications_officer(), at=MOMENT, content=content, file_name="x", plan_digest=shown
        )

    assert PublishedInspection.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in access_table().roles if role != "hmip_publications"])
def test_nobody_but_the_inspectorates_publications_officer_may_import_paragraph_16(role):
    someone = acting_as(role)

    with pytest.raises(Refused) as refused:
        import_rows(ROW, by=someone)

    assert refused.value.paragraph == "16"
    assert "Publications officer" in refused.value.who_can
    assert not PublishedInspection.objects.exists()


def test_a_publications_officer_of_another_party_may_not_import():
    officer = publications_officer()
    impostor = type(officer)(**{**vars(officer), "party": "hmpps", "lineage": "/hmpps/"})

    with pytest.raises(Refused):
        import_rows(ROW, by=impostor)


def test_signed_out_nobody_may_keep_load_or_import():
    with pytest.raises(Refused):
        import_rows(ROW, by=NOBODY)
    with pytest.raises(Refused):
        load_shipped_history(by=NOBODY, at=MOMENT)
    with pytest.raises(Refused):
        keep_draft(by=NOBODY, at=MOMENT, content=b"", file_name="x")


def test_the_command_line_imports_as_the_inspectorates_publications_officer():
    import_rows(ROW, by=acting_by_command("import", role="hmip_publications"))

    (entry,) = entries("history.imported")
    assert (entry.actor, entry.party, entry.role) == ("command:import", "hmip", "hmip_publications")


def test_rows_are_written_many_at_a_time(django_assert_max_num_queries):
    rows = [ROW | {"url": f"https://example.org/{number}", "leadership": "Good"} for number in range(5_000)]

    with django_assert_max_num_queries(250):
        import_rows(*rows)

    assert PublishedRating.objects.count() == 5_000
    (entry,) = entries("history.imported")
    assert "rows" not in parse(entry.payload)


# The history that comes with the service


def test_the_shipped_history_loads_whole_and_again_changes_nothing():
    done = load_shipped_history(by=COMMAND, at=MOMENT)
    again = load_shipped_history(by=COMMAND, at=MOMENT)

    assert len(done.new) == 76
    assert (again.new, again.corrected, again.unchanged) == ((), (), 76)
    assert len(entries("history.loaded")) == 1
    assert shipped_plan().changes == ()
    assert shipped_plan().unchanged == 76
    assert all(report.shipped for report in all_reports())


def test_the_shipped_history_fits_the_published_counts_of_2022():
    """17 PDU reports in 2022, 10 of them Inadequate.

    https://www.justiceinspectorates.gov.uk/hmiprobation/2023/01/11-january-2023-green-shoots-of-hope-for-probation-services/
    """
    load_shipped_history(by=COMMAND, at=MOMENT)

    reports = [report for report in all_reports() if report.said.published.startswith("2022")]
    assert len(reports) == 17
    assert sum(report.said.overall == "Inadequate" for report in reports) == 10


def test_the_shipped_history_is_exported_as_it_was_shipped():
    load_shipped_history(by=COMMAND, at=MOMENT)

    plan = plan_of(shipped_content(), today=TODAY)

    assert (plan.changes, plan.unchanged, plan.file.fault_count) == ((), 76, 0)
    assert resources.files("oversight.publication").joinpath(SHIPPED).read_bytes() == shipped_content()


def test_what_the_inspectorate_imported_since_is_never_undone_by_loading():
    load_shipped_history(by=COMMAND, at=MOMENT)
    row = next(report.said for report in all_reports() if report.said.unit_code == "N55YRK")
    cells = dict(
        zip(
            COLUMNS,
            written_cells(row, written_as="2023-25 region+PDU", region_name="Yorkshire and the Humber"),
            strict=True,
        )
    )
    import_rows(cells | {"url": "https://example.org/york", "overall_rating": "Good"})

    assert shipped_plan().changes == ()
    assert [one.said.overall for one in all_reports() if one.said.unit_code == "N55YRK"] == ["Good"]


def test_the_shipped_history_needs_its_areas(monkeypatch):
    monkeypatch.setattr(
        "oversight.publication.queries.history.shipped_content", lambda: history(ROW | {"unit": "Nowhere"})
    )

    with pytest.raises(Refused, match="does not fit this register: Row 2, column unit"):
        load_shipped_history(by=COMMAND, at=MOMENT)

    assert held() == {}


# Files put forward


def test_a_file_is_kept_for_its_owner_alone_until_it_lapses():
    owner, other = publications_officer(), publications_officer()
    digest = keep_draft(by=owner, at=MOMENT, content=history(ROW), file_name="mine.csv")

    draft = draft_named(owner, digest, at=MOMENT)

    assert (draft.content, draft.file_name) == (history(ROW), "mine.csv")
    assert draft_of(other, at=MOMENT) is None
    assert draft_of(owner, at=MOMENT + DRAFT_KEPT) is None


def test_a_newer_file_takes_the_place_of_the_earlier_and_lapsed_ones_go():
    owner, other = publications_officer(), publications_officer()
    first = keep_draft(by=owner, at=MOMENT, content=history(ROW), file_name="one.csv")
    keep_draft(by=other, at=MOMENT - 2 * DRAFT_KEPT, content=history(ROW), file_name="old.csv")

    keep_draft(by=owner, at=MOMENT, content=history(REGION_ROW), file_name="two.csv")

    assert [draft.file_name for draft in HistoryDraft.objects.order_by("pk")] == ["two.csv"]
    with pytest.raises(Refused, match="no longer kept"):
        draft_named(owner, first, at=MOMENT)


def test_importing_a_kept_file_lets_go_of_it():
    owner = publications_officer()
    keep_draft(by=owner, at=MOMENT, content=history(ROW), file_name="mine.csv")

    import_rows(ROW, by=owner)

    assert draft_of(owner, at=MOMENT) is None


def test_a_file_can_be_discarded_once_and_by_its_owner_alone():
    owner, other = publications_officer(), publications_officer()
    digest = keep_draft(by=owner, at=MOMENT, content=history(ROW), file_name="mine.csv")

    with pytest.raises(Refused, match="no longer kept"):
        discard_draft(by=other, at=MOMENT, digest=digest)
    discard_draft(by=owner, at=MOMENT, digest=digest)
    with pytest.raises(Refused, match="no longer kept"):
        discard_draft(by=owner, at=MOMENT, digest=digest)


@pytest.mark.parametrize("name", ["a\x00.csv", "\u202egnp.csv", "x" * 300])
def test_a_hostile_file_name_is_refused_or_kept_harmless(name):
    try:
        keep_draft(by=publications_officer(), at=MOMENT, content=history(ROW), file_name=name)
    except ValueError:
        pytest.fail("a file name is not worth losing the file")
    assert HistoryDraft.objects.get().file_name.isprintable()

import pytest
from click.testing import CliRunner

from oversight.ledger.models import Entry
from oversight.publication.models import PublishedInspection
from oversight.publication.queries.history import shipped_content
from oversight.web.command_line import history as command
from tests.factories.parties import register
from tests.factories.publication import REGION_ROW, ROW, history

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def with_file(content, *options):
        file = tmp_path / "history.csv"
        file.write_bytes(content)
        return CliRunner().invoke(command.import_, ["history", str(file), *options])

    register()
    return with_file


def test_a_file_is_imported_and_its_references_printed(run):
    result = run(history(ROW, REGION_ROW))

    assert result.exit_code == 0
    words = [line.split("\t") for line in result.stdout.splitlines()]
    assert [(word, row) for word, _reference, row in words] == [("new", "2"), ("new", "3")]
    assert {reference for _word, reference, _row in words} == set(
        PublishedInspection.objects.order_by("pk").values_list("reference", flat=True)
    )
    assert "Imported: 2 new, 0 corrected, 0 unchanged." in result.stderr


def test_the_same_file_again_changes_nothing(run):
    run(history(ROW))
    before = Entry.objects.count()

    result = run(history(ROW))

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing to import: 0 new, 0 corrected, 1 unchanged." in result.stderr
    assert Entry.objects.count() == before


def test_a_dry_run_tells_and_changes_nothing(run):
    before = Entry.objects.count()

    result = run(history(ROW), "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.startswith("new\tpdu-2021-23-n57wsus-")
    assert "Would import: 1 new" in result.stderr
    assert not PublishedInspection.objects.exists()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_faults_are_told_by_row_on_stderr_and_nothing_is_imported(run, options):
    result = run(history(ROW, REGION_ROW | {"published": "2024-13"}), *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Row 3, column published: found 2024-13. There is no month 13." in result.stderr
    assert "1 row cannot be accepted, so nothing was imported" in result.stderr
    assert not PublishedInspection.objects.exists()


def test_more_faults_than_are_told_are_counted(run):
    result = run(
        history(*[ROW | {"published": "x", "url": f"https://example.org/{n}"} for n in range(1_002)])
    )

    assert result.exit_code == 1
    assert "… and 2 more faults." in result.stderr


def test_a_file_that_is_no_history_is_refused(run):
    result = run(b"PK\x03\x04\xff")

    assert result.exit_code == 1
    assert "not text in UTF-8" in str(result.exception)


def test_a_file_that_is_not_there_is_wrong_use():
    assert CliRunner().invoke(command.import_, ["history", "nowhere.csv"]).exit_code == 2
    assert CliRunner().invoke(command.import_, ["history"]).exit_code == 2


def test_before_setting_up_it_says_what_to_do(tmp_path):
    file = tmp_path / "history.csv"
    file.write_bytes(history(ROW))

    result = CliRunner().invoke(command.import_, ["history", str(file)])

    assert result.exit_code == 1
    assert "Run: oversight setup" in result.stderr


def test_the_shipped_file_imports_into_an_empty_register(run):
    result = run(shipped_content())

    assert result.exit_code == 0
    assert "Imported: 76 new" in result.stderr

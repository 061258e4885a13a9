"""The store keeps the same bytes once, hands out what was kept or nothing, and can only let go (G5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from structlog.testing import capture_logs

from oversight.access.queries import COMMAND
from oversight.exchange.actions.files import keep_within, let_go_within
from oversight.exchange.models import StoredContent, StoredFile
from oversight.exchange.queries.files import content_of, files_by_id
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from tests.factories.files import CSV, PDF

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)


@action(verb="test.kept", permission="parties.load_reference")
def keep(*, by, at, name, content):
    """Stand for an act of an area above that attaches a file."""
    ref = keep_within(name=name, content=content, by=by, at=at)
    return Recorded("test:1", ref.facts, ref)


@action(verb="test.let-go", permission="parties.load_reference")
def let_go(*, by, at, file):
    """Stand for an act that lets a file go."""
    return Recorded("test:1", {"file": file}, let_go_within(id=file, by=by, at=at))


@pytest.fixture
def by(db):
    return COMMAND


def kept(by, name="Staffing.pdf", content=PDF):
    return keep(by=by, at=AT, name=name, content=content)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.rule


def spoil(digest: str, content: bytes) -> None:
    """Change a byte behind the service's back, past the trigger, as a failing disk would."""
    table = StoredContent._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s",
                [f"{table}_refuses_update"],
            )
            again = cursor.fetchone()[0]
            cursor.execute(f"DROP TRIGGER {table}_refuses_update")
        else:
            again = f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuses"
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuses")
        cursor.execute(f"UPDATE {table} SET content = %s WHERE digest = %s", [content, digest])
        cursor.execute(again)


def test_the_same_bytes_are_kept_once_under_their_digest_and_come_back_as_they_were(by):
    one, other = kept(by), kept(by, "Another name.PDF")

    assert StoredContent.objects.get().pk == one.digest == other.digest
    assert (one.name, other.name) == ("Staffing.pdf", "Another name.pdf")
    assert content_of(other.id).content == PDF
    assert content_of(one.id).ref == files_by_id([one.id])[one.id] == one
    assert (one.size, one.size_in_words, one.media_type) == (len(PDF), "66 bytes", "application/pdf")


def test_what_cannot_be_kept_leaves_nothing_behind(by):
    assert refused(kept, by, "a.exe") == "file_kind"
    assert refused(kept, by, "a.pdf", CSV) == "file_content"
    assert refused(kept, by, "a.pdf", b"") == "file_size"
    assert not StoredContent.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_is_kept_or_let_go_only_within_an_act(by):
    ref = kept(by)
    with pytest.raises(RuntimeError):
        keep_within(name="a.pdf", content=PDF, by=by, at=AT)
    with pytest.raises(RuntimeError):
        let_go_within(id=ref.id, by=by, at=AT)


@pytest.mark.writes_directly(reason="to spoil a byte as a disk would")
@pytest.mark.parametrize("spoilt", [PDF[:-1] + b"!", PDF + b"\n", b""])
def test_a_changed_byte_is_refused_and_logged(by, spoilt):
    ref = kept(by)
    spoil(ref.digest, spoilt)

    with capture_logs() as logs:
        assert refused(content_of, ref.id) == "file_changed"
        assert refused(kept, by, "Again.pdf") == "file_changed"
    assert [(one["event"], one["log_level"], one["digest"]) for one in logs] == [
        ("file_changed", "error", ref.digest)
    ] * 2


@pytest.mark.writes_directly(reason="to see what the database refuses")
@pytest.mark.parametrize(("column", "value"), [("content", b"other"), ("size", 1), ("digest", "x" * 64)])
def test_the_database_itself_refuses_to_change_content(by, column, value):
    kept(by)
    for statement, values in (
        (f"UPDATE exchange_storedcontent SET {column} = %s", [value]),
        ("DELETE FROM exchange_storedcontent", []),
    ):
        with (
            pytest.raises(DatabaseError, match="kept as it was"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)


def test_bytes_go_with_the_last_file_that_has_them_and_row_and_digest_stay(by):
    one, other = kept(by), kept(by, "Other.pdf")

    assert let_go(by=by, at=AT, file=one.id) is False
    assert refused(content_of, one.id) == "file_disposed"
    assert content_of(other.id).content == PDF
    assert let_go(by=by, at=AT, file=other.id) is True
    assert refused(content_of, other.id) == "file_disposed"
    assert refused(let_go, by=by, at=AT, file=other.id) == "not_found_file"
    held = StoredContent.objects.get()
    assert (held.pk, held.content, held.gone_by) == (one.digest, None, by.reference)
    assert StoredFile.objects.filter(gone_at=AT).count() == 2


def test_the_same_bytes_may_come_again_after_they_went(by):
    first = kept(by)
    let_go(by=by, at=AT, file=first.id)

    again = kept(by)

    assert content_of(again.id).content == PDF
    assert refused(content_of, first.id) == "file_disposed"


def test_there_is_no_such_file():
    assert refused(content_of, 987_654) == "not_found_file"

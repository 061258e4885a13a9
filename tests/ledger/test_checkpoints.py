"""Checkpoints are signed with the service's key, and their file says all that is needed to check them."""

from __future__ import annotations

import json
import stat
import threading
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured

from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.ledger import actions
from oversight.ledger.checkpoints import known_public_key, public_key, read_checkpoint, read_public_key, sign
from oversight.ledger.models import Checkpoint, Entry
from tests.ledger.people import ANN, AT, Someone, act

MOMENT = "2026-03-16T09:30:00.000000Z"


def signed(**changes):
    return sign(**{"sequence": 3, "digest": "a" * 64, "at": MOMENT, "by": "person:1", **changes})


def test_a_checkpoint_tells_of_the_last_entry_before_it_and_becomes_an_entry(db):
    act(by=ANN, at=AT)
    act(by=ANN, at=AT)

    made = actions.checkpoint(by=ANN, at=AT)

    second, third = Entry.objects.filter(sequence__gt=1).order_by("sequence")
    assert (made.sequence, made.digest) == (2, second.digest)
    assert third.verb == "checkpoint.taken"
    assert third.subject == f"checkpoint:{Checkpoint.objects.get().pk}"
    assert parse(third.payload)["digest"] == second.digest
    assert made.is_signed_by(public_key())


def test_nothing_recorded_gives_no_checkpoint(db):
    with pytest.raises(Refused, match=r"Nothing has been recorded yet.*\(paragraph 10\(iii\)\)"):
        actions.checkpoint(by=ANN, at=AT)

    assert not Checkpoint.objects.exists()


def test_who_may_not_gets_no_checkpoint(db):
    act(by=ANN, at=AT)

    with pytest.raises(Refused):
        actions.checkpoint(by=Someone(permissions=frozenset({"test.act"})), at=AT)

    assert not Checkpoint.objects.exists()


def test_the_file_can_be_checked_by_anyone_with_the_usual_tools():
    fields = json.loads(signed().file_text)
    key = Ed25519PublicKey.from_public_bytes(b64decode(fields.pop("public_key")))
    signature = b64decode(fields.pop("signature"))

    assert key.verify(signature, json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()) is None


def test_the_file_reads_back_as_it_was():
    checkpoint = signed()

    assert read_checkpoint(checkpoint.file_text.encode()) == checkpoint
    assert checkpoint.file_name == "oversight-checkpoint-3.json"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "kind"),
        (b"{}", "kind"),
        (b"[" * 60_000, "not JSON"),
        (b" " * 70_000, "too long"),
    ],
)
def test_a_file_that_is_no_checkpoint_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        read_checkpoint(content)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("kind", "oversight-checkpoint-2", "kind"),
        ("sequence", 0, "sequence"),
        ("sequence", "3", "sequence"),
        ("sequence", True, "sequence"),
        ("sequence", 1.5, "sequence"),
        ("digest", None, "digest"),
        ("at", "yesterday", "cannot be read"),
        ("by", "\ud800", "cannot be read"),
        ("signature", ["x"], "signature"),
    ],
)
def test_a_file_with_a_bad_field_is_refused_by_its_name(field, value, message):
    fields = json.loads(signed().file_text)

    with pytest.raises(ValueError, match=message):
        read_checkpoint(json.dumps({**fields, field: value}).encode())


def test_a_public_key_is_read_in_either_form():
    key = Ed25519PrivateKey.generate().public_key()
    raw = b64encode(key.public_bytes_raw())

    assert read_public_key(raw + b"\n") == raw.decode()
    assert read_public_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)) == raw.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"AAAA",
        b"not base64!",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        X25519PrivateKey.generate()
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
)
def test_what_is_no_public_key_is_refused(content):
    with pytest.raises(ValueError, match="it is not a"):
        read_public_key(content)


def test_a_first_run_makes_a_key_for_its_owner_alone_and_keeps_it(settings, tmp_path):
    settings.SIGNING_KEY = ""
    settings.SIGNING_KEY_FILE = tmp_path / "var" / "signing-key"

    assert known_public_key() is None
    first = public_key()

    assert stat.S_IMODE(settings.SIGNING_KEY_FILE.stat().st_mode) == 0o600
    assert public_key() == known_public_key() == first
    assert [path.name for path in settings.SIGNING_KEY_FILE.parent.iterdir()] == ["signing-key"]


def test_two_first_runs_at_once_agree_on_one_key(settings, tmp_path):
    settings.SIGNING_KEY = ""
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key"
    told = []
    threads = [threading.Thread(target=lambda: told.append(public_key())) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 8
    assert len(set(told)) == 1


def test_the_key_of_the_environment_comes_before_the_file(settings, tmp_path):
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key"
    seed = b64decode(settings.SIGNING_KEY)

    expected = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert public_key() == b64encode(expected).decode()
    assert not settings.SIGNING_KEY_FILE.exists()


@pytest.mark.parametrize("key", ["short", "AAAA", "é" * 44])
def test_a_key_that_is_no_key_is_told_with_the_way_to_make_one(settings, key):
    settings.SIGNING_KEY = key

    with pytest.raises(ImproperlyConfigured, match="openssl rand -base64 32"):
        public_key()

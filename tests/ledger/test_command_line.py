"""``oversight ledger``: verify, checkpoint and key, with their exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from base64 import b64encode

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from rich.console import Console

from oversight.ledger.models import Checkpoint, Entry
from oversight.ledger.protection import unprotected
from oversight.web.command_line import ledger as command_line
from tests.ledger.people import ANN, AT, act

pytestmark = [pytest.mark.django_db, pytest.mark.writes_directly("tampers with the record")]


def run(*arguments):
    return CliRunner().invoke(command_line.ledger, [str(argument) for argument in arguments])


@pytest.fixture
def three():
    for _ in range(3):
        act(by=ANN, at=AT)


@pytest.fixture
def held(three, tmp_path):
    path = tmp_path / "checkpoint.json"
    assert run("checkpoint", "-o", path).exit_code == 0
    return path


@pytest.fixture
def other_key(tmp_path):
    path = tmp_path / "other.key"
    path.write_bytes(b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()))
    return path


def forge():
    with unprotected(connection):
        Entry.objects.filter(sequence=2).update(verb="test.forged")


def test_a_sound_record_is_told_and_exits_0(three):
    told = run("verify")

    assert told.exit_code == 0
    assert told.stdout.startswith("The record is sound: 3 entries, held against 0 checkpoints.\n")
    assert Entry.objects.get(sequence=3).digest in told.stdout
    assert "Give one with --checkpoint" in told.stderr


def test_a_tampered_record_names_the_first_bad_entry_and_exits_1(three):
    forge()

    told = run("verify")

    assert told.exit_code == 1
    assert told.stdout == (
        "First bad entry: 2\nEntry 2 was changed after it was written: its fields do not give its digest.\n"
    )


def test_the_result_as_json(three):
    sound = json.loads(run("verify", "--json").stdout)
    forge()
    tampered = run("verify", "--json")

    assert sound["sound"] is True
    assert (sound["entries"], sound["first_bad_entry"], sound["fault"]) == (3, None, None)
    assert tampered.exit_code == 1
    assert json.loads(tampered.stdout)["first_bad_entry"] == 2
    assert json.loads(tampered.stdout)["fault"]["kind"] == "changed"


def test_a_checkpoint_goes_to_standard_output(three):
    told = run("checkpoint")

    fields = json.loads(told.stdout)
    assert told.exit_code == 0
    assert fields["sequence"] == 3
    assert fields["by"] == "command:ledger-checkpoint"
    assert Checkpoint.objects.get().digest == fields["digest"]


def test_a_checkpoint_goes_to_a_file_and_proves_the_record(held):
    told = run("verify", "--checkpoint", held)

    assert told.exit_code == 0
    assert "4 entries, held against 2 checkpoints" in told.stdout
    assert told.stderr == ""


def test_a_checkpoint_finds_what_was_changed_before_it(held):
    forge()

    assert run("verify", "--checkpoint", held).exit_code == 1


def test_an_altered_checkpoint_exits_1_and_says_that_the_chain_is_unbroken(held):
    held.write_text(held.read_text().replace('"sequence": 3', '"sequence": 2'))

    told = run("verify", "--checkpoint", held)

    assert told.exit_code == 1
    assert "altered after it was signed" in told.stdout
    assert "The chain itself is unbroken: 4 entries." in told.stdout


def test_a_checkpoint_of_an_unknown_key_is_told_and_the_key_can_be_given(held, settings, tmp_path):
    key = tmp_path / "old.key"
    key.write_text(run("key").stdout)
    settings.SIGNING_KEY = b64encode(b"n" * 32).decode()

    unknown = run("verify", "--checkpoint", held)
    known = run("verify", "--checkpoint", held, "--key", key)

    assert unknown.exit_code == 1
    assert "signed with a key that is unknown here" in unknown.stdout
    assert known.exit_code == 0


def test_a_key_that_is_given_takes_the_place_of_the_machines_own(held, other_key):
    assert run("verify", "--checkpoint", held).exit_code == 0

    told = run("verify", "--checkpoint", held, "--key", other_key)

    assert told.exit_code == 1
    assert "The checkpoint that you hold" in told.stdout
    assert "unknown here" in told.stdout


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"kind": "oversight-checkpoint-1"}'])
def test_a_file_that_is_no_checkpoint_is_wrong_use(three, tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_text(content)

    told = run("verify", "--checkpoint", path)

    assert told.exit_code == 2
    assert told.stdout == ""
    assert "cannot be read as a checkpoint" in told.stderr


@pytest.mark.parametrize("option", ["--checkpoint", "--key"])
def test_a_file_that_is_not_there_is_wrong_use(three, tmp_path, option):
    told = run("verify", option, tmp_path / "none")

    assert told.exit_code == 2
    assert "No such file" in told.stderr


def test_a_folder_and_a_key_that_is_no_key_are_wrong_use(three, tmp_path):
    (tmp_path / "bad.key").write_text("nonsense")

    assert run("verify", "--checkpoint", tmp_path).exit_code == 2
    assert run("verify", "--key", tmp_path / "bad.key").exit_code == 2


def test_an_unknown_option_is_wrong_use(db):
    assert run("verify", "--everything").exit_code == 2


def test_a_checkpoint_that_cannot_be_written_is_not_lost(three, tmp_path):
    told = run("checkpoint", "-o", tmp_path / "no" / "such" / "folder")

    assert told.exit_code == 2
    assert json.loads(told.stdout)["sequence"] == 3
    assert "cannot be written" in told.stderr


def test_the_progress_bar_shows_on_a_terminal_alone(three, monkeypatch):
    shown = Console(force_terminal=True, width=80, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123 - ends here
    monkeypatch.setattr(command_line, "Console", lambda **_: shown)
    with command_line._progress_bar() as progress:
        assert progress is not None
        progress(3, 3)
    shown.file.close()
    monkeypatch.undo()

    with command_line._progress_bar() as nothing:
        assert nothing is None


def test_the_program_itself_says_that_a_database_is_not_ready(tmp_path):
    """In a process and terminal of its own: data on standard output, messages on standard error, exit 2."""
    terminal, end = pty.openpty()
    ran = subprocess.run(
        [sys.executable, "-m", "oversight", "ledger", "verify"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"},
        stdout=subprocess.PIPE,
        stderr=end,
        check=False,
    )
    os.close(end)
    message = os.read(terminal, 100_000).decode()
    os.close(terminal)

    assert ran.returncode == 2
    assert ran.stdout == b""
    assert "oversight setup" in message

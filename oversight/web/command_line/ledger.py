"""Proving the record, and taking checkpoints of it away."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from oversight.access.queries import acting_by_command
from oversight.kernel.words import count_in_words
from oversight.ledger import actions
from oversight.ledger.checkpoints import (
    SignedCheckpoint,
    known_public_key,
    public_key,
    read_checkpoint,
    read_public_key,
)
from oversight.ledger.verifying import Verification, verify
from oversight.web.command_line.databases import telling_of_databases

T = TypeVar("T")
_LONGEST_FILE = 1024 * 1024


@click.group()
def ledger() -> None:
    """Prove that the record was not changed, and take signed checkpoints of it away."""


class _Read(click.ParamType[T]):
    """A file read whole by a reader that raises ValueError; the file's name and the fault are told."""

    name = "file"

    def __init__(self, reader: Callable[[bytes], T], what: str) -> None:
        self._reader = reader
        self._what = what

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> T:
        try:
            with Path(str(value)).open("rb") as file:
                return self._reader(file.read(_LONGEST_FILE))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.fail(f"{value} cannot be read as {self._what}: {reason}.", param, ctx)


@ledger.command(name="verify")
@click.option(
    "--checkpoint",
    "held",
    type=_Read(read_checkpoint, "a checkpoint"),
    multiple=True,
    help="A checkpoint that was taken away; may be given more than once.",
)
@click.option(
    "--key",
    "keys",
    type=_Read(read_public_key, "a public key"),
    multiple=True,
    help="A public key to trust, in base64 or PEM; may be given more than once. For checkpoints that were "
    "taken away it takes the place of this service's own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify_command(held: tuple[SignedCheckpoint, ...], keys: tuple[str, ...], as_json: bool) -> None:
    """Read the whole record and find any edit, removal, insertion, reordering or truncation.

    Exit 0: nothing is wrong. Exit 1: something is, and the first bad entry is named. Exit 2: wrong use.
    """
    own = known_public_key()
    trusted = (*keys, own) if own else keys
    with telling_of_databases(), _progress_bar() as progress:
        found = verify(held=held, keys=trusted, held_keys=keys or trusted, progress=progress)
    if as_json:
        click.echo(json.dumps(_as_data(found), indent=2))
    else:
        _tell(found, held=len(held))
    sys.exit(0 if found.is_sound else 1)


@ledger.command(name="checkpoint")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="File to write instead of standard output."
)
def checkpoint_command(output: str | None) -> None:
    """Sign how far the record has come, for a party to keep where nobody else can reach it."""
    with telling_of_databases():
        signed = actions.checkpoint(by=acting_by_command("ledger-checkpoint"), at=timezone.now())
    if output is None:
        click.echo(signed.file_text, nl=False)
        return
    try:
        Path(output).write_text(signed.file_text)
    except OSError as error:
        click.echo(signed.file_text, nl=False)
        raise click.UsageError(
            f"{output} cannot be written: {error.strerror}. The checkpoint is on standard output instead."
        ) from error
    click.echo(f"Checkpoint of {count_in_words(signed.sequence, 'entry', 'entries')} in {output}", err=True)


@ledger.command(name="key")
def key_command() -> None:
    """Print the public key that proves this service's checkpoints; keep it with them."""
    click.echo(public_key())


def _tell(found: Verification, *, held: int) -> None:
    for note in found.notes:
        click.echo(note, err=True)
    for doubt in found.doubts:
        click.echo(doubt)
    if found.fault is not None:
        click.echo(f"First bad entry: {found.fault.first}")
        click.echo(found.fault.words)
    elif found.doubts:
        click.echo(f"The chain itself is unbroken: {count_in_words(found.entries, 'entry', 'entries')}.")
    if not found.is_sound:
        return
    click.echo(
        f"The record is sound: {count_in_words(found.entries, 'entry', 'entries')}, held against "
        f"{count_in_words(found.checkpoints, 'checkpoint')}."
    )
    if found.entries:
        click.echo(f"Digest of the last entry: {found.digest}")
    if not held:
        click.echo(
            "Only a checkpoint kept elsewhere shows whether the whole record was rewritten. "
            "Give one with --checkpoint.",
            err=True,
        )


def _as_data(found: Verification) -> dict[str, object]:
    fault = found.fault
    return {
        "sound": found.is_sound,
        "entries": found.entries,
        "digest": found.digest,
        "checkpoints": found.checkpoints,
        "first_bad_entry": None if fault is None else fault.first,
        "fault": None if fault is None else fault._asdict(),
        "doubts": list(found.doubts),
        "notes": list(found.notes),
    }


@contextmanager
def _progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal, and nothing where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading entries", total=None)
        yield lambda read, expected: bar.update(task, completed=read, total=max(read, expected))

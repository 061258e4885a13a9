"""Bringing published history and the list of contracts in from files (capabilities H5 and B3)."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from django.db import DatabaseError, transaction
from django.utils import timezone

from oversight.access.queries import Acting, acting_by_command
from oversight.delivery.actions.contracts import load_contracts
from oversight.delivery.rules.listings import MOST_BYTES, read_listings
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, count_in_words
from oversight.parties.queries import forget
from oversight.parties.queries.units import police_area_names, regions
from oversight.publication.actions import import_history
from oversight.publication.queries.history import plan_of
from oversight.publication.rules.comparing import Plan
from oversight.publication.rules.reading import MAX_BYTES


@click.group("import")
def import_() -> None:
    """Bring in what was published elsewhere."""


@import_.command("history")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def history(file: Path, *, dry_run: bool) -> None:
    """Import published inspections from FILE, a CSV file: all rows or none.

    The columns are those of /data/inspections.csv. One line for each inspection that is new or corrected goes
    to stdout: what becomes of it, its reference and the row. Reports are published by the Inspectorate
    (paragraph 16), so the act is recorded as one for the Inspectorate's publications officer.

    Exit 0: imported, nothing to import, or a dry run without faults. Exit 1: refused. Exit 2: wrong use.
    """
    by = _actor()
    with file.open("rb") as opened:
        # One byte more than is accepted is enough to refuse it.
        content = opened.read(MAX_BYTES + 1)
    at = timezone.now()
    plan = plan_of(content, today=at.astimezone(LONDON).date())
    for fault in plan.file.faults:
        click.echo(str(fault), err=True)
    if plan.file.fault_count:
        hidden = plan.file.fault_count - len(plan.file.faults)
        if hidden:
            click.echo(f"… and {count_in_words(hidden, 'more fault')}.", err=True)
        refused = count_in_words(plan.file.refused_rows, "row")
        click.echo(f"Refused: {refused} cannot be accepted, so nothing was imported.", err=True)
        sys.exit(1)
    if not dry_run and plan.changes:
        import_history(by=by, at=at, content=content, file_name=file.name, plan_digest=plan.digest)
    _tell(plan, dry_run=dry_run)


@import_.command("contracts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def contracts(file: Path, *, dry_run: bool) -> None:
    """Import the list of commissioned services from FILE, a CSV file: all rows or none.

    The columns are those of the list that comes with this service. Each new contract and listing goes to
    stdout, and each faulty row to stderr with its line and column (paragraph 13).

    Exit 0: imported, nothing to import, or a dry run without faults. Exit 1: refused. Exit 2: wrong use.
    """
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    read = read_listings(
        content, file.name, regions=[one.name for one in regions()], police_areas=police_area_names()
    )
    for fault in read.faults:
        click.echo(str(fault), err=True)
    if read.faults:
        refused = count_in_words(len({one.line for one in read.faults}), "row")
        click.echo(f"Refused: {refused} cannot be accepted, so nothing was imported.", err=True)
        sys.exit(1)
    by, at = acting_by_command("import"), timezone.now()
    with transaction.atomic():
        loaded = load_contracts(by=by, at=at, text=content.decode("utf-8-sig"))
        transaction.set_rollback(dry_run)
    forget()
    for word, names in (
        ("contract", loaded.contracts),
        ("listing", loaded.listings),
        ("changed", loaded.changed),
    ):
        for name in names:
            click.echo(f"{word}\t{name}")
    counts = (
        f"{len(loaded.contracts):,} contracts and {len(loaded.listings):,} listings new, "
        f"{len(loaded.changed):,} listings changed, of {read.count:,} rows."
    )
    click.echo(f"Would import: {counts} Nothing was changed." if dry_run else f"Imported: {counts}", err=True)


def _actor() -> Acting:
    try:
        return acting_by_command("import", role="hmip_publications")
    except (DatabaseError, Refused) as error:
        raise click.ClickException("The database is not ready. Run: oversight setup") from error


def _tell(plan: Plan, *, dry_run: bool) -> None:
    for word, planned in (("new", plan.new), ("corrected", plan.corrected)):
        for each in planned:
            click.echo(f"{word}\t{each.reference}\t{each.row.row}")
    counts = f"{len(plan.new):,} new, {len(plan.corrected):,} corrected, {plan.unchanged:,} unchanged."
    if not plan.changes:
        click.echo(f"Nothing to import: {counts}", err=True)
    elif dry_run:
        click.echo(f"Would import: {counts} Nothing was changed.", err=True)
    else:
        click.echo(f"Imported: {counts}", err=True)

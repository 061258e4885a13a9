"""Drawing the sample of Serious Further Offence reviews, and repeating a draw; no database is needed."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words
from oversight.sfo.rules.designs import design_of, shipped_designs
from oversight.sfo.rules.drawing import check_seed
from oversight.sfo.rules.records import (
    LONGEST,
    Finding,
    checked,
    checked_in_public,
    drawn_from,
    follow,
    read_public,
    read_record,
    read_request,
    written,
)
from oversight.sfo.rules.simulating import Findings, simulate

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Years that one process simulates at a time.
_SLICE = 50


@click.group()
def sample() -> None:
    """Draw the sample of Serious Further Offence reviews and repeat a draw (paragraph 19)."""


@sample.command("draw")
@click.argument("file", metavar="FILE.json", type=_FILE)
def draw_command(file: Path) -> None:
    """Draw from the list, the year so far and the seed in FILE and print the record of the draw as JSON.

    Exit 0: drawn. Exit 1: the file cannot be drawn from. Exit 2: wrong use.
    """
    with _naming(file):
        record = drawn_from(read_request(_content(file)), shipped_designs())
    click.echo(written(record), nl=False)
    drawn, listed = len(record["drawn"]), count_in_words(len(record["reviews"]), "review")
    click.echo(f"{drawn} of {listed} drawn.", err=True)


@sample.command("check")
@click.argument("records", metavar="RECORD.json...", type=_FILE, nargs=-1, required=True)
@click.option("--seed", default="", help="The seed of the year, when the records do not hold it yet.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check_command(records: tuple[Path, ...], seed: str, *, as_json: bool) -> None:
    """Repeat the draw of each RECORD and compare; of several records also check that they follow one another.

    The file of a year's public page is checked as far as its totals and digests show it.

    Exit 0: everything that can be shown holds. Exit 1: something does not, or a file cannot be read. Exit 2:
    wrong use.
    """
    designs = shipped_designs()
    read, found = [], dict[str, tuple[Finding, ...]]()
    if seed:
        check_seed(seed)
    for file in records:
        with _naming(file):
            content = _content(file)
            public = read_public(content)
            if public is not None:
                found[str(file)] = checked_in_public(public)
                continue
            read.append(read_record(content))
            found[str(file)] = checked(read[-1], designs, seed=seed)
    if len(read) > 1:
        found["All records together"] = follow(read)
    if as_json:
        told = {
            name: [{"what": one.what, "holds": one.holds, "detail": one.detail} for one in some]
            for name, some in found.items()
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for name, some in found.items():
            click.echo(name)
            for one in some:
                word = {True: "holds", False: "DOES NOT HOLD", None: "not shown yet"}[one.holds]
                click.echo(f"  {word}: {one.what}." + (f" {one.detail}" if one.detail else ""))
    if any(one.holds is False for some in found.values() for one in some):
        sys.exit(1)


@sample.command("simulate")
@click.option("--years", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="Years.")
@click.option(
    "--reviews", default=500, show_default=True, type=click.IntRange(0, 5000), help="Reviews a year."
)
@click.option("--design", "version", type=int, help="Version of the design; the latest when left out.")
@click.option(
    "--start", default=0, show_default=True, type=click.IntRange(0), help="Number of the first year."
)
def simulate_command(years: int, reviews: int, version: int | None, start: int) -> None:
    """Simulate years of draws and print, as JSON, how well the sample kept to what is promised of it.

    The same numbers give the same years. Exit 0: every promise held. Exit 1: one did not. Exit 2: wrong use.
    """
    designs = shipped_designs()
    design = designs[-1] if version is None else design_of(designs, version)
    starts = range(start, start + years, _SLICE)
    work = partial(_slice, version=design.version, reviews=reviews, end=start + years)
    findings = Findings()
    with _progress(years) as advance, multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for part in pool.imap(work, starts):
            findings.merge(part)
            advance(part.years)
    told = findings.told(design)
    click.echo(json.dumps(told, indent=2))
    if not all(told["promises"].values()):
        sys.exit(1)


def _slice(start: int, *, version: int, reviews: int, end: int) -> Findings:
    design = design_of(shipped_designs(), version)
    return simulate(design, count=min(_SLICE, end - start), start=start, reviews=reviews)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST + 1)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Name the file in front of what is refused of it, and end with exit code 1."""
    try:
        yield
    except Refused as refused:
        place = f"{file}, {refused.field}" if refused.field else str(file)
        click.echo(f"Refused: {place}: {refused}", err=True)
        sys.exit(1)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal, and nothing where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: None  # noqa: ARG005 - nobody watches
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Simulating years", total=total)
        yield lambda done: bar.advance(task, done)

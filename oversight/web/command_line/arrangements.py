"""What an event would open, what is owed, and the texts that say so."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from django.db import DatabaseError
from django.utils import timezone

from oversight.access.queries import acting_by_command
from oversight.arrangements import actions, queries
from oversight.arrangements.queries import DutyLine
from oversight.arrangements.rules.explaining import Opening, explain, version_on
from oversight.arrangements.rules.facts import FORCE_WORDS, Version
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.processes import OTHER, processes_under, shipped_catalogue
from oversight.arrangements.rules.reading import MOU_2023, read_version, shipped_text
from oversight.arrangements.rules.telling import kinds_in_words, sentence_case
from oversight.kernel.calendars import coverage, england_and_wales
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words, join_in_words, weekday_in_words
from oversight.web.command_line.databases import reason, telling_of_databases

_LONGEST_FILE = 4 * 1024 * 1024


class Day(click.ParamType[date]):
    """A day in ISO form."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or say how one is written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{str(value)[:40]!r} is not a date. Write it as 2026-01-05.", param, ctx)


class Text(click.ParamType[tuple[str, str]]):
    """A file read whole as text: its name and what it holds."""

    name = "file"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Read the file, or say why it cannot be read."""
        path = Path(str(value))
        try:
            with path.open("rb") as file:
                content = file.read(_LONGEST_FILE)
            return path.name, content.decode("utf-8-sig")
        except OSError as error:
            self.fail(f"{path} cannot be read: {error.strerror}.", param, ctx)
        except UnicodeDecodeError:
            self.fail(f"{path} is not text in UTF-8.", param, ctx)


@click.command()
@click.argument("event")
@click.option("--kind", default="", help="Kind of inspection or review, where the event has kinds.")
@click.option("--on", type=Day(), required=True, help="Day of the event, for example 2026-01-05.")
@click.option("--until", type=Day(), help="Second date of the event, where it carries one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def due(event: str, kind: str, on: date, until: date | None, as_json: bool) -> None:
    """Explain what an event would open: who would owe what to whom, by when and why. Nothing is recorded.

    Exit 0: explained, even if it opens nothing. Exit 1: no text was in force, or a date cannot be counted.
    Exit 2: wrong use.
    """
    versions = _known()
    version = version_on(versions, on)
    _check_event(version, event, kind)
    found = explain(
        event=event, kind=kind, on=on, until=until, versions=versions, calendar=england_and_wales()
    )
    if as_json:
        data = {
            "event": event,
            "kind": kind,
            "on": on.isoformat(),
            "until": until.isoformat() if until else None,
            "version": version.id,
            "duties": [_opening_data(one) for one in found],
        }
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    title = version.events[event].title
    about = f" ({join_in_words(kinds_in_words([kind], version))})" if kind else ""
    starts = count_in_words(len(found), "duty", "duties") if found else "no duty"
    click.echo(f"{title}{about} on {weekday_in_words(on)} starts {starts}.")
    click.echo(f"Text in force: {version.title} ({version.id})")
    for one in found:
        click.echo()
        for line in _opening_words(one):
            click.echo(line)


def _known() -> Sequence[Version]:
    """Give the texts of the database, or the one that comes with the service when there are none."""
    try:
        versions = queries.known_versions()
    except DatabaseError as error:
        _say(
            f"The database cannot be read ({reason(error)}), so this is answered from the text of {MOU_2023}"
            " alone."
        )
    else:
        if versions:
            return versions
        _say(f"No text has been taken up yet, so this is answered from the text of {MOU_2023} alone.")
    _say("Run oversight setup to make the database ready.")
    return (read_version(shipped_text(), MOU_2023, timezone.now()),)


def _check_event(version: Version, event: str, kind: str) -> None:
    """Refuse an event or kind that the text does not know as wrong use, with the nearest names."""
    declared = version.events.get(event)
    if declared is None:
        near = get_close_matches(event, version.events, n=3, cutoff=0.4)
        every = f"Choose one of: {join_in_words(sorted(version.events), 'or')}."
        hint = f"Did you mean {join_in_words(near, 'or')}?" if near else every
        raise click.BadParameter(f"There is no event {event[:60]!r}. {hint}", param_hint="EVENT")
    if kind in (declared.kinds or ("",)):
        return
    if not declared.kinds:
        raise click.BadParameter(f"{event} has no kinds. Leave this out.", param_hint="--kind")
    asked = f"There is no {event} of kind {kind[:60]!r}." if kind else f"{event} needs a kind."
    raise click.BadParameter(f"{asked} Choose {join_in_words(declared.kinds, 'or')}.", param_hint="--kind")


def _opening_words(one: Opening) -> Iterator[str]:
    yield f"{_by_when(one.due)}: {one.title} (paragraph {one.paragraph})"
    owed = f"{sentence_case(one.bearer_words)} owes it"
    yield f"  {owed} to {one.counterpart_words}." if one.counterpart_words else f"  {owed}."
    yield f"  It {one.force_words}." if one.force_words.startswith("has") else f"  It is {one.force_words}."
    for step in one.steps:
        yield f"  {step}"
    if one.before:
        yield f"  It has to come before this: {one.before}."
    yield f"  What meets it: {join_in_words(one.met_by, 'or')}."
    if one.ambiguity:
        yield f"  What the text leaves open: {one.ambiguity}"


def _opening_data(one: Opening) -> dict[str, Any]:
    data = asdict(one)
    data["due"] = one.due.isoformat() if one.due else None
    return data


def _by_when(day: date | None) -> str:
    return f"Due {weekday_in_words(day)}" if day else "No date"


@click.command()
@click.option("--as-of", type=Day(), help="Day on which to look; today when left out.")
@click.option("--party", default="", help="Code of the party that owes them; every party when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def duties(as_of: date | None, party: str, as_json: bool) -> None:
    """List duties and how they stood at the end of a day, replayed from the record."""
    day = as_of or timezone.localdate()
    with telling_of_databases():
        try:
            found = queries.duties_as_of(as_of=day, party=party)
        except Refused as refused:
            if refused.field != "party":
                raise
            raise click.BadParameter(str(refused), param_hint="--party") from refused
    if as_json:
        click.echo(
            json.dumps(
                {"as_of": day.isoformat(), "duties": [_duty_data(one) for one in found]},
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    for one in found:
        to = join_in_words([ref.name for ref in one.counterparts])
        click.echo(f"{_by_when(one.due)}, {one.status_words}: {one.title}, {one.about}")
        click.echo(
            f"  {one.bearer.name} owes it{f' to {to}' if to else ''} (paragraph {one.paragraph}; "
            f"{FORCE_WORDS[one.force]}). Began on {day_in_words(one.opened_on)}."
        )
    _say(f"{count_in_words(len(found), 'duty', 'duties')} as of {day_in_words(day)}.")


def _duty_data(one: DutyLine) -> dict[str, Any]:
    return {
        "arrangement": one.arrangement,
        "title": one.title,
        "about": one.about,
        "kind": one.kind,
        "unit": one.unit.code if one.unit else None,
        "bearer": one.bearer.code,
        "counterparts": [ref.code for ref in one.counterparts],
        "paragraph": one.paragraph,
        "force": one.force,
        "opened_on": one.opened_on.isoformat(),
        "first_due": one.first_due.isoformat() if one.first_due else None,
        "due": one.due.isoformat() if one.due else None,
        "basis": one.basis,
        "met_on": one.met_on.isoformat() if one.met_on else None,
        "status": one.status,
    }


@click.group()
def arrangements() -> None:
    """Check and take up texts of the arrangements."""


@arrangements.command()
@click.argument("file", type=Text())
def check(file: tuple[str, str]) -> None:
    """Say whether a text of the arrangements is well formed; a fault is named by line and field."""
    name, text = file
    version = read_version(text, name, timezone.now())
    click.echo(f"{name} is well formed: {_described(version)}.")
    _say_what_no_process_names(version)


@arrangements.command()
@click.argument("file", type=Text())
def load(file: tuple[str, str]) -> None:
    """Take up a text of the arrangements: it governs events from its first day. No running clock changes."""
    name, text = file
    at: datetime = timezone.now()
    with telling_of_databases():
        line = actions.load_version(by=acting_by_command("arrangements-load"), at=at, text=text, name=name)
        version = next(one for one in queries.known_versions() if one.id == line.id)
    click.echo(f"Taken up: {_described(version)}.")
    _say_what_no_process_names(version)


def _described(version: Version) -> str:
    return (
        f"{version.title} ({version.id}), {count_in_words(len(version.arrangements), 'arrangement')}, "
        f"in force from {day_in_words(version.effective_from)}, "
        f"between {in_words(version.signatories, version)}"
    )


def _say_what_no_process_names(version: Version) -> None:
    for process in processes_under(version, shipped_catalogue()):
        if process.id == OTHER:
            named = join_in_words([one.arrangement.id for one in process.owed])
            _say(f"No process names {named}; the public pages show it under “{process.title}”.")


@click.command()
def calendar() -> None:
    """Say how long the dated bank holidays last. Exit 1: less than a year is left."""
    found = coverage(england_and_wales(), timezone.localdate())
    click.echo(found.in_words)
    sys.exit(1 if found.renew else 0)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)

"""Rating an inspection from a file, every step explained; no database is needed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from oversight.inspections.rules.programmes import NOT_CONFIRMED, Programme
from oversight.inspections.rules.rating import Result
from oversight.inspections.rules.rating import rate as rated
from oversight.inspections.rules.rating_files import LONGEST, RatingFile, read_rating_file
from oversight.inspections.rules.reading import read_programme, shipped_programmes
from oversight.inspections.rules.shares import Step, Tally
from oversight.inspections.rules.standards import RatedStandard
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words


@click.command()
@click.argument("file", metavar="FILE.json", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--rules",
    metavar="RULES.yaml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A version of a programme that did not come with the service, as downloaded from its page.",
)
def rate(file: Path, as_json: bool, rules: Path | None) -> None:
    """Work out the ratings of an inspection and explain each step.

    Exit 0: every rating the programme gives was worked out. Exit 1: the file or a decision in it was
    refused, or a standard has no rating yet, so there is no overall one. Exit 2: wrong use.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST + 1)
        more = rules.read_text(encoding="utf-8") if rules else ""
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{rules} is not text in UTF-8.") from error
    try:
        read = read_rating_file(content, _known(more, str(rules)))
        result = rated(read.programme, read.judged)
    except Refused as refused:
        place = f"{file}, {refused.field}" if refused.field else str(file)
        click.echo(f"Refused: {place}: {refused}", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(_as_data(read, result), indent=2, ensure_ascii=False))
    else:
        _tell(read, result)
    if read.programme.rated and result.overall is None:
        click.echo(result.why_no_overall, err=True)
        sys.exit(1)


def _known(more: str, name: str) -> tuple[Programme, ...]:
    """Give the versions that come with the service, and one more, which goes before one of its number."""
    if not more:
        return shipped_programmes()
    given = read_programme(more, name)
    kept = (one for one in shipped_programmes() if (one.id, one.version) != (given.id, given.version))
    return (*kept, given)


def _tell(read: RatingFile, result: Result) -> None:
    programme = read.programme
    if read.inspection:
        click.echo(read.inspection)
    click.echo(f"{programme.title}, version {programme.version}")
    for standard in result.standards:
        click.echo()
        click.echo(_heading(standard))
        for step in standard.steps:
            _tell_step(step)
    click.echo()
    if result.overall is None:
        click.echo(result.why_no_overall)
    else:
        overall = result.overall
        provisional = ", provisional" if result.provisional else ""
        click.echo(
            f"Overall: {overall.rating.name}, {overall.score} of {overall.maximum} points{provisional}"
        )
        for step in overall.steps:
            _tell_step(step)
    click.echo()
    click.echo("What the rules rest on:")
    for rule, words in _bases(result).items():
        click.echo(f"  - {rule}: {words}")


def _bases(result: Result) -> dict[str, str]:
    """Say of each rule that was used, once, which pages confirm it or that none does."""
    found: dict[str, dict[str, None]] = {}
    for step in result.steps:
        basis = step.basis
        words = (
            join_in_words([source.address for source in basis.sources]) or f"{NOT_CONFIRMED}. {basis.note}"
        )
        found.setdefault(step.rule, {})[words] = None
    return {rule: " Also: ".join(words) for rule, words in found.items()}


def _heading(standard: RatedStandard) -> str:
    if standard.rating is None:
        return f"{standard.standard.name}: {standard.why_none}"
    return (
        f"{standard.standard.name}: {standard.rating.name}{', provisional' if standard.provisional else ''}"
    )


def _tell_step(step: Step) -> None:
    click.echo(
        f"  - {step.what} [{', '.join(filter(None, [step.rule.partition(': ')[2], step.basis.flag]))}]"
    )


def _as_data(read: RatingFile, result: Result) -> dict[str, object]:
    overall = result.overall
    return {
        "inspection": read.inspection,
        "programme": read.programme.id,
        "version": read.programme.version,
        "rated": read.programme.rated,
        "provisional": result.provisional,
        "overall": None
        if overall is None
        else {
            "rating": overall.rating.name,
            "score": overall.score,
            "maximum": overall.maximum,
            "caps": [cap.id for cap in overall.caps],
            "steps": [_step_data(step) for step in overall.steps],
        },
        "why_no_overall": result.why_no_overall,
        "standards": [_standard_data(standard) for standard in result.standards],
        "unconfirmed_rules": list(result.unconfirmed),
    }


def _standard_data(rated_one: RatedStandard) -> dict[str, object]:
    departure = rated_one.departure
    return {
        "standard": rated_one.standard.id,
        "name": rated_one.standard.name,
        "rating": rated_one.rating.name if rated_one.rating else None,
        "points": rated_one.rating.points if rated_one.rating else None,
        "before_discretion": rated_one.before_discretion.name if rated_one.before_discretion else None,
        "discretion": None
        if departure is None
        else {"reason": departure.reason, "grounds": [ground.kind.value for ground in rated_one.grounds]},
        "provisional": rated_one.provisional,
        "why_no_rating": rated_one.why_none,
        "questions": [_tally_data(tally) for tally in rated_one.tallies],
        "steps": [_step_data(step) for step in rated_one.steps],
    }


def _tally_data(tally: Tally) -> dict[str, object]:
    return {
        "question": tally.question.id,
        "text": tally.question.text,
        "cases": tally.cases,
        "sufficient": tally.sufficient,
        "insufficient": tally.insufficient,
        "not_applicable": tally.not_applicable,
        "missing": tally.missing,
        "units": {
            unit.unit: {"sufficient": unit.sufficient, "judged": unit.judged} for unit in tally.by_unit
        },
    }


def _step_data(step: Step) -> dict[str, object]:
    return {
        "what": step.what,
        "rule": step.rule,
        "figures": [{"name": one.name, "value": one.value, "out_of": one.out_of} for one in step.figures],
        "verified": step.basis.verified,
        "sources": [source.address for source in step.basis.sources],
        "note": " ".join(filter(None, [step.basis.flag, step.basis.note])),
    }

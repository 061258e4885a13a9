"""The weights of risk pictures, tried against the ratings that were given."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from oversight.intelligence.queries.backtest import back_test
from oversight.intelligence.rules.backtest import DRAWS, SEED
from oversight.intelligence.rules.weights import every_weights


@click.group()
def risk() -> None:
    """Weights of risk pictures (paragraph 10(v))."""


@risk.command("test")
@click.option("--version", default="", help="Version of the weights; the latest when left out.")
def test_command(version: str) -> None:
    """Try the weights on every inspection of the register and print the result as JSON.

    It is worked out anew from the register, as for the public page.

    Exit 0: done. Exit 1: there is no such version.
    """
    found = back_test(version or every_weights()[-1].version)
    result = {
        "weights": found.weights.version,
        "seed": SEED,
        "draws": DRAWS,
        "verdict": found.verdict,
        "all": asdict(found.all),
        "rated_before": asdict(found.rated_before),
        "bands": [asdict(one) for one in found.bands],
        "undated": found.undated,
        "elsewhere": found.elsewhere,
        "inspections": [asdict(one) | {"on": one.on.isoformat()} for one in found.trials],
    }
    click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    click.echo(f"{len(found.trials)} inspections. {found.verdict}", err=True)

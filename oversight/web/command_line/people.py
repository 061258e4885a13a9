"""Helping people who cannot sign in."""

from __future__ import annotations

import click
from django.utils import timezone

from oversight.access.actions import remove_two_step
from oversight.access.queries import acting_by_command
from oversight.web.command_line.databases import telling_of_databases


@click.group()
def people() -> None:
    """Help people who cannot sign in."""


@people.command("remove-two-step")
@click.argument("email")
@click.option("--reason", required=True, help="How you made sure that the person asked for this.")
def remove(email: str, reason: str) -> None:
    """Turn two-step verification off for EMAIL, who has lost their app and their recovery codes.

    Exit 0: turned off. Exit 1: refused. Exit 2: wrong use.
    """
    with telling_of_databases():
        remove_two_step(by=acting_by_command("people"), at=timezone.now(), email=email, reason=reason)
    click.echo("Two-step verification is off. They sign in with their password alone.", err=True)

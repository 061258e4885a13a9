"""The command ``oversight``: every command, loaded only when it is called.

Exit 0: done. Exit 1: the answer is no (refused, tampered, rejected rows). Exit 2: wrong use.
Messages go to stderr and data to stdout.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from oversight.kernel.refusals import Refused

#: Name of each command and where it lives.
COMMANDS = {
    "arrangements": "oversight.web.command_line.arrangements:arrangements",
    "calendar": "oversight.web.command_line.arrangements:calendar",
    "due": "oversight.web.command_line.arrangements:due",
    "duties": "oversight.web.command_line.arrangements:duties",
    "import": "oversight.web.command_line.history:import_",
    "ledger": "oversight.web.command_line.ledger:ledger",
    "people": "oversight.web.command_line.people:people",
    "plan": "oversight.web.command_line.planning:plan",
    "rate": "oversight.web.command_line.rating:rate",
    "risk": "oversight.web.command_line.risk:risk",
    "sample": "oversight.web.command_line.sampling:sample",
    "serve": "oversight.web.command_line.running:serve",
    "setup": "oversight.web.command_line.running:setup",
    "work": "oversight.web.command_line.working:work_",
}


class Commands(click.Group):
    """A group that starts the framework and loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the named command, or None when there is no such."""
        if cmd_name not in COMMANDS:
            return None
        import django  # noqa: PLC0415 - settings are chosen first, and --help of the group needs none

        django.setup()
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="oversight")
def group() -> None:
    """Oversight of probation: who owes what to whom, by when, and why."""


def main() -> None:
    """Run the command line; a refusal is told on stderr and ends with exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        group(prog_name="oversight")
    except Refused as refused:
        click.echo(f"Refused: {refused}", err=True)
        sys.exit(1)

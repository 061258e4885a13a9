"""Setting the service up and serving it."""

from __future__ import annotations

import os
from contextlib import nullcontext

import click
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from oversight.access import actions as access
from oversight.access.queries import acting_by_command
from oversight.arrangements import actions as arrangements
from oversight.audits.actions.demonstration import demonstrate_audits
from oversight.briefings.actions import alerts as sponsorship
from oversight.briefings.actions.demonstration import demonstrate_briefings
from oversight.delivery.actions.contracts import load_contracts
from oversight.delivery.actions.demonstration import demonstrate_first_line
from oversight.intelligence.actions import demonstrate_intelligence
from oversight.parties import actions as parties
from oversight.programme.actions.demonstration import demonstrate_timetable
from oversight.publication import actions as publication
from oversight.recommendations import actions as recommendations
from oversight.sfo.actions.demonstration import demonstrate_reviews
from oversight.web.command_line.working import beside
from oversight.web.static_files import collect


@click.command()
def setup() -> None:
    """Make the database that DATABASE_URL names ready: tables, parties, arrangements, history.

    Doing it again changes nothing that is already right.
    """
    make_ready()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Server processes.")
@click.option(
    "--work/--no-work",
    default=True,
    show_default=True,
    help="Do background work too.",
)
def serve(host: str, port: int, workers: int, *, work: bool) -> None:
    """Serve the site; a database of this machine that is not ready is made ready first."""
    if _unapplied():
        if os.environ.get("DATABASE_URL"):
            raise click.ClickException("The database is not ready. Run: oversight setup")
        make_ready()
    collect()
    from granian import Granian  # noqa: PLC0415 - heavy, and only this command needs it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    _say(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    server = Granian(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        workers_kill_timeout=5,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )
    with beside() if work else nullcontext():
        server.serve()


def make_ready() -> None:
    """Make tables, load what the service stands on, and say each step on stderr."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    connections[DEFAULT_DB_ALIAS].close()
    if _unapplied():
        _say("Making the tables")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    by = acting_by_command("setup")
    at = timezone.now()
    _say("Loading organisations, regions, units and contracts")
    parties.load_reference(by=by, at=at)
    load_contracts(by=by, at=at)
    _say("Loading the arrangements of the Memorandum of Understanding")
    arrangements.load_shipped_versions(by=by, at=at)
    _say("Loading the published inspection history")
    publication.load_shipped_history(by=by, at=at)
    recommendations.start_telling(by=by, at=at)
    sponsorship.start_looking(by=acting_by_command("setup", role="sponsorship_officer"), at=at)
    if settings.DEMONSTRATION:
        _say("Making the people of the demonstration and what they have recorded")
        access.demonstrate(by=by, at=at)
        arrangements.demonstrate_events(by=by, at=at)
        recommendations.demonstrate_recommendations(by=by, at=at)
        demonstrate_intelligence(by=by, at=at)
        demonstrate_timetable(by=by, at=at)
        demonstrate_reviews(by=by, at=at)
        demonstrate_briefings(by=by, at=at)
        demonstrate_first_line(by=by, at=at)
        demonstrate_audits(by=by, at=at)
    collect()
    _say("Ready")


def _unapplied() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)

"""What every test stands on: the database of this run, and traps for whole classes of mistake."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from hypothesis import HealthCheck, settings

from oversight.ledger import guard
from tests.harness import changes, databases, migrated, traps

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}

# Property tests share two cores with everything else, so slowness alone is no failure.
settings.register_profile("oversight", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("oversight")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="run only tests that use the database, and no journeys: for the second database",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "writes_directly(reason): writes rows without an action on purpose, to see what the database does",
    )
    config.addinivalue_line(
        "markers",
        "one_database(reason): uses the database, but what it claims does not depend on which one that is",
    )


def uses_database(item: pytest.Item) -> bool:
    """Say whether a test reaches the database."""
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & DATABASE_FIXTURES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    once = ("journey", "one_database")
    kept = [item for item in items if uses_database(item) and not any(map(item.get_closest_marker, once))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    changes.begin_test()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """Hold every test to the rule of the service: what is written is written by an action."""
    direct = item.get_closest_marker("writes_directly") or item.path.name == "test_models.py"
    with traps.logs_stay_open():
        if direct or not uses_database(item):
            return (yield)
        with guard.writing():
            return (yield)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[databases.Snapshot]:
    """Give this process a database, which every test that commits leaves as the migrations did."""
    folder = Path(tempfile.mkdtemp(prefix="oversight-test-"))
    with django_db_blocker.unblock():
        migrated.copy_to(folder)
        snapshot = databases.Snapshot()
        connection.close()
    connection_created.connect(changes.see_all_of, weak=False)
    databases.come_back_after_each_test_that_commits(snapshot)
    yield snapshot
    with django_db_blocker.unblock():
        migrated.remove_copy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def as_migrated(django_db_setup: databases.Snapshot) -> databases.Snapshot:
    """How the migrations left the database."""
    return django_db_setup


@pytest.fixture(scope="session", autouse=True)
def _traps() -> Iterator[None]:
    with traps.unordered_rows_come_reversed(), traps.moments_are_no_days():
        yield

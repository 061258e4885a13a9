"""The database as the migrations leave it: made once, and copied for every process of tests.

``python -m tests.harness.migrated`` makes it ahead for the database that DATABASE_URL names, unless it is
there. It is known by a digest of all that the migrations are made of.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.state import ProjectState
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "oversight_migrated_"
#: How many sets of migrations are kept beside the one in use, for whoever goes between branches.
KEPT = 12
_IMPORTS = re.compile(r"^\s*(?:from|import) (oversight[\w.]*)", re.MULTILINE)


def digest() -> str:
    """Tell the migrations, the modules they import and the versions of the libraries from all others."""
    files = {ROOT / "requirements" / "dev.txt", Path(__file__)}
    for migration in (ROOT / "oversight").glob("*/migrations/*.py"):
        files.add(migration)
        for module in _IMPORTS.findall(migration.read_text(encoding="utf-8")):
            place = ROOT.joinpath(*module.split("."))
            files.add(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))
    told = hashlib.sha256(sys.version.encode())
    for path in sorted(files):
        told.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]


def copy_to(folder: Path) -> None:
    """Give this process a copy of its own, in ``folder`` on SQLite, and connect to it."""
    with _held():
        if not _there():
            # In a process of its own, so that what migrating needs does not stay in this one's memory.
            subprocess.run([sys.executable, "-m", __spec__.name], cwd=ROOT, check=True)
        if connection.vendor == "sqlite":
            name = str(shutil.copy(_file(), folder / "test.sqlite3"))
        else:
            name = f"test_oversight_{os.getpid()}"
            _on_server(_dropping(name), f"CREATE DATABASE {name} TEMPLATE {_name()}")
    connection.close()
    connection.settings_dict["NAME"] = name


def remove_copy() -> None:
    """Remove the copy that this process had on PostgreSQL; on SQLite it goes with its folder."""
    connection.close()
    if connection.vendor != "sqlite":
        _on_server(_dropping(connection.settings_dict["NAME"]))


def make() -> None:
    """Make the database from the migrations, and remove the oldest of others."""
    making = f"{_name()}_{os.getpid()}"
    if connection.vendor == "sqlite":
        _file().parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(_file().parent.glob(f"{PREFIX}*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()
        connection.settings_dict["TEST"]["NAME"] = str(_file().with_name(making))
    else:
        old = [name for name in _databases() if name.startswith(PREFIX)][:-KEPT]
        _on_server(*map(_dropping, old))
        connection.settings_dict["TEST"]["NAME"] = making
    ProjectState.reload_model = _reload_alone  # type: ignore[method-assign]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    if connection.vendor == "sqlite":
        _file().with_name(making).rename(_file())
    else:
        _on_server(f"ALTER DATABASE {making} RENAME TO {_name()}")


def _reload_alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """Build the state of one model anew, and not of all that refer to what it refers to.

    Nearly every model refers to the parties, so Django builds nearly all of them anew at each step: eight
    times as long for the same tables. Rows that migrations move need no more: there are none yet.
    """
    if "apps" in state.__dict__:
        state._reload({(app_label, model_name)})  # type: ignore[attr-defined]


def _name() -> str:
    return PREFIX + digest()


def _file() -> Path:
    return Path(settings.VAR) / "tests" / f"{_name()}.sqlite3"


def _there() -> bool:
    return _file().exists() if connection.vendor == "sqlite" else _name() in _databases()


def _databases() -> list[str]:
    with _server() as server:
        return [name for (name,) in server.execute("SELECT datname FROM pg_database ORDER BY oid").fetchall()]


def _on_server(*statements: str) -> None:
    with _server() as server:
        for statement in statements:
            server.execute(sql.SQL(statement))  # type: ignore[arg-type]


def _dropping(name: str) -> str:
    return f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"


def _server() -> psycopg.Connection[tuple[str]]:
    given = connection.get_connection_params()
    kept = {name: given[name] for name in ("user", "password", "host", "port") if name in given}
    return psycopg.connect(**kept, dbname="postgres", autocommit=True)


@contextmanager
def _held() -> Iterator[None]:
    """Keep every other process that needs the same migrations waiting."""
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    with (Path(settings.VAR) / f"migrated-{connection.vendor}-{digest()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    import django

    django.setup()
    if not _there():
        make()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    main()

"""A throw-away PostgreSQL for tests, from the programs that Debian's ``postgresql`` package installs.

``python -m tools.postgres url`` starts it if it is not running and prints its DATABASE_URL;
``run -- COMMAND`` runs a command with DATABASE_URL set; ``stop`` ends it and deletes its data.

It trades safety for speed (a power cut may lose everything), listens on no network, and only the user who
started it can open its socket, so its one role needs no password. Several processes may call this at once.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROLE = "oversight"
SPEED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A test takes back what it wrote, which leaves dead rows; thousands of tests leave so many that every
    # query has to step over them.
    "autovacuum_naptime": "5s",
    "autovacuum_vacuum_cost_delay": "0",
    # Compiling a query takes longer than any query of a test.
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
}


class NoPostgresError(Exception):
    """PostgreSQL cannot be started here; the message says what to do."""


def programs() -> Path:
    """The newest folder of PostgreSQL server programs on this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgresError(
        "PostgreSQL is not installed. On Debian: apt-get install postgresql, or run make test, which does it."
    )


def server_user() -> pwd.struct_passwd | None:
    """Who runs the server: initdb refuses root, so root borrows another account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresError("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


@dataclass(frozen=True)
class Cluster:
    """One cluster: its folder, the programs that run it, and the account that owns it."""

    home: Path
    bin: Path
    owner: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / f"data-{self.bin.parts[-2]}"

    @property
    def socket(self) -> Path:
        return self.home / "socket"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def url(self) -> str:
        """The address in the form that libpq, psycopg and dj-database-url all read."""
        return f"postgresql://{ROLE}@{quote(str(self.socket), safe='')}/postgres"

    def _program(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        borrowed = (
            {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        )
        return subprocess.run(
            [str(self.bin / name), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **borrowed,  # type: ignore[call-overload,unused-ignore]
        )

    def running(self) -> bool:
        return self._program("pg_ctl", "status", "-D", str(self.data)).returncode == 0

    def _make(self) -> None:
        for folder in (self.data, self.socket):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            if self.owner:
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        # The C locale orders text as SQLite does, so that the two databases agree.
        made = self._program(
            "initdb", "-D", str(self.data), "-U", ROLE, "--auth=trust", "--locale=C.UTF-8", "--no-sync"
        )
        if made.returncode:
            raise NoPostgresError(f"initdb failed:\n{made.stdout}{made.stderr}")
        settings = SPEED | {"listen_addresses": "''", "unix_socket_directories": f"'{self.socket}'"}
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _start(self) -> bool:
        self.log.unlink(missing_ok=True)
        self.log.touch(mode=0o600)
        if self.owner:
            os.chown(self.log, self.owner.pw_uid, self.owner.pw_gid)
        return (
            self._program(
                "pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.log)
            ).returncode
            == 0
        )

    def ensure(self) -> None:
        """Bring the cluster up, making it anew when it is missing or a crash left it unusable."""
        if self.running():
            return
        if (self.data / "PG_VERSION").exists() and self.socket.is_dir() and self._start():
            return
        self._make()
        if not self._start():
            raise NoPostgresError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')}")

    def remove(self) -> None:
        if self.running():
            self._program("pg_ctl", "stop", "-m", "immediate", "-w", "-D", str(self.data))
        for folder in (self.data, self.socket):
            shutil.rmtree(folder, ignore_errors=True)
        self.log.unlink(missing_ok=True)


@contextmanager
def held() -> Iterator[Cluster]:
    """The cluster of this user, with every other caller kept waiting."""
    home = Path(tempfile.gettempdir()).resolve() / f"oversight-postgres-{os.geteuid()}"
    # The server's account must pass through the folder; what it holds is closed to everyone else.
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise NoPostgresError(f"{home} belongs to someone else. Remove it or set TMPDIR to another folder.")
    home.chmod(0o711)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Cluster(home=home, bin=programs(), owner=server_user())


def started() -> str:
    """Start the cluster if need be and return its DATABASE_URL."""
    with held() as cluster:
        cluster.ensure()
        return cluster.url


def with_database(command: list[str]) -> int:
    """Run a command with DATABASE_URL set; a server that was not running before is removed after it."""
    with held() as cluster:
        was_running = cluster.running()
        cluster.ensure()
    try:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": cluster.url}, check=False).returncode
    finally:
        if not was_running:
            with held() as cluster:
                cluster.remove()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.postgres", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("url", help="start it if need be and print DATABASE_URL")
    does.add_parser("stop", help="stop it and delete its data")
    run = does.add_parser("run", help="run a command with DATABASE_URL set")
    run.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    try:
        if chosen.does == "url":
            print(started())
        elif chosen.does == "stop":
            with held() as cluster:
                cluster.remove()
        else:
            command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
            if not command:
                run.error("name the command to run after --")
            return with_database(command)
    except NoPostgresError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

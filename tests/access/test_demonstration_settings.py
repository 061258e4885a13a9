"""Picking a role without a password is impossible with production settings (H4)."""

import os
import subprocess
import sys

import pytest

REAL = {
    "SECRET_KEY": "a long key for this test alone",
    "OVERSIGHT_HOSTS": "oversight.example.org",
    "OVERSIGHT_SIGNING_KEY": "b3ZlcnNpZ2h0LXNpZ25pbmcta2V5LWZvci10ZXN0cyE=",
    "DATABASE_URL": "sqlite:///:memory:",
}
SAYS = "from django.conf import settings; print(settings.DEMONSTRATION)"


def start(module, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OVERSIGHT_")}
    return subprocess.run(
        [sys.executable, "-c", SAYS],
        env={**kept, **REAL, "DJANGO_SETTINGS_MODULE": module, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("value", ["1", "0", "yes"])
def test_production_does_not_start_when_a_demonstration_is_asked_for(value):
    started = start("config.settings.production", OVERSIGHT_DEMO=value)

    assert started.returncode != 0
    assert "cannot be used with production settings" in started.stderr


def test_production_is_no_demonstration():
    assert start("config.settings.production").stdout == "False\n"


@pytest.mark.parametrize(("value", "demonstration"), [("1", "True"), ("0", "False"), ("", "False")])
def test_one_machine_is_a_demonstration_only_when_it_is_asked_for(value, demonstration, tmp_path):
    started = start("config.settings.dev", OVERSIGHT_DEMO=value, OVERSIGHT_VAR=str(tmp_path))

    assert started.stdout == f"{demonstration}\n"

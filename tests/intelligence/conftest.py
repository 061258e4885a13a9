"""The parties, for tests that need them in the database."""

from __future__ import annotations

import pytest

from tests.factories.parties import register


@pytest.fixture
def parties(db):
    return register()

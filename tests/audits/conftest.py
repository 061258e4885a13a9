"""The parties and the Memorandum, for tests that need them in the database."""

from __future__ import annotations

import pytest

from tests.factories.arrangements import load_mou


@pytest.fixture
def memorandum(db):
    return load_mou()

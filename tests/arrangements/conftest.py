"""The parties and the Memorandum, for tests that need them in the database."""

from __future__ import annotations

import pytest

from tests.factories.arrangements import load_mou, record


@pytest.fixture
def memorandum(db):
    return load_mou()


@pytest.fixture
def cases(memorandum):
    """Two core drafts in two regions, a thematic draft, and a recommendation to another department."""
    record("draft_received_for_checking", "2026-01-05", kind="core", unit="N57EKNT", about="kent")
    record("draft_received_for_checking", "2026-01-02", kind="core", unit="N56NOSU", about="norfolk")
    record("draft_received_for_checking", "2026-01-05", kind="thematic", about="theme")
    record("accuracy_check_commissioned", "2026-01-05", by="hmpps-osag", about="kent", unit="N57EKNT")
    record("recommendation_made", "2026-01-05", kind="joint", addressee="home-office", about="theme/1")
    record("final_report_issued", "2026-01-05", kind="core", unit="N57SUR", about="surrey")

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.publication.models import HistoryDraft, PublishedInspection, PublishedRating
from tests.factories.publication import MOMENT

pytestmark = pytest.mark.django_db

FACTS = {
    "reference": "pdu-2021-23-n57wsus-1",
    "round": 1,
    "programme": "pdu-2021-23",
    "unit_type": "PDU",
    "unit_code": "N57WSUS",
    "unit_name": "West Sussex",
    "region_code": "N57",
    "published": "2022-05",
    "ordered_on": "2022-05-01",
    "overall": "Inadequate",
    "evidence": "HMIP",
    "url": "https://example.org/",
    "content_digest": "0" * 64,
    "origin": "import",
    "imported_at": MOMENT,
    "imported_by": "person:1",
}


def make(**changes):
    return PublishedInspection.objects.create(**FACTS | changes)


def test_a_whole_row_is_kept():
    assert make().pk


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 1},
        {"score_max": 27},
        {"score": 28, "score_max": 27},
        {"score": 0, "score_max": 0},
        {"overall": "Poor"},
        {"unit_type": "prison"},
        {"region_code": ""},
        {"unit_type": "national"},
        {"unit_type": "region"},
        {"ordered_on": "0001-01-01"},
        {"evidence": "hearsay"},
        {"reference": ""},
        {"unit_name": ""},
        {"origin": "dream"},
        {"imported_by": ""},
        {"round": 0},
        {"superseded_at": MOMENT},
        {"superseded_by": "person:1"},
        {"superseded_at": MOMENT, "superseded_by": ""},
        {"superseded_at": MOMENT - timedelta(seconds=1), "superseded_by": "person:1"},
    ],
)
def test_the_database_refuses_what_cannot_be(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 0, "score_max": 27},
        {"score": 27, "score_max": 27},
        {"overall": ""},
        {"published": "", "ordered_on": "0001-01-01"},
        {"unit_type": "national", "region_code": "", "unit_code": "national"},
        {"unit_type": "region", "unit_code": "N57"},
        {"superseded_at": MOMENT, "superseded_by": "person:1"},
    ],
)
def test_what_is_close_to_impossible_but_true_is_kept(changes):
    assert make(**changes).pk


def test_one_round_of_an_inspection_is_current():
    make()

    with pytest.raises(IntegrityError), transaction.atomic():
        make(round=2)


def test_one_current_inspection_has_an_identity_whatever_its_reference():
    make()

    with pytest.raises(IntegrityError), transaction.atomic():
        make(reference="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(round=1, url="https://example.org/2")


def test_a_superseded_round_stands_beside_the_current_one():
    make(superseded_at=MOMENT, superseded_by="person:1")

    assert make(round=2).pk


def test_ratings_are_whole_and_one_for_each_standard():
    inspection = make()
    PublishedRating.objects.create(inspection=inspection, standard="leadership", rating="Good")

    for standard, rating in [
        ("leadership", "Good"),
        ("", "Good"),
        ("staffing", ""),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishedRating.objects.create(inspection=inspection, standard=standard, rating=rating)


def test_a_person_has_one_draft_that_lapses_after_it_was_kept():
    facts = {
        "owner": "person:1",
        "file_name": "x",
        "content": b"",
        "content_digest": "0" * 64,
        "kept_at": MOMENT,
    }
    HistoryDraft.objects.create(**facts, lapses_at=MOMENT + timedelta(days=1))

    for changes in [
        {},
        {"owner": "person:2", "lapses_at": MOMENT},
        {"owner": ""},
        {"owner": "person:3", "content_digest": ""},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            HistoryDraft.objects.create(**facts | {"lapses_at": MOMENT + timedelta(days=1)} | changes)


def test_only_a_report_from_its_case_brings_its_programme_and_a_scale_of_its_own():
    make(origin="case", programme_facts="{}", overall="Excellent")

    for more in ({"origin": "case"}, {"programme_facts": "{}"}, {"overall": "Excellent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(reference="other", url="https://example.org/other", **more)

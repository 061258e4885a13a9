"""Nothing of a working case can be reached from the public register (D8, ¶16; docs/adr/0013).

A database role that sees the tables of publication and the register of parties, and no other, serves every
public page of reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from tests.factories.snapshots import make_pdfs, published, thematic

pytestmark = [
    pytest.mark.writes_directly("a role is made and taken on"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="roles are PostgreSQL's"),
]

ROLE = "publication_alone"
#: The register of parties is public reference data; who acts for a party is not.
PARTIES = {"parties_party", "parties_partyname", "parties_partysuccession", "parties_crslisting"}


def tables(*labels: str) -> set[str]:
    found = {
        model._meta.db_table
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert found
    return found


@contextmanager
def as_publication() -> Iterator[None]:
    """Go on as a role that may read the public tables and nothing else."""
    readable = sorted((tables("publication") - {"publication_historydraft"}) | PARTIES)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        cursor.execute(f"GRANT SELECT ON {', '.join(readable)} TO {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.fixture
def report(db):
    made = published()
    published(given=thematic())
    make_pdfs()
    return made


def pages(report) -> list[str]:
    one = [report.reference, 1]
    return [
        reverse("public-home"),
        reverse("reports"),
        f"{reverse('reports')}?rating=Good",
        reverse("reports-csv"),
        reverse("report-feed"),
        reverse("report", args=[report.reference]),
        *(
            reverse(name, args=one)
            for name in (
                "report-version",
                "report-pdf",
                "report-json",
                "report-ratings-csv",
                "report-recommendations-csv",
            )
        ),
        reverse("areas"),
        reverse("area", args=["N57EKNT"]),
        reverse("area", args=["N57"]),
        reverse("area", args=["national"]),
        f"{reverse('search')}?q=kent",
        reverse("inspections-csv"),
        reverse("inspections-json"),
        reverse("areas-csv"),
        reverse("areas-json"),
        reverse("data"),
        reverse("public-sample"),
        reverse("sitemap"),
    ]


def test_every_public_page_of_reports_is_served_by_a_role_that_sees_nothing_else(client, report):
    with as_publication():
        answers = {where: client.get(where).status_code for where in pages(report)}

    assert answers == dict.fromkeys(pages(report), 200)


def test_the_role_can_read_no_working_case_and_write_nothing(report):
    hidden = tables("inspections", "ledger", "arrangements", "jobs") | {
        "parties_person",
        "parties_membership",
    }
    with as_publication(), connection.cursor() as cursor:
        for table in sorted(hidden):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"SELECT 1 FROM {table}")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM publication_publishedreport")


def test_a_page_that_reached_into_a_case_would_fail(client, report):
    from oversight.inspections.models import Inspection

    with as_publication(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Inspection.objects.count()

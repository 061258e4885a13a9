"""What every request brings, and refusals turned into pages."""

from datetime import UTC, date, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from selectolax.lexbor import LexborHTMLParser

from oversight.access.queries import NOBODY
from oversight.kernel.refusals import Refused
from oversight.web import middleware

RULES = [("permission_standards.edit", 403), ("not_found_unit", 404), ("event_not_in_future", 409)]


@pytest.fixture
def request_of_nobody():
    request = RequestFactory().get("/somewhere")
    request.actor = NOBODY
    request._messages = []
    return request


@pytest.mark.parametrize(("rule", "status"), RULES)
def test_a_refusal_is_a_page_with_the_status_of_its_rule(request_of_nobody, rule, status):
    refused = Refused(
        rule, "That <b>was</b> refused.", "Ask the Inspectorate.", paragraph="10(iii)", who_can="HMIP."
    )

    response = middleware.refusals(lambda _: None).process_exception(request_of_nobody, refused)
    page = LexborHTMLParser(response.content.decode())

    assert response.status_code == status
    text = page.css_first("main").text()
    assert "That <b>was</b> refused." in text
    assert "Ask the Inspectorate." in text
    assert "HMIP." in text
    assert page.css_first("main a").attributes["href"].endswith("#paragraph-10")


def test_other_faults_are_left_to_the_framework(request_of_nobody):
    assert middleware.refusals(lambda _: None).process_exception(request_of_nobody, ValueError("a")) is None


def test_the_day_is_londons(monkeypatch):
    moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(middleware.timezone, "now", lambda: moment)
    seen = []

    def view(request):
        seen.append((request.at, request.today))
        return HttpResponse()

    middleware.request_facts(view)(RequestFactory().get("/"))

    assert seen == [(moment, date(2026, 7, 1))]


@pytest.mark.django_db
def test_an_address_where_nothing_is_has_a_designed_page(client):
    response = client.get("/nothing-here")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


@pytest.mark.django_db
def test_pages_forbid_inline_script_and_foreign_content(client):
    policy = client.get("/cookies").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.django_db
def test_a_failure_of_the_service_says_so_without_the_database(client, settings):
    from oversight.web.views import server_error

    response = server_error(RequestFactory().get("/home"))

    assert response.status_code == 500
    assert "was not saved" in response.content.decode()


@pytest.mark.django_db
def test_a_form_sent_without_its_token_is_explained():
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/sign-in", {"membership": "1"})

    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()

"""Every address x every role x signed out: who may come is what the view declares and the table grants (H4).

What is expected is worked out from ``roles.yaml`` and the declarations, never written down per page. A route
that declares nothing, or that takes arguments and has no example, fails the suite and says what to do.
"""

from __future__ import annotations

from itertools import product

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from oversight.access import declaring
from oversight.access.queries import acting_under
from oversight.access.rules import access_table
from oversight.parties.models import Person
from oversight.web import middleware
from tests.access.routes import EXAMPLES, Route, routes
from tests.factories.parties import make_member, sign_in_as

SIGNED_OUT = ""
ROUTES = [route for route in routes() if route.declaration is not None]
METHODS = ("GET", "POST")
VISITORS = (SIGNED_OUT, *access_table().roles)
#: Signing out ends the session that the other requests need.
LAST = ("account_logout",)


def test_every_route_declares_who_may_come():
    silent = [
        f"{route.view} ({route.name or 'without a name'})" for route in routes() if not route.declaration
    ]

    assert not silent, (
        f"These views declare nothing, so they are refused to everyone: {silent}. "
        "Decorate each with one of the words of oversight/kernel/declaring.py."
    )


def test_every_route_has_a_name_of_its_own():
    names = [route.name for route in routes()]

    assert "" not in names
    assert sorted(set(names)) == sorted(names)


def test_every_route_that_takes_arguments_has_an_example():
    for route in routes():
        assert set(EXAMPLES.get(route.name, {})) == set(route.arguments), (
            f"The route {route.name!r} takes {route.arguments or 'no arguments'}: "
            "give it an example of exactly those in tests/access/routes.py."
        )
    assert set(EXAMPLES) <= {route.name for route in routes()}, "an example belongs to no route any more"


def test_every_declared_permission_is_in_the_table():
    for route in ROUTES:
        assert route.declaration
        assert not route.declaration.permission or route.declaration.permission in access_table().permissions


def expected(route: Route, role: str, method: str) -> str:
    """Say from the declaration and the table alone what a request comes to."""
    declared = route.declaration
    assert declared is not None
    if method == "POST" and not declared.writes:
        return "not answered"
    if not declared.signed_in:
        return "open"
    if role == SIGNED_OUT:
        return "sign in"
    if declared.own_account or not declared.permission:
        return "open"
    return "open" if declared.permission in access_table().roles[role].grants else "refused"


def came_to(answer) -> str:
    """Say what a request came to."""
    if answer.status_code == 405:
        return "not answered"
    if answer.status_code == 403:
        return "refused"
    if answer.status_code == 302 and answer["Location"].startswith(reverse("sign-in")):
        return "sign in"
    if answer.status_code >= 500:
        return f"broken ({answer.status_code})"
    return "open"


@pytest.fixture
def visitor(request, db):
    client = Client(raise_request_exception=False)
    if request.param != SIGNED_OUT:
        membership = make_member(request.param)
        person = Person.objects.get(pk=membership.person_id)
        person.set_password("three random words")
        person.save(update_fields=["password"])
        sign_in_as(client, membership)
        client.actor = acting_under(membership)
    return client


def by_role(test):
    """Take a test once for every role and once for nobody, as ``visitor`` and ``role``."""
    return pytest.mark.parametrize(
        ("visitor", "role"),
        [(role, role) for role in VISITORS],
        indirect=["visitor"],
        ids=["signed_out", *access_table().roles],
    )(test)


def in_turn(probes):
    return sorted(probes, key=lambda probe: probe[0].name in LAST)


def comparing(visitor, role, probes):
    """Say what each request came to, and what it should."""
    found, wanted = {}, {}
    for route, method in in_turn(probes):
        answer = visitor.generic(method, route.address)
        if answer.streaming:
            # Read to its end, so that what it reads from is closed.
            tuple(answer)
        found[route.name, method] = came_to(answer)
        wanted[route.name, method] = expected(route, role, method)
    return found, wanted


@pytest.mark.one_database(
    "who may come is read from a file; the next test asks every address of both databases"
)
@by_role
def test_who_may_come(visitor, role, monkeypatch):
    """Every address both ways; who someone is and how a refusal looks is left to the next test."""
    if role:

        def actor(request):
            request.memberships = 1
            return visitor.actor

        monkeypatch.setattr(declaring, "_actor", actor)
    monkeypatch.setattr(middleware, "render", lambda *_page, status: HttpResponse(status=status))

    found, wanted = comparing(visitor, role, [(route, method) for route in ROUTES for method in METHODS])

    assert found == wanted


def whole_way() -> dict[str, list[tuple[Route, str]]]:
    """Share out all addresses both ways to nobody, to a role that may come and to one that may not."""
    shared = {role: [] for role in VISITORS}
    for route, method in product(ROUTES, METHODS):
        by_answer: dict[str, list[str]] = {}
        for role in access_table().roles:
            by_answer.setdefault(expected(route, role, method), []).append(role)
        for roles in ([SIGNED_OUT], *by_answer.values()):
            least = min(roles, key=lambda role: len(shared[role]))
            shared[least].append((route, method))
    return shared


@by_role
def test_every_address_answers_so_the_whole_way(visitor, role):
    """From the cookie to the page of a refusal, and for every role at least one address."""
    probes = whole_way()[role]

    found, wanted = comparing(visitor, role, probes)

    assert probes
    assert found == wanted


def test_every_permission_that_a_page_asks_for_is_refused_to_someone():
    asked = {route.declaration.permission for route in ROUTES if route.declaration} - {""}

    # All who act for a party may look up units; a page that asks for that is closed to the signed-out alone.
    everyones = {name for name in asked if all(name in role.grants for role in access_table().roles.values())}
    assert everyones <= {"parties.see_units"}
    assert asked - everyones

"""A page is held to what it declares: who may come, and whether it writes (H4)."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from oversight.access.declaring import AccessMiddleware
from oversight.kernel.declaring import (
    own_account,
    own_account_form,
    public,
    public_form,
    reads,
    signed_in,
    signed_in_form,
    writes,
)
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.ledger.guard import ForbiddenWriteError
from oversight.parties.models import Person
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db


class Anonymous:
    is_authenticated = False


def visit(view, *, method="GET", user=None, session=None, **kwargs):
    request = RequestFactory().generic(method, "/somewhere?x=1")
    request.user = user or Anonymous()
    request.session = session or {}
    request.today = date(2026, 1, 5)
    request.at = datetime(2026, 1, 5, tzinfo=UTC)

    def respond(request):
        middleware.process_view(request, view, (), kwargs)
        return view(request, **kwargs)

    middleware = AccessMiddleware(respond)
    return middleware(request)


def page(request, **_kwargs):
    return HttpResponse(request.actor.party)


def someone(role="osag_lead"):
    membership = make_member(role)
    return Person.objects.get(pk=membership.person_id)


def write(request):
    Person.objects.create(email="x@example.org", name="X")
    return HttpResponse()


def test_a_view_that_declares_nothing_is_refused_to_everyone():
    for user in (None, someone()):
        with pytest.raises(ImproperlyConfigured, match="page does not declare who may come"):
            visit(page, user=user)


def test_a_declared_view_does_not_run_without_the_gate():
    with pytest.raises(AttributeError, match="gate"):
        public(page)(RequestFactory().get("/"))


def test_a_public_page_never_asks_who_comes():
    class Asked:
        def __getattr__(self, name):
            raise AssertionError(name)

    assert visit(public(page), user=Asked()).content == b""


@pytest.mark.parametrize(
    "declare", [signed_in, signed_in_form, own_account, own_account_form, reads("parties.see_units")]
)
def test_signed_out_one_is_sent_to_sign_in_and_back(declare):
    assert visit(declare(page))["Location"] == "/sign-in?next=%2Fsomewhere%3Fx%3D1"


def test_what_a_signed_out_visitor_sends_is_not_repeated():
    assert visit(signed_in_form(page), method="POST")["Location"] == "/sign-in"


def test_a_permission_is_asked_of_the_role():
    assert visit(reads("parties.manage_memberships")(page), user=someone()).content == b"hmpps-osag"

    with pytest.raises(Refused) as refused:
        visit(reads("parties.manage_memberships")(page), user=someone("osag_coordinator"))
    assert refused.value.rule == "permission_parties.manage_memberships"


@pytest.mark.parametrize(
    ("declare", "methods"),
    [
        (public, {"GET", "HEAD"}),
        (public_form, {"GET", "HEAD", "POST"}),
        (signed_in, {"GET", "HEAD"}),
        (signed_in_form, {"GET", "HEAD", "POST"}),
        (own_account, {"GET", "HEAD"}),
        (own_account_form, {"GET", "HEAD", "POST"}),
        (reads("parties.see_units"), {"GET", "HEAD"}),
        (writes("parties.see_units"), {"GET", "HEAD", "POST"}),
    ],
)
def test_only_declared_methods_are_answered(declare, methods):
    user = someone()
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        answer = visit(declare(page), method=method, user=user)
        assert answer.status_code == (200 if method in methods else 405), method


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_cannot_write(method):
    with pytest.raises(ForbiddenWriteError):
        visit(writes("parties.see_units")(write), method=method, user=someone())
    with pytest.raises(ForbiddenWriteError):
        visit(public_form(write), method=method)


def test_sending_writes_by_an_act_alone():
    with pytest.raises(ForbiddenWriteError, match="outside an action"):
        visit(writes("parties.see_units")(write), method="POST", user=someone())


@action(verb="page.read", permission="parties.see_units")
def log_reading(*, by, at):
    return Recorded("page:1", {}, None)


def logging(request):
    log_reading(by=request.actor, at=request.at)
    return HttpResponse(b"read")


def test_a_page_that_records_who_reads_it_writes_by_an_act_alone():
    assert visit(reads("parties.see_units", logs=True)(logging), user=someone()).content == b"read"

    with pytest.raises(ForbiddenWriteError, match="outside an action"):
        visit(writes("parties.see_units", logs=True)(write), user=someone())


def test_an_act_does_not_make_reading_write():
    with pytest.raises(ForbiddenWriteError, match="only reading"):
        visit(reads("parties.see_units")(logging), user=someone())


def test_a_template_that_is_rendered_late_cannot_write_either():
    class Late(SimpleTemplateResponse):
        @property
        def rendered_content(self):
            write(None)
            return ""

    with pytest.raises(ForbiddenWriteError):
        visit(public(lambda _request: Late("x")))


def test_pages_of_the_signed_in_are_kept_by_no_cache():
    assert "no-store" in visit(signed_in(page), user=someone())["Cache-Control"]
    assert "Cache-Control" not in visit(public(page))


def test_someone_who_acts_for_nobody_reaches_their_account_only():
    person = Person(email="x@example.org", name="X")
    person.pk = 10**6

    assert visit(own_account(page), user=person).status_code == 200
    with pytest.raises(Refused, match="You do not act for any party now"):
        visit(signed_in(page), user=person)


@pytest.mark.writes_directly("closing an account has no action yet")
def test_a_closed_person_s_memberships_do_not_count():
    user = someone()
    Person.objects.filter(pk=user.pk).update(is_active=False)

    with pytest.raises(Refused, match="You do not act for any party now"):
        visit(signed_in(page), user=user)


@pytest.mark.parametrize("kept", [None, "x", "1", 10**9, {}, [1]])
def test_whatever_the_session_holds_one_acts_only_under_one_s_own_membership(kept):
    user = someone()

    assert visit(signed_in(page), user=user, session={"membership": kept}).content == b"hmpps-osag"

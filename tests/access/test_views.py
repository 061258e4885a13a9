"""Signing in, choosing a party, the people of a party and the access table, as their users meet them."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from oversight.access.actions import demonstrate
from oversight.access.queries import COMMAND
from oversight.access.rules import access_table
from oversight.parties.models import Membership, Person
from tests.factories.parties import AT, make_member, register, sign_in, sign_in_as

pytestmark = pytest.mark.django_db

PASSWORD = "three random words"


@pytest.fixture
def demonstration():
    register()
    return demonstrate(by=COMMAND, at=AT)


@pytest.fixture
def member():
    """Someone with a password who acts for OSAG."""
    membership = make_member("osag_coordinator", email="ada@example.org", name="Ada Example")
    person = Person.objects.get(pk=membership.person_id)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return membership


def text_of(response):
    return response.content.decode()


class TestDemonstration:
    def test_everyone_to_pick_is_shown_under_their_body(self, client, demonstration):
        page = text_of(client.get("/sign-in"))

        assert page.count('name="membership"') == len(demonstration) > len(access_table().roles)
        assert "HM Inspectorate of Probation" in page
        assert "Olive Example, Operational and System Assurance Group" in page

    def test_picking_someone_signs_in_as_them(self, client, demonstration):
        chosen = next(one for one in demonstration if one.role == "osag_coordinator")

        sent = client.post("/sign-in", {"membership": chosen.id})

        assert sent["Location"] == reverse("home")
        page = text_of(client.get(reverse("your-account")))
        assert "Olive Example" in page
        assert "OSAG coordinator" in page

    def test_after_picking_one_comes_to_the_page_that_was_wanted(self, client, demonstration):
        asked = client.get("/units?kind=pdu")
        assert asked["Location"] == "/sign-in?next=%2Funits%3Fkind%3Dpdu"

        sent = client.post("/sign-in", {"membership": demonstration[0].id, "next": "/units?kind=pdu"})

        assert sent["Location"] == "/units?kind=pdu"

    @pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
    def test_nobody_is_sent_elsewhere_after_picking(self, client, demonstration, elsewhere):
        sent = client.post("/sign-in", {"membership": demonstration[0].id, "next": elsewhere})

        assert sent["Location"] == reverse("home")

    @pytest.mark.parametrize("foreign", ["", "0", "999999", "x", "١"])
    def test_someone_who_is_not_there_cannot_be_picked(self, client, demonstration, foreign):
        sent = client.post("/sign-in", {"membership": foreign})

        assert sent.status_code == 422
        assert "Choose one of the people below" in text_of(sent)

    def test_a_real_person_cannot_be_picked(self, client, demonstration, member):
        assert client.post("/sign-in", {"membership": member.id}).status_code == 422

    def test_without_people_the_page_says_what_to_do(self, client):
        assert "There is nobody to pick yet" in text_of(client.get("/sign-in"))

    def test_outside_a_demonstration_there_is_no_such_page(self, client, demonstration):
        with override_settings(DEMONSTRATION=False):
            assert client.get("/sign-in").status_code == 404
            assert client.post("/sign-in", {"membership": demonstration[0].id}).status_code == 404
            assert client.get("/units")["Location"] == "/account/sign-in?next=%2Funits"

    def test_making_the_people_again_changes_nothing(self, demonstration):
        assert demonstrate(by=COMMAND, at=AT) == ()


class TestSigningIn:
    def sign_in(self, client, **said):
        return client.post("/account/sign-in", {"login": "ada@example.org", "password": PASSWORD} | said)

    def test_with_email_and_password(self, client, member):
        sent = self.sign_in(client, login="Ada@Example.org")

        assert sent.status_code == 302
        assert sent["Location"] == reverse("home")
        assert "Ada Example" in text_of(client.get("/account"))

    def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(self, client, member):
        wrong = self.sign_in(client, password="wrong")
        unknown = self.sign_in(client, login="eve@example.org")

        for answer in (wrong, unknown):
            assert answer.status_code == 200
            assert "Email address or password is incorrect" in text_of(answer)
            assert "Error: " in text_of(answer)

    def test_nothing_entered(self, client, member):
        answer = text_of(self.sign_in(client, login="", password=""))

        assert "Enter your email address" in answer
        assert "Enter your password" in answer

    @pytest.mark.parametrize(
        "hostile", ["<script>x</script>", "a" * 5000 + "@example.org", "\u202ea@b", "a\x00@b.org"]
    )
    def test_hostile_text_is_refused_beside_the_field(self, client, member, hostile):
        answer = self.sign_in(client, login=hostile)

        assert answer.status_code == 200
        assert "<script>x" not in text_of(answer)
        assert "There is a problem" in text_of(answer)

    def test_many_wrong_tries_make_the_next_wait_even_with_the_right_password(self, client, member):
        for _ in range(5):
            self.sign_in(client, password="wrong")

        answer = self.sign_in(client)

        assert "There were too many tries" in text_of(answer)
        assert client.get("/account").status_code == 302

    def test_nobody_can_sign_up(self, client):
        assert client.get("/account/sign-up").status_code == 404
        assert client.get("/account/login/").status_code == 404

    def test_signing_out_takes_a_click(self, client, member):
        self.sign_in(client)

        assert "Sign out?" in text_of(client.get("/account/sign-out"))
        assert client.post("/account/sign-out")["Location"] == reverse("public-home")
        assert client.get("/account").status_code == 302

    def test_a_new_person_gets_a_password_by_mail(self, client, member):
        make_member("osag_lead", email="new@example.org", name="New Example")

        client.post("/account/password/forgotten", {"email": "new@example.org"})

        (letter,) = mail.outbox
        assert letter.to == ["new@example.org"]
        assert letter.subject == "Set a new password for the oversight service"
        link = next(word for word in letter.body.split() if word.startswith("http"))
        asked = client.get(link, follow=True)
        assert "Set a new password" in text_of(asked)
        short = client.post(asked.request["PATH_INFO"], {"password1": "short", "password2": "short"})
        assert "at least 12 characters" in text_of(short)
        done = client.post(
            asked.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True
        )
        assert "Your password is set" in text_of(done)
        assert self.sign_in(client, login="new@example.org").status_code == 302
        assert "This link no longer works" in text_of(Client().get(link, follow=True))

    def test_an_unknown_address_gets_no_mail_and_the_same_page(self, client, member):
        answer = client.post("/account/password/forgotten", {"email": "eve@example.org"}, follow=True)

        assert mail.outbox == []
        assert "Check your email" in text_of(answer)

    def test_changing_the_password(self, client, member):
        self.sign_in(client)
        new = "another three words"

        wrong = client.post(
            "/account/password/change", {"oldpassword": "x", "password1": new, "password2": new}
        )
        right = client.post(
            "/account/password/change",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
            follow=True,
        )

        assert "Your present password is incorrect" in text_of(wrong)
        assert right.status_code == 200
        assert Person.objects.get(pk=member.person_id).check_password(new)


class TestTwoStep:
    def code_for(self, secret):
        from allauth.mfa.totp.internal.auth import (
            format_hotp_value,
            hotp_value,
            yield_hotp_counters_from_time,
        )

        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    def turn_on(self, client):
        from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY

        client.post("/account/sign-in", {"login": "ada@example.org", "password": PASSWORD})
        assert "Anyone who learns your password" in text_of(client.get("/account/two-step"))
        asked = client.get("/account/two-step/app/on")
        assert asked["Location"].startswith("/account/confirm?")
        confirmed = client.post(asked["Location"], {"password": PASSWORD})
        assert confirmed["Location"] == "/account/two-step/app/on"
        assert "Scan this picture" in text_of(client.get("/account/two-step/app/on"))
        secret = client.session[SECRET_SESSION_KEY]
        wrong = client.post("/account/two-step/app/on", {"code": "000000"})
        assert "The code is incorrect" in text_of(wrong)
        return secret, client.post("/account/two-step/app/on", {"code": self.code_for(secret)}, follow=True)

    def test_from_turning_on_to_turning_off(self, client, member):
        secret, on = self.turn_on(client)

        assert "Your recovery codes" in text_of(on)
        assert "10 of 10 codes are unused" in text_of(client.get("/account/two-step"))
        recovery = text_of(on).split("<code>")[1].split("</code>")[0]

        other = Client()
        asked = other.post(
            "/account/sign-in", {"login": "ada@example.org", "password": PASSWORD}, follow=True
        )
        assert "Enter your code" in text_of(asked)
        assert other.get("/account").status_code == 302
        refused = other.post("/account/two-step/code", {"code": "000000"})
        assert "The code is incorrect" in text_of(refused)
        other.post("/account/two-step/code", {"code": recovery})
        assert "9 of 10 codes are unused" in text_of(other.get("/account/two-step"))

        asked = other.post("/account/two-step/app/off")
        page = other.get(asked["Location"], follow=True)
        assert "Confirm that it is you" in text_of(page)
        again = other.post(asked["Location"], {"password": PASSWORD, "code": self.code_for(secret)})
        assert again["Location"] == "/account/two-step/app/off"
        assert "Turn off two-step verification?" in text_of(other.get(again["Location"]))
        off = other.post("/account/two-step/app/off", follow=True)
        assert "Anyone who learns your password" in text_of(off)

    def test_someone_without_a_password_is_told_why_not(self, client):
        sign_in(client, "osag_lead")

        for address in ("app/on", "app/off", "recovery-codes/new"):
            answer = client.get(f"/account/two-step/{address}")
            assert answer.status_code == 403
            assert "Two-step verification protects a password" in text_of(answer)


class TestChoosingAParty:
    def test_with_one_there_is_nothing_to_choose(self, client, member):
        client.force_login(Person.objects.get(pk=member.person_id))

        assert client.get("/units").status_code == 200

    def test_with_two_one_chooses_and_comes_to_the_page_that_was_wanted(self, client, member):
        inspector = make_member("hmip_planner", email="ada@example.org")
        client.force_login(Person.objects.get(pk=member.person_id))

        asked = client.get("/units?page=2")
        assert asked["Location"] == "/account/acting-as?next=%2Funits%3Fpage%3D2"
        page = text_of(client.get(asked["Location"]))
        assert "OSAG coordinator" in page
        assert "Inspection planner" in page
        sent = client.post("/account/acting-as", {"membership": inspector.id, "next": "/units?page=2"})

        assert sent["Location"] == "/units?page=2"
        assert "Inspection planner, HM Inspectorate of Probation" in text_of(client.get("/units"))

    def test_someone_else_s_party_cannot_be_chosen(self, client, member):
        other = make_member("hmip_planner", email="eve@example.org")
        client.force_login(Person.objects.get(pk=member.person_id))

        answer = client.post("/account/acting-as", {"membership": other.id})

        assert answer.status_code == 422
        assert "Inspection planner" not in text_of(client.get("/account"))

    def test_a_choice_that_has_ended_counts_as_none(self, client, member):
        from oversight.parties.actions import end_membership

        inspector = make_member("hmip_planner", email="ada@example.org")
        make_member("hmip_publications", email="ada@example.org")
        sign_in_as(client, inspector)
        assert "Inspection planner" in text_of(client.get("/account"))
        end_membership(
            by=COMMAND, at=AT, membership_id=inspector.id, until_day=date(2026, 1, 4), seen_until=None
        )

        assert client.get("/units")["Location"].startswith("/account/acting-as")

    def test_without_any_the_page_says_whom_to_ask(self, client, member):
        from oversight.parties.actions import end_membership

        end_membership(
            by=COMMAND, at=AT, membership_id=member.id, until_day=date(2026, 1, 4), seen_until=None
        )
        client.force_login(Person.objects.get(pk=member.person_id))

        answer = client.get("/units")

        assert answer.status_code == 403
        assert "You do not act for any party now" in text_of(answer)
        assert "Ask whoever manages the people" in text_of(answer)
        assert client.get("/account").status_code == 200
        assert "You do not act for any party now" in text_of(client.get("/account/acting-as"))


class TestPeople:
    def add(self, client, **said):
        facts = {
            "party": "hmpps-osag",
            "name": "Grace Example",
            "email": "grace@example.org",
            "role": "osag_coordinator",
            "from_day": "5/1/2026",
        }
        return client.post("/people/add", facts | said)

    def test_a_lead_adds_a_person_and_sets_their_last_day(self, client):
        sign_in(client, "osag_lead", name="Lee Example")

        sent = self.add(client)

        assert sent["Location"] == "/people"
        page = text_of(client.get("/people"))
        assert "Grace Example now acts for Operational and System Assurance Group." in page
        assert "grace@example.org" in page
        made = Membership.objects.get(person__email="grace@example.org")
        assert made.from_day == date(2026, 1, 5)
        asked = client.get(f"/people/{made.pk}/end")
        assert "Set the last day of Grace Example" in text_of(asked)
        ended = client.post(f"/people/{made.pk}/end", {"until_day": "31/12/2098", "seen_until": ""})
        assert ended["Location"] == "/people"
        assert "31 December 2098" in text_of(client.get("/people"))

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            ({"name": ""}, "Enter their full name"),
            ({"name": "a\u202eb"}, "changes the direction"),
            ({"name": "a\x07b"}, "control character"),
            ({"name": "a" * 121}, "Enter 120 characters or fewer"),
            ({"name": "a\x00b"}, "Null characters"),
            ({"email": ""}, "Enter their email address"),
            ({"email": "grace"}, "Enter an email address in the form"),
            ({"email": "a" * 300 + "@example.org"}, "at most 254"),
            ({"role": ""}, "Choose the role"),
            ({"role": "hmip_planner"}, "Choose a role from the list"),
            ({"party": "hmip"}, "Choose a party from the list"),
            ({"party": "' OR 1=1"}, "Choose a party from the list"),
            ({"from_day": "31/2/2026"}, "Enter a real day"),
            ({"from_day": ""}, "Enter the first day"),
            ({"from_day": "1/1/1066"}, "Enter a day in 2000 or later"),
        ],
    )
    def test_bad_input_is_named_beside_the_field_and_nothing_is_lost(self, client, said, answer):
        sign_in(client, "osag_lead")

        refused = self.add(client, **said)

        assert refused.status_code == 422
        assert answer in text_of(refused)
        assert "There is a problem" in text_of(refused)
        if "name" not in said:
            assert "Grace Example" in text_of(refused)
        assert not Person.objects.filter(email="grace@example.org").exists()

    def test_markup_in_a_name_is_shown_as_typed(self, client):
        sign_in(client, "osag_lead")

        self.add(client, name="<b>Grace</b> & =1+1")

        assert "&lt;b&gt;Grace&lt;/b&gt; &amp; =1+1" in text_of(client.get("/people"))

    def test_the_same_person_twice_is_refused_beside_the_field(self, client):
        sign_in(client, "osag_lead")
        self.add(client)

        again = self.add(client, email="GRACE@example.org")

        assert again.status_code == 422
        assert "already acts for" in text_of(again)

    def test_a_region_adds_people_to_its_units_and_to_no_other(self, client):
        sign_in(client, "regional_probation_director", "N57")
        head = {"role": "head_of_pdu"}

        assert self.add(client, party="N57EKNT", **head)["Location"] == "/people"
        assert "Choose a party from the list" in text_of(self.add(client, party="N58BNS", **head))
        mismatch = self.add(client, party="N57", **head)
        assert mismatch.status_code == 422
        assert "Kent, Surrey and Sussex does not have that role" in text_of(mismatch).replace("&#39;", "'")

    def test_someone_else_s_member_is_out_of_reach(self, client):
        other = make_member("hmip_planner")
        sign_in(client, "osag_lead")

        for answer in (
            client.get(f"/people/{other.id}/end"),
            client.post(f"/people/{other.id}/end", {"until_day": "31/12/2098"}),
        ):
            assert answer.status_code == 403
            assert "Inspection planner" not in text_of(answer)
        assert client.get("/people/999999/end").status_code == 404
        assert Membership.objects.get(pk=other.id).until_day is None

    def test_a_stale_page_is_told_what_changed(self, client):
        sign_in(client, "osag_lead")
        self.add(client)
        made = Membership.objects.get(person__email="grace@example.org")
        client.post(f"/people/{made.pk}/end", {"until_day": "31/12/2098", "seen_until": ""})

        stale = client.post(f"/people/{made.pk}/end", {"until_day": "30/11/2098", "seen_until": ""})

        assert stale.status_code == 422
        assert "it now ends on 31 December 2098" in text_of(stale)
        assert Membership.objects.get(pk=made.pk).until_day == date(2098, 12, 31)

    def test_a_last_day_in_the_past_is_refused(self, client):
        sign_in(client, "osag_lead")
        self.add(client)
        made = Membership.objects.get(person__email="grace@example.org")

        refused = client.post(f"/people/{made.pk}/end", {"until_day": "6/1/2026", "seen_until": ""})

        assert refused.status_code == 422
        assert "The last day cannot be before" in text_of(refused)

    def test_a_coordinator_is_told_who_can(self, client):
        sign_in(client, "osag_coordinator")

        answer = client.get("/people")

        assert answer.status_code == 403
        assert "you cannot say who acts for a party" in text_of(answer)
        assert "OSAG lead" in text_of(answer)

    def test_searching_and_finding_nobody(self, client):
        sign_in(client, "osag_lead")

        assert "Nobody here has" in text_of(client.get("/people?text=%3Cb%3E"))
        assert "<b>" not in text_of(client.get("/people?text=%3Cb%3E"))

    @pytest.mark.parametrize("hostile", ["%00", "%07", "%E2%80%AE", "x" * 300])
    def test_searching_for_what_no_name_holds(self, client, hostile):
        sign_in(client, "osag_lead")

        answer = client.get(f"/people?text={hostile}")

        assert answer.status_code == 422
        assert "There is a problem" in text_of(answer)

    @pytest.mark.one_database("the service sends as many statements to either")
    def test_the_number_of_queries_does_not_grow(self, client, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        sign_in(client, "osag_lead")
        with CaptureQueriesContext(connection) as few:
            client.get("/people")
        for _ in range(30):
            make_member("osag_coordinator")

        with django_assert_num_queries(len(few)):
            page = text_of(client.get("/people"))

        assert "31 people in roles" in page
        assert 'aria-label="Page 2' in page or "page=2" in page


class TestAccessTable:
    def test_anyone_reads_it_and_it_sets_no_cookie(self, client):
        register()

        answer = client.get("/how-oversight-works/access")

        assert answer.status_code == 200
        assert not answer.cookies
        page = text_of(answer)
        assert "HM Inspectorate of Probation alone." in page
        assert "Write inspection standards and the rules of rating" in page
        assert "Regional Probation Director" in page
        assert "sets its inspection standards independently" in page

"""Who acts, and what a refusal tells them (H4)."""

from datetime import date

import pytest

from oversight.access.actions import appoint, demonstrate
from oversight.access.queries import (
    COMMAND,
    NOBODY,
    acting_by_command,
    acting_for,
    demonstration_people,
    roles_of,
)
from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.actions import end_membership
from oversight.parties.queries import party
from tests.factories.parties import AT, acting_as, make_member, register

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)


def refusal(actor, permission, over=None):
    with pytest.raises(Refused) as refused:
        actor.demand(permission, over)
    return refused.value


def test_nobody_is_told_to_sign_in():
    refused = refusal(NOBODY, "standards.edit")

    assert refused.rule == "permission_standards.edit"
    assert refused.paragraph == "9"
    assert refused.why.startswith(
        "You are not acting for any party, so you cannot write inspection standards"
    )
    assert "Sign in" in refused.what_next


def test_another_body_is_told_why_and_who_can_by_paragraph_9():
    refused = refusal(acting_as("sponsorship_officer"), "standards.edit")

    assert "As Sponsorship officer, Ministry of Justice Sponsorship team, you cannot" in refused.why
    assert "sets its inspection standards independently" in refused.why
    assert refused.paragraph == "9"
    assert refused.who_can == "Owner of inspection standards (for every party)"


def test_the_right_role_for_the_wrong_unit_is_told_which():
    actor = acting_as("regional_probation_director", "N57")
    actor.demand("arrangements.record_event", party("N57EKNT"))

    refused = refusal(actor, "arrangements.record_event", party("N58BNS"))

    assert "for Bath and North Somerset" in refused.why
    assert refused.what_next == "Ask someone who acts for that party."


def test_the_inspectorate_s_other_roles_may_not_edit_standards():
    acting_as("hmip_standards_owner").demand("standards.edit")

    refused = refusal(acting_as("hmip_lead_inspector"), "standards.edit")

    assert "As Lead inspector, HM Inspectorate of Probation, you cannot" in refused.why


def test_a_choice_holds_from_its_first_to_its_last_day():
    register()
    first = make_member("osag_lead", email="ada@example.org", since=date(2026, 1, 3))
    make_member("osag_coordinator", email="ada@example.org", since=date(2025, 1, 1))
    end_membership(by=COMMAND, at=AT, membership_id=first.id, until_day=date(2026, 1, 6), seen_until=None)

    def role(day):
        acting, _ = acting_for(person_id=first.person_id, name="Ada", chosen=first.id, today=day)
        return acting.role

    assert role(date(2026, 1, 2)) == "osag_coordinator"
    assert role(date(2026, 1, 3)) == "osag_lead"
    assert role(date(2026, 1, 6)) == "osag_lead"
    assert role(date(2026, 1, 7)) == "osag_coordinator"


def test_someone_with_two_roles_and_no_choice_acts_for_nobody():
    one = make_member("osag_lead", email="ada@example.org")
    make_member("osag_coordinator", email="ada@example.org")

    acting, count = acting_for(person_id=one.person_id, name="Ada", chosen=None, today=TODAY)

    assert (acting.party, acting.role, count) == ("", "", 2)
    assert not acting.may("parties.see_units")


def test_finding_who_acts_takes_one_query(django_assert_num_queries):
    one = make_member("osag_lead")

    with django_assert_num_queries(1):
        acting, _ = acting_for(person_id=one.person_id, name="Ada", chosen=one.id, today=TODAY)

    assert acting.membership == one.id


def test_a_command_acts_for_the_operator_before_anything_is_loaded():
    assert COMMAND.reference == "command:setup"
    assert COMMAND.party == "operator"
    assert COMMAND.may("parties.load_reference")
    assert not COMMAND.may("standards.edit")


def test_a_command_can_act_for_a_body_that_is_in_the_register():
    with pytest.raises(Refused, match="no party called 'hmip'"):
        acting_by_command("import", role="hmip_publications")
    register()

    actor = acting_by_command("import", role="hmip_publications")

    assert (actor.reference, actor.party) == ("command:import", "hmip")
    assert actor.may("publication.import_history")
    with pytest.raises(Refused, match="several parties"):
        acting_by_command("import", role="partner_inspector")


class TestAppointing:
    def appoint(self, by=COMMAND, role="osag_lead", code="hmpps-osag"):
        return appoint(
            by=by,
            at=AT,
            party=party(code),
            email="Ada@Example.org",
            name="Ada Example",
            role=role,
            from_day=TODAY,
        )

    def test_a_party_has_its_own_roles_only(self):
        register()

        for role, code in (
            ("hmip_standards_owner", "hmpps-osag"),
            ("osag_lead", "hmip"),
            ("head_of_pdu", "N57"),
            ("regional_probation_director", "N57EKNT"),
            ("no_such_role", "hmip"),
        ):
            with pytest.raises(Refused, match="does not have that role"):
                self.appoint(role=role, code=code)
        assert not Entry.objects.filter(verb="membership.begun").exists()

    def test_it_is_recorded_with_who_and_for_whom(self):
        register()

        made = self.appoint()

        entry = Entry.objects.get(verb="membership.begun")
        assert entry.subject == f"person:{made.person_id}"
        assert made.email == "ada@example.org"
        assert '"party":"hmpps-osag"' in entry.payload

    def test_one_party_does_not_appoint_for_another(self):
        lead = acting_as("osag_lead")

        self.appoint(by=lead)
        with pytest.raises(Refused) as refused:
            self.appoint(by=lead, role="hmip_planner", code="hmip")
        assert refused.value.rule == "permission_parties.manage_memberships"
        with pytest.raises(Refused):
            self.appoint(by=acting_as("osag_coordinator"))

    def test_the_roles_offered_are_those_the_party_has(self):
        register()

        assert [role.id for role in roles_of(party("hmpps-osag"))] == ["osag_coordinator", "osag_lead"]
        assert [role.id for role in roles_of(party("N57"))] == ["regional_probation_director"]
        assert roles_of(party("moj")) == ()


class TestDemonstration:
    def test_there_is_one_for_every_role_and_all_are_fictional(self):
        register()

        people = [person for person, _ in demonstration_people(today=TODAY)]

        assert sorted(person.role for person in people if not person.second) == sorted(access_table().roles)
        assert len({person.email for person in people}) == len(people)
        assert all(person.email.endswith("@example.org") for person in people)
        assert all(person.name.endswith(" Example") for person in people)

    def test_none_has_a_password(self):
        from oversight.parties.models import Person

        register()
        made = demonstrate(by=COMMAND, at=AT)

        assert len(made) == len(demonstration_people(today=AT.date())) > len(access_table().roles)
        assert not any(person.has_usable_password() for person in Person.objects.order_by("pk"))

    def test_the_real_service_has_none(self, settings):
        register()
        settings.DEMONSTRATION = False

        with pytest.raises(Refused, match="without a password"):
            demonstrate(by=COMMAND, at=AT)

    def test_only_the_operator_makes_them(self):
        with pytest.raises(Refused):
            demonstrate(by=acting_as("sponsorship_officer"), at=AT)

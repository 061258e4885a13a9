"""The register is loaded and kept; people join and leave parties by recorded acts (A1, paragraph 10(iii))."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from oversight.access.queries import COMMAND
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.actions import add_member, end_membership, load_reference
from oversight.parties.models import CrsListing, Membership, Party, PartyName, PartySuccession, Person
from oversight.parties.queries import memberships_of, parties_by_code, party, remembering
from oversight.parties.queries.units import services_in, unit
from oversight.parties.rules.reference import packaged_files
from tests.factories.parties import AT, acting_as, make_member, register

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)


def loads(**changed):
    files = {**packaged_files(), **{name.replace("__", "."): text for name, text in changed.items()}}
    return load_reference(by=COMMAND, at=LATER, files=files)


class TestLoading:
    def test_everything_is_loaded_and_recorded_once(self):
        loaded = load_reference(by=COMMAND, at=AT)

        assert Party.objects.count() == len(loaded.parties_added) == 204
        assert CrsListing.objects.count() == 196
        assert PartySuccession.objects.count() == 6
        entry = Entry.objects.get()
        assert (entry.verb, entry.party, entry.actor) == ("register.loaded", "operator", "command:setup")
        assert len(json.loads(entry.payload)["parties_added"]) == 204

    def test_loading_again_changes_and_records_nothing(self):
        load_reference(by=COMMAND, at=AT)
        before = list(Party.objects.order_by("pk").values())

        again = load_reference(by=COMMAND, at=LATER)

        assert again.changed_nothing
        assert list(Party.objects.order_by("pk").values()) == before
        assert Entry.objects.count() == 1

    def test_loading_takes_few_queries_however_much_there_is(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(30):
            assert load_reference(by=COMMAND, at=AT).parties_added

    def test_a_fault_loads_nothing(self):
        files = packaged_files()
        files["crs_contracts.csv"] = files["crs_contracts.csv"].replace("pcc_area,kent", "pcc_area,kant")

        with pytest.raises(Refused, match="column area: 'kant'"):
            load_reference(by=COMMAND, at=AT, files=files)

        assert not Party.objects.exists()
        assert not Entry.objects.exists()

    @pytest.mark.parametrize("role", ["sponsorship_officer", "hmip_standards_owner", "auditor"])
    def test_only_the_operator_loads(self, role):
        actor = acting_as(role)

        with pytest.raises(Refused, match="you cannot load the list"):
            load_reference(by=actor, at=AT)

    def test_a_new_name_keeps_the_old_one_until_that_day(self):
        register()

        loaded = loads(pdus__csv=packaged_files()["pdus.csv"].replace("East Kent", "Kent Coast"))

        assert loaded.parties_changed == {"N57EKNT": {"name": ("East Kent", "Kent Coast")}}
        assert party("N57EKNT").name == "Kent Coast"
        assert unit("N57EKNT", on=date(2026, 5, 31)).name_then == "East Kent"
        assert unit("N57EKNT", on=date(2026, 6, 1)).name_then == "Kent Coast"
        (former,) = unit("N57EKNT", on=date(2026, 6, 1)).other_names
        assert (former.name, former.former, former.when) == ("East Kent", True, "until 1 June 2026")
        entry = Entry.objects.filter(verb="register.loaded").order_by("sequence").last()
        assert json.loads(entry.payload)["parties_changed"]["N57EKNT"]["name"] == ["East Kent", "Kent Coast"]

    def test_a_unit_that_closes_keeps_its_row_and_names_its_successor(self):
        register()
        line = "South West,Dorset,N58,N58DORS,active,,,,,high,"
        closed = "South West,Dorset,N58,N58DORS,closed,,2026-05,,N58SOM,high,"
        files = packaged_files()
        assert line in files["pdus.csv"]

        loads(pdus__csv=files["pdus.csv"].replace(line, closed))

        then = unit("N58DORS", on=date(2026, 6, 1))
        assert then.standing_words == "Closed in May 2026"
        assert [(link.party.code, link.when) for link in then.successors] == [("N58SOM", "May 2026")]
        assert [link.party.code for link in unit("N58SOM", on=AT.date()).predecessors] == ["N58DORS"]

    def test_what_the_files_no_longer_name_stays(self):
        register()
        files = packaged_files()
        gone = "".join(
            line for line in files["party_names.csv"].splitlines(keepends=True) if "N57SUS" not in line
        )

        assert loads(party_names__csv=gone).changed_nothing
        assert PartyName.objects.filter(party__code="N57SUS").exists()

    def test_a_service_that_changes_is_brought_up_to_date(self):
        register()
        before = next(one for one in services_in("N57") if one.open_to_referrals)
        files = packaged_files()
        lines = files["crs_contracts.csv"].splitlines(keepends=True)
        changed = [
            line.replace(",yes,", ",no,") if line.startswith(before.reference + ",") else line
            for line in lines
        ]

        loaded = loads(crs_contracts__csv="".join(changed))

        assert loaded.services_changed == (before.reference,)
        assert not CrsListing.objects.get(contract_reference=before.reference).open_to_referrals
        assert CrsListing.objects.count() == 196

    def test_what_is_remembered_in_a_request_is_dropped(self):
        register()
        with remembering():
            assert parties_by_code()["N57EKNT"].name == "East Kent"

            loads(pdus__csv=packaged_files()["pdus.csv"].replace("East Kent", "Kent Coast"))

            assert parties_by_code()["N57EKNT"].name == "Kent Coast"


class TestJoining:
    def add(self, **said):
        register()
        facts = {
            "party": party("hmip"),
            "email": "Ada@Example.org ",
            "name": "  Ada   Example ",
            "role": "hmip_planner",
            "from_day": date(2026, 1, 5),
        }
        return add_member(by=COMMAND, at=AT, **(facts | said))

    def test_someone_new_can_sign_in_but_has_no_password(self):
        made = self.add()

        person = Person.objects.get(pk=made.person_id)
        assert (person.email, person.name) == ("ada@example.org", "Ada Example")
        assert not person.has_usable_password()

    def test_a_known_address_is_the_same_person_and_keeps_its_name(self):
        first = self.add()

        second = self.add(email="ADA@example.org", name="Someone Else", role="hmip_publications")

        assert second.person_id == first.person_id
        assert second.person_name == "Ada Example"
        assert len(memberships_of(first.person_id, today=AT.date())) == 2

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"name": ""}, "name is empty"),
            ({"name": " \t "}, "name is empty"),
            ({"name": "a\u202eb"}, "changes the direction"),
            ({"name": "a" * 121}, "120 characters or fewer"),
            ({"email": ""}, "not an email address"),
            ({"email": "ada"}, "not an email address"),
            ({"email": "a\x00da@example.org"}, "not an email address"),
            ({"email": "<b>@example.org"}, "not an email address"),
        ],
    )
    def test_unfit_text_is_refused_and_nothing_is_kept(self, said, why):
        with pytest.raises(Refused, match=why) as refused:
            self.add(**said)

        assert refused.value.field in {"name", "email"}
        assert not Person.objects.exists()
        assert not Entry.objects.filter(verb="membership.begun").exists()

    def test_the_same_role_twice_at_once_is_refused(self):
        self.add()

        with pytest.raises(Refused, match="already acts for HM Inspectorate of Probation"):
            self.add(from_day=date(2027, 1, 1))

    def test_the_same_role_again_after_it_ended(self):
        first = self.add()
        end_membership(
            by=COMMAND, at=AT, membership_id=first.id, until_day=date(2026, 1, 31), seen_until=None
        )

        with pytest.raises(Refused, match="already acts for"):
            self.add(from_day=date(2026, 1, 31))
        again = self.add(from_day=date(2026, 2, 1))

        assert again.id != first.id

    @pytest.mark.writes_directly("closing an account has no action yet")
    def test_a_closed_account_is_not_opened_by_the_way(self):
        made = self.add()
        Person.objects.filter(pk=made.person_id).update(is_active=False)

        with pytest.raises(Refused, match="The account of Ada Example is closed"):
            self.add(role="hmip_publications")


class TestLeaving:
    def end(self, made, day, *, seen=None, by=COMMAND):
        return end_membership(by=by, at=AT, membership_id=made.id, until_day=day, seen_until=seen)

    def test_yesterday_ends_it_at_once(self):
        made = make_member("osag_lead")

        self.end(made, AT.date() - timedelta(days=1))

        assert memberships_of(made.person_id, today=AT.date()) == ()
        assert Membership.objects.filter(pk=made.id).exists()
        entry = Entry.objects.get(verb="membership.ended")
        assert json.loads(entry.payload)["until_day"] == {"$date": "2026-01-04"}

    def test_today_still_holds_today(self):
        made = make_member("osag_lead")

        self.end(made, AT.date())

        assert len(memberships_of(made.person_id, today=AT.date())) == 1
        assert memberships_of(made.person_id, today=AT.date() + timedelta(days=1)) == ()

    def test_the_day_before_yesterday_would_rewrite_what_was_done(self):
        made = make_member("osag_lead")

        with pytest.raises(Refused, match="cannot be before 4 January 2026"):
            self.end(made, AT.date() - timedelta(days=2))

    def test_it_does_not_end_before_it_begins(self):
        made = make_member("osag_lead", since=date(2026, 3, 1))

        with pytest.raises(Refused, match="cannot be before 1 March 2026"):
            self.end(made, date(2026, 2, 28))
        self.end(made, date(2026, 3, 1))

    def test_someone_else_s_change_in_between_is_not_lost(self):
        made = make_member("osag_lead")
        self.end(made, date(2026, 5, 1))

        with pytest.raises(Refused, match="it now ends on 1 May 2026"):
            self.end(made, date(2026, 4, 1))
        self.end(made, date(2026, 4, 1), seen=date(2026, 5, 1))

    def test_one_party_does_not_end_another_s(self):
        made = make_member("hmip_planner")

        with pytest.raises(Refused) as refused:
            self.end(made, date(2026, 5, 1), by=acting_as("osag_lead"))

        assert refused.value.rule == "permission_parties.manage_memberships"
        assert Membership.objects.get(pk=made.id).until_day is None

    def test_a_number_that_is_nobody_s(self):
        register()

        with pytest.raises(Refused) as refused:
            end_membership(
                by=COMMAND, at=AT, membership_id=10**6, until_day=date(2026, 5, 1), seen_until=None
            )

        assert refused.value.rule.startswith("not_found")

"""The tables of duties and the replay of the record in the same words, so that they can be compared."""

from __future__ import annotations

from oversight.arrangements.models import Duty, DutyParty, Event
from oversight.arrangements.queries.replaying import replayed
from oversight.arrangements.queries.texts import known_versions
from oversight.parties.queries import parties_by_code, party


def table():
    """What the tables say of every duty, in the words of the replay."""
    return {
        (
            row.opened_by_id,
            row.arrangement,
            row.bearer_id,
            row.version_id,
            row.about,
            row.kind,
            row.unit_id or "",
            row.paragraph,
            row.force,
            tuple(row.counterparts),
            row.opened_on,
            row.first_due,
            row.due,
            row.basis,
            tuple(row.steps),
            row.met_on,
            row.met_by_id,
            row.withdrawn,
        )
        for row in Duty.objects.order_by("id")
    }


def replay():
    rows = Event.objects.order_by("id")
    return {
        (
            duty.opened_by,
            duty.arrangement,
            duty.bearer,
            duty.version,
            duty.about,
            duty.kind,
            duty.unit,
            duty.paragraph,
            duty.force.value,
            duty.counterparts,
            duty.opened_on,
            duty.first_due,
            duty.due,
            duty.basis.value,
            duty.steps,
            duty.met_on,
            duty.met_by,
            duty.withdrawn,
        )
        for duty in replayed(rows, known_versions(), parties_by_code())
    }


def assert_parties_follow():
    """Every duty is shown to those it concerns and to those above them, as open as it is."""
    for duty in Duty.objects.order_by("id"):
        links = {link.party_id: link for link in DutyParty.objects.filter(duty=duty).order_by("id")}
        concerned = {duty.bearer_id, *duty.counterparts} | ({duty.unit_id} if duty.unit_id else set())
        above = {code for one in concerned for code in party(one).lineage.split("/") if code}
        assert set(links) == above
        for code, link in links.items():
            assert link.direct == (code in concerned)
            assert link.owed == (code in duty.counterparts)
            assert link.due_order == duty.due_order
            assert link.open == (duty.met_on is None and not duty.withdrawn)

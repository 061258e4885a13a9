"""Audits of prisons, the youth estate and contracts in the joint timetable, under their names (B4, ¶28)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest

from oversight.audits.actions import planning
from oversight.kernel.refusals import Refused
from oversight.parties.queries import membership, party
from oversight.programme.actions.telling import Fieldwork, fieldwork_told
from oversight.programme.models import CalendarFeed, Clash, Visit
from oversight.programme.queries import loads
from oversight.programme.queries.burden import place_burden
from oversight.programme.queries.clashes import clashes
from oversight.programme.queries.feeds import feed_of
from oversight.programme.queries.planning import _elsewhere
from oversight.programme.queries.sight import visible
from oversight.programme.queries.visits import VisitFilter, timetable
from oversight.programme.rules.limits import limits
from oversight.programme.rules.proposing import Frame
from oversight.programme.rules.visits import Span
from tests.arrangements.pages import page, rows, said, stand_on
from tests.factories.audits import AT, TODAY, lead, planned, step
from tests.factories.parties import acting_as, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
PRISON = {"audited": "hmpps", "service": "prison_public", "place": "HMP Example"}


def prison(**more):
    return planned(**PRISON | {"region": party("N57"), "first": TODAY, "last": TODAY + timedelta(4)} | more)


def director(region="N57"):
    return acting_as("regional_probation_director", region)


def seen(actor) -> list[str]:
    return list(visible(actor).order_by("id").values_list("site", flat=True))


def feed(actor, about):
    """What a private calendar of a region or unit gives its reader."""
    row = CalendarFeed(kind="unit", about_id=about, owner=actor.reference)
    return [one.site for one, _, _ in feed_of(row, actor).entries]


def test_the_visit_of_a_prison_is_told_to_its_region_once_announced_and_weighs_on_nobody(monkeypatch, client):
    row = prison()
    others = {
        "officer": acting_as("hmpps_officer"),
        "planner": acting_as("hmip_planner"),
        "director": director(),
    }
    strangers = {"head": acting_as("head_of_pdu", "N57EKNT"), "next": director("N56")}
    assert seen(lead()) == ["HMP Example"]
    assert not [name for name, actor in (others | strangers).items() if seen(actor)]

    step(row, planning.announce, lead())
    assert [name for name, actor in others.items() if seen(actor) == ["HMP Example"]] == list(others)
    assert not [name for name, actor in strangers.items() if seen(actor)]
    for chosen, count in (
        (VisitFilter(place="N57"), 1),
        (VisitFilter(place="N56"), 0),
        (VisitFilter(text="hmp"), 1),
    ):
        assert timetable(actor=director(), chosen=chosen).count.number == count
    assert feed(director(), "N57") == ["HMP Example"]
    assert feed(director(), "N57EKNT") == []
    assert feed(strangers["head"], "N57EKNT") == []

    def carried():
        return place_burden(actor=director(), today=TODAY, code="N57").loads

    assert carried() == ()
    # The same place in other letters, two weeks not over: the one rule that holds for a place by its name.
    prison(place="hmp EXAMPLE", first=TODAY + timedelta(10), last=TODAY + timedelta(11))
    for more in (
        {"place": "HMP Other"},
        {"audited": "N57EKNT", "service": "probation", "place": "", "region": None},
    ):
        prison(**more)
    assert list(Clash.objects.values_list("rule", flat=True)) == ["unit-too-soon"]
    (line,) = clashes(actor=lead(), place="N57").lines
    assert (line.site, len(line.visits)) == ("hmp EXAMPLE", 2)
    frame = Frame(TODAY, 26, 0)
    assert [one.fewer for one in _elsewhere("hmpps-osag", frame)] == [1, 1, 1]
    assert _elsewhere("hmip", frame) == []
    _shown(monkeypatch, client)

    # The choice is data: had the bodies agreed the other way, the region would carry it.
    monkeypatch.setattr(loads, "limits", lambda: replace(limits(), sites_weigh=True))
    assert len(carried()) == 1
    step(row, planning.change_dates, lead(), first=TODAY, last=TODAY + timedelta(3), reason="Shorter.")
    assert "region-at-once" in set(Clash.objects.values_list("rule", flat=True))


def _shown(monkeypatch, client) -> None:
    """The pages name the place, say that the register does not hold it, and why it does not weigh."""
    stand_on(monkeypatch, "2026-04-14")
    visit = Visit.objects.get(site="HMP Example")
    sign_in_as(client, membership(director().membership))
    (told,) = rows(page(client, "/timetable/months"))
    assert told[1] == "HMP Example Not in the register Kent, Surrey and Sussex"
    about = said(page(client, f"/visits/{visit.reference}"))
    assert "Not in the register; HM Prison and Probation Service answers for it" in about
    assert "Not counted in what Kent, Surrey and Sussex carries" in about
    assert limits().sites_why in said(page(client, "/burden/N57"))
    assert "HMP Example" in said(page(client, "/timetable"))
    assert "Places outside the register 1 4" in said(page(client, "/timetable/map"))
    sign_in_as(client, membership(lead().membership))
    assert "HMP Other" in said(page(client, "/timetable"))
    assert "Not in the register" in said(page(client, f"/clashes/{Clash.objects.get().reference}"))
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/timetable.xlsx").content)).active
    cells = {row[5]: row[4:7] for row in sheet.iter_rows(values_only=True)}
    assert cells["HMP Other"] == (None, "HMP Other", "Kent, Surrey and Sussex")


def test_every_service_is_in_the_timetable_and_a_case_names_one_that_answers():
    planned(audited="probation-service", service="probation", place="")
    planned(audited="provider-nacro", service="crs", place="Accommodation, Kent", region=party("N57"))
    planned(audited="hmpps", service="youth", place="Example YOI")
    visits = Visit.objects.order_by("id").values_list("place", "site", "region")
    assert list(visits) == [
        ("probation-service", "Probation Service", None),
        ("provider-nacro", "Accommodation, Kent", "N57"),
        ("hmpps", "Example YOI", None),
    ]
    told = Fieldwork(
        source="X-1",
        kind="audit",
        title="T",
        places=(party("hmpps"), party("hmpps-commercial")),
        span=Span(TODAY, TODAY),
        announced=False,
        standing="coming",
        people=(),
        site="Example YOI",
    )
    with pytest.raises(Refused) as refused:
        fieldwork_told(by=lead(), at=AT, told=told)
    assert refused.value.rule == "visit_place"

"""Each thing shared or withheld, against every role: page, search, count, file, picture (H4, ¶2, ¶30)."""

from __future__ import annotations

import pytest

from oversight.access.rules import access_table
from oversight.intelligence.actions import issues, items
from oversight.intelligence.models import Issue
from oversight.intelligence.queries.assurance import assurance
from oversight.intelligence.queries.issues import issues as issues_of
from oversight.intelligence.queries.items import ItemFilter, every_item
from oversight.intelligence.queries.items import items as items_of
from oversight.intelligence.queries.pictures import theme_picture, unit_picture
from oversight.intelligence.queries.risk import risk_of
from oversight.intelligence.queries.risk_sight import SEE_RISK
from oversight.intelligence.queries.sight import SEE
from oversight.intelligence.rules.words import Result
from tests.arrangements.pages import stand_on
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, TODAY, UNIT, finding, note
from tests.factories.parties import example_party, sign_in

pytestmark = pytest.mark.usefixtures("parties")

SECRET = "Secret words of its owner"
ADDRESSES = (
    "/intelligence?text=Secret",
    "/intelligence.csv",
    f"/intelligence/units/{UNIT}",
    "/intelligence/themes/courts",
    "/intelligence/assurance",
    "/intelligence/assurance.csv",
    "/intelligence/risk",
    f"/intelligence/risk/{UNIT}",
)


def _set_up() -> tuple[dict[int, set[str]], int]:
    """Give who may know of each item, and the issue that OSAG alone knows of."""
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    told = {"theme": "courts", "text": SECRET, "result": Result.SERIOUS}
    withheld = finding(osag, readers=["moj-sponsorship"], **told)
    filed = note(hmip, readers=["hmpps-osag"], **told)
    gone = finding(osag, readers=["hmip", UNIT], **told)
    taken_back = finding(osag, readers=["hmip"], **told)
    shared = finding(acting_for(UNIT), readers=["hmip", "hmpps-osag"], **told)
    items.read_item(by=hmip, at=AT, item_id=gone)
    items.withdraw_item(by=osag, at=AT, item_id=gone, reason="Wrong unit")
    items.name_readers(by=osag, at=AT, item_id=taken_back, readers=["ministers"])
    for unit in (UNIT, NEXT, OTHER):
        finding(hmip, about=unit, theme="services", readers=["hmpps-osag"])
    issues.look_for_issues(by=osag, at=AT)
    allowed = {
        withheld: {"hmpps-osag", "moj-sponsorship"},
        filed: {"hmip"},
        gone: {"hmpps-osag"},
        taken_back: {"hmpps-osag", "ministers"},
        shared: {UNIT, "N57", "hmip", "hmpps-osag"},
    }
    return allowed, Issue.objects.get().pk


def _told(actor) -> set[int]:
    """Rows of every item that any query of this area tells someone of, whatever page or file asks it."""
    seen = ItemFilter(text="Secret")
    listed = items_of(actor=actor, chosen=seen, today=TODAY)
    exported = [one.id for one in every_item(actor=actor, chosen=seen, today=TODAY)]
    assert listed.count.number == len(listed.lines) == len(exported)
    unit = unit_picture(actor=actor, code=UNIT, today=TODAY)
    theme = theme_picture(actor=actor, theme="courts", today=TODAY)
    looked = assurance(actor=actor, on=TODAY, today=TODAY)
    pictured = [
        cell.look for row in (*unit.rows, *theme.rows, *looked.rows) for cell in row.cells if cell.look
    ]
    found = {*exported, *(one.id for one in unit.notes), *(look.item for look in pictured if look.item)}
    if actor.may(SEE_RISK):
        lines = risk_of(actor=actor, code=UNIT, on=TODAY, today=TODAY).picture.lines
        found |= {line.told.item for line in lines if line.told}
    return found


def test_nobody_learns_of_what_is_not_for_them_in_any_role(client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    allowed, proposed = _set_up()
    for role in access_table().roles:
        code = example_party(role)
        actor = sign_in(client, role, code)
        sees, known = actor.may(SEE), {item for item, parties in allowed.items() if code in parties}
        for item in allowed:
            got = client.get(f"/intelligence/items/{item}").status_code
            assert got == (403 if not sees else 200 if item in known else 404), (role, item)
        if not sees:
            for address in ADDRESSES:
                assert client.get(address).status_code == 403, (role, address)
            continue
        assert _told(actor) & allowed.keys() <= known, role
        known_issues = {one.id for one in issues_of(actor=actor, today=TODAY).lines}
        assert (proposed in known_issues) == (code == "hmpps-osag"), role
        assert client.get("/intelligence/risk").status_code == (200 if actor.may(SEE_RISK) else 403), role

    for role in ("hmip_planner", "head_of_pdu"):
        code = example_party(role)
        sign_in(client, role, code)
        known = {item for item, parties in allowed.items() if code in parties}
        for item in allowed.keys() - known:
            assert client.post(f"/intelligence/items/{item}").status_code == 404, (role, item)
            assert client.get(f"/intelligence/items/{item}/readers").status_code == 404, (role, item)
        assert client.get(f"/intelligence/issues/{proposed}").status_code == 404, role
        for address in (*ADDRESSES, "/intelligence/told", "/intelligence/issues", "/home"):
            answer = client.get(address)
            shown = b"".join(answer) if answer.streaming else answer.content
            assert SECRET.encode() not in shown, (role, address)
            links = {item for item in allowed if f'/intelligence/items/{item}"' in shown.decode()}
            assert links <= known, (role, address)
    client.logout()
    for address in ADDRESSES:
        assert client.get(address).status_code == 302, address
    for address in ("/risk-weights", "/risk-weights/1/test"):
        assert SECRET not in client.get(address).content.decode()

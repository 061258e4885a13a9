"""Combined pictures and the assurance map: side by side, each with its owner, as of any day (B1, B5, H4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import COMMAND
from oversight.intelligence.actions import items as acts
from oversight.intelligence.queries.assurance import assurance
from oversight.intelligence.queries.pictures import theme_picture, unit_picture
from oversight.intelligence.rules.assurance import Standing
from oversight.intelligence.rules.words import Result
from oversight.parties.queries import party, remembering
from oversight.publication.actions import load_shipped_history
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, TODAY, UNIT, content, finding, note

pytestmark = pytest.mark.usefixtures("parties")

AUDIT, INSPECTION, LINE = 2, 3, 0


def cells(actor, theme, code=UNIT):
    rows = {row.theme.id: row for row in unit_picture(actor=actor, code=code, today=TODAY).rows}
    return rows[theme].cells if theme in rows else None


def area(actor, theme, **asked):
    found = assurance(actor=actor, **({"on": TODAY, "today": TODAY} | asked))
    return next(row for row in found.rows if row.theme.id == theme)


def test_sources_stand_side_by_side_and_nobody_is_averaged():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    finding(osag, readers=["hmip"], found_on=date(2023, 3, 1))
    latest = finding(osag, readers=["hmip"], result=Result.SERIOUS)
    finding(acting_for(UNIT), readers=["hmip"], result=Result.GOOD)
    found = cells(hmip, "risk_of_harm")
    assert [bool(one.look) for one in found] == [True, False, True, False, False]
    assert (found[AUDIT].look.item, found[AUDIT].look.earlier, found[AUDIT].by.code) == (
        latest,
        1,
        "hmpps-osag",
    )
    assert (found[LINE].by.code, found[LINE].single, found[AUDIT].single) == (UNIT, True, True)
    finding(acting_for(UNIT), readers=["hmip"], result=Result.SOME)
    found = cells(hmip, "risk_of_harm")
    assert (found[LINE].single, found[AUDIT].single) == (False, False)


def test_what_is_withheld_is_in_no_picture_and_no_map():
    finding(acting_for("hmpps-osag"), readers=["moj-sponsorship"])
    hmip, sponsor = acting_for("hmip"), acting_for("moj-sponsorship")
    assert cells(hmip, "risk_of_harm") is None
    assert cells(sponsor, "risk_of_harm")[AUDIT].look
    for by, count in ((hmip, 0), (sponsor, 1)):
        assert theme_picture(actor=by, theme="risk_of_harm", today=TODAY).count == count
        assert area(by, "risk_of_harm").standing is (Standing.SINGLE if count else Standing.GAP)
    secret = note(acting_for("hmip"), readers=["hmpps-osag"])
    picture = unit_picture(actor=acting_for("hmpps-osag"), code=UNIT, today=TODAY)
    assert (picture.notes, picture.note_count) == ((), 0)
    acts.release_note(by=acting_for("hmip"), at=AT, item_id=secret)
    picture = unit_picture(actor=acting_for("hmpps-osag"), code=UNIT, today=TODAY)
    assert ([one.id for one in picture.notes], picture.note_count) == ([secret], 1)
    assert area(acting_for("hmpps-osag"), "risk_of_harm").standing is Standing.SINGLE, "a note fills no gap"


def test_published_ratings_stand_in_their_owners_words():
    load_shipped_history(by=COMMAND, at=AT)
    hmip = acting_for("hmip")
    picture = unit_picture(actor=hmip, code="N53EWL", today=TODAY)
    assert [(one.rating, one.when) for one in picture.overall] == [("Inadequate", "12 June 2025")]
    found = next(row for row in picture.rows if row.theme.id == "leadership").cells[INSPECTION]
    assert (found.look.result, found.when, found.single, found.stale) == (
        "Requires improvement",
        "12 June 2025",
        None,
        False,
    )
    old = unit_picture(actor=hmip, code="N52BNES", today=TODAY)
    assert old.overall[0].stale
    assert all(row.cells[INSPECTION].stale for row in old.rows)
    units = theme_picture(actor=hmip, theme="leadership", today=TODAY)
    names = [row.unit.name for row in units.rows]
    assert len(names) > 3
    assert names == sorted(names)
    assert area(hmip, "leadership").cells[INSPECTION].look.result == "Requires improvement"
    assert area(hmip, "leadership", on=date(2021, 1, 1)).standing is Standing.GAP


def test_the_map_as_of_a_day_shows_what_stood_then_and_only_what_one_may_see_now():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    today = date(2026, 7, 1)
    row = finding(osag, readers=["hmip"], theme="victims", result=Result.SERIOUS)
    gone = finding(acting_for(OTHER), readers=["hmip"], theme="victims", about=OTHER)
    acts.correct_item(
        by=osag, at=june, item_id=row, number=1, content=content(result=Result.GOOD), reason="Miscounted"
    )
    acts.withdraw_item(by=acting_for(OTHER), at=june, item_id=gone, reason="Wrong unit")
    then = area(hmip, "victims", on=date(2026, 5, 1), today=today)
    assert [cell.look and cell.look.level for cell in then.cells] == [
        "some_concern",
        None,
        "serious_concern",
        None,
        None,
    ]
    now = area(hmip, "victims", on=today, today=today)
    assert [cell.look and cell.look.level for cell in now.cells] == [None, None, "good", None, None]
    before = area(hmip, "victims", on=date(2026, 4, 13), today=today)
    assert not any(cell.look for cell in before.cells), "nobody had shared anything"
    acts.name_readers(by=osag, at=june, item_id=row, readers=["moj-sponsorship"])
    assert not area(hmip, "victims", on=date(2026, 5, 1), today=today).cells[AUDIT].look


def test_the_map_of_a_region_counts_its_units_and_no_others():
    hmip = acting_for("hmip")
    for unit in (UNIT, NEXT, OTHER):
        finding(acting_for("hmpps-osag"), readers=["hmip"], about=unit)
    for place, earlier in ((None, 2), (party("N57"), 1), (party(UNIT), 0), (party("N56"), 0)):
        assert area(hmip, "risk_of_harm", place=place).cells[AUDIT].look.earlier == earlier
    assert not area(hmip, "risk_of_harm", place=party("N50")).cells[AUDIT].look


@pytest.mark.one_database("the service sends as many statements to either")
def test_pictures_and_map_ask_as_much_of_the_database_however_much_is_held():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    asked = {
        "unit": lambda: unit_picture(actor=hmip, code=UNIT, today=TODAY),
        "theme": lambda: theme_picture(actor=hmip, theme="risk_of_harm", today=TODAY),
        "map": lambda: assurance(actor=hmip, on=TODAY, today=TODAY),
        "then": lambda: assurance(actor=hmip, on=date(2026, 4, 1), today=TODAY),
    }
    counts: dict[str, set[int]] = {}
    for unit in (UNIT, NEXT, OTHER):
        for theme in ("risk_of_harm", "victims"):
            finding(osag, readers=["hmip"], about=unit, theme=theme)
        acts.release_note(by=osag, at=AT, item_id=note(osag, readers=["hmip"]))
        for name, ask in asked.items():
            with remembering(), CaptureQueriesContext(connection) as seen:
                ask()
            counts.setdefault(name, set()).add(len(seen))
    assert {name: len(found) for name, found in counts.items()} == dict.fromkeys(asked, 1), counts
    assert max(max(found) for found in counts.values()) <= 8

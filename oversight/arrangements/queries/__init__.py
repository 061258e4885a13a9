"""What may be asked of the arrangements: every answer is frozen, and holds only what the actor may see.

Signatures that pages are built on (bodies follow in this folder):

    known_versions() -> tuple[Version, ...]
    what_i_owe(*, actor, today, limit=25) -> DutyList
    what_is_owed_to_us(*, actor, today, limit=25) -> DutyList
    coming_up(*, actor, today, weeks=8, limit=10) -> DutyList
    duty_list(*, actor, today, chosen: DutyFilter, page=1) -> DutyList
    every_line(*, actor, today, chosen: DutyFilter) -> Iterator[DutyLine]     # for CSV
    timeline(*, actor, today, chosen: DutyFilter, first: date, months=6) -> Timeline
    duty(*, actor, today, duty_id: int) -> DutyDetail
    event(*, actor, today, event_id: int) -> EventDetail
    latest_events(*, actor, today, page=1) -> EventList(lines, page, more)
    open_questions(*, actor, today) -> tuple[QueryRound, ...]
    adherence(*, actor, today, since: date, until: date, party="", paragraph="") -> tuple[AdherenceRow, ...]
    versions() -> tuple[VersionLine, ...]
    arrangements_page(*, today, version="") -> ArrangementsPage
    arrangement(*, today, identifier, version="") -> ArrangementLine
    paragraphs_page(*, today, version="") -> tuple[ParagraphLine, ...]
    recordable_events(*, actor, today) -> tuple[EventType, ...]
    opens(*, event, kind, on, until=None) -> tuple[Opening, ...]
    duties_as_of(*, as_of: date, party="") -> tuple[DutyLine, ...]            # for the command line

Actions (actions.py): all keyword-only, with by and at first.

    load_version(*, by, at, text, name) -> VersionLine
    load_shipped_versions(*, by, at) -> tuple[VersionLine, ...]
    happened(*, by, at, event, kind, about, on, unit, addressee, note, until=None) -> EventFacts
    withdraw_event(*, by, at, event_id, revision, reason) -> EventFacts
    raise_query(*, by, at, duty_id, revision, question) -> int (row of the round)
    answer_query(*, by, at, query_id, revision, answer) -> None
    return_query(*, by, at, query_id, revision, reason) -> int (row of the next round)
    close_query(*, by, at, query_id, revision, note) -> None
"""

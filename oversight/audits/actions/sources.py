"""What an audit draws on: cited by reference and date, in the version that was read (G4, ¶30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oversight.audits.actions.keeping import next_number, of_team, sealed
from oversight.audits.models import AuditSource
from oversight.audits.queries.sight import WORK, not_found
from oversight.audits.rules.audit import ENDED, ISSUED, AuditState, check_state
from oversight.audits.rules.work import SourceKind
from oversight.exchange.actions.asking import reuse
from oversight.exchange.actions.writing import clean_text
from oversight.exchange.queries.holdings import holding
from oversight.exchange.rules.holdings import Terms
from oversight.intelligence.actions.items import read_item
from oversight.intelligence.rules.items import SHARED
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.publication.queries.reports import current_of

_OPEN = tuple(one for one in AuditState if one not in {*ISSUED, *ENDED})


@dataclass(frozen=True)
class _Cited:
    cited: str
    version: int
    title: str
    owner: str
    as_at: str


def _number(cited: str) -> int:
    if not (cited.isascii() and cited.isdigit() and len(cited) < 19):
        raise not_found()
    return int(cited)


def _item(cited: str, by: Actor, at: datetime) -> _Cited:
    line = read_item(by=by, at=at, item_id=_number(cited)).line
    if line.state != SHARED:
        raise Refused(
            "audit_source",
            f"It is not in common now: {line.state_label.lower()}.",
            "Choose another source.",
            paragraph="30",
            field="source",
        )
    title = f"{line.kind_words}: {line.theme.title}, {line.about.name}. {line.result_words}"
    return _Cited(str(line.id), line.number, title, line.owner.name, line.found_on.isoformat())


def _holding(cited: str, by: Actor, at: datetime, used_for: str) -> _Cited:
    page = holding(actor=by, holding_id=_number(cited))
    if not page.reads and page.may_reuse and page.line.terms is not Terms.LEAVE:
        reuse(by=by, at=at, holding_id=page.line.id, purpose=used_for)
        page = holding(actor=by, holding_id=page.line.id)
    if not page.copies:
        raise Refused(
            "audit_source",
            f"You may not read it yet: {page.line.owner.name} has to give its leave.",
            "Ask for its reuse in the library first.",
            paragraph="30",
            field="source",
        )
    copy = page.copies[0]
    title = f"{page.line.title}, {page.line.about.name}"
    return _Cited(str(page.line.id), copy.number, title, page.line.owner.name, copy.as_at.isoformat())


def _report(cited: str) -> _Cited:
    found = current_of([cited]).get(cited) if cited.isprintable() else None
    if found is None:
        raise not_found()
    overall = found.said.overall or "not rated"
    title = f"{found.programme.title}: {found.said.unit_name}, {overall}"
    return _Cited(cited, found.round, title, "HM Inspectorate of Probation", found.said.published or "")


@action(verb="audit.source-cited", permission=WORK, paragraph="30")
def cite_source(
    *, by: Actor, at: datetime, reference: str, kind: str, cited: str, used_for: str
) -> Recorded[int]:
    """Cite something that the plan or the work of an audit draws on, as it is today.

    What is cited is read, so that its owner sees by whom; what the library holds on named or open terms is
    taken into use. A later correction leaves the version cited as it was.

    Args:
        by: Someone who works on the audit.
        at: Moment of citing.
        reference: Reference of the audit.
        kind: Where it is held.
        cited: Its row or reference there.
        used_for: What it is used for.

    Returns:
        Its number in the audit.

    Raises:
        Refused: There is no such audit or source for the actor, it is cited already, or something is missing.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, _OPEN, "Sources are cited")
    why = clean_text(used_for, "used_for", wanted="Enter what it is used for.")
    if kind not in set(SourceKind):
        raise not_found()
    if kind == SourceKind.ITEM:
        said = _item(cited, by, at)
    elif kind == SourceKind.HOLDING:
        said = _holding(cited, by, at, why)
    else:
        said = _report(cited)
    live = row.sources.filter(dropped_at=None, kind=kind, cited=said.cited, version=said.version)
    if live.exists():
        raise Refused("audit_source_once", "This is cited already.", "Choose another source.", field="source")
    made = AuditSource.objects.create(
        audit=row,
        number=next_number(row.sources),
        kind=kind,
        cited=said.cited,
        version=said.version,
        title=said.title[:300],
        owner=said.owner,
        as_at=said.as_at,
        used_for=why,
        cited_at=at,
        cited_by=by.reference,
        cited_name=by.name,
    )
    payload: dict[str, Value] = {
        "number": made.number,
        "kind": kind,
        "cited": said.cited,
        "version": said.version,
        "as_at": said.as_at,
        **sealed({"used_for": why}),
    }
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.source-dropped", permission=WORK, paragraph="30")
def drop_source(*, by: Actor, at: datetime, reference: str, number: int) -> Recorded[None]:
    """Say that an audit does not draw on something after all; that it was cited stays on record.

    Args:
        by: Someone who works on the audit.
        at: Moment of doing so.
        reference: Reference of the audit.
        number: Number of the source.

    Raises:
        Refused: There is no such audit or source for the actor, or the report is final.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, _OPEN, "Sources are dropped")
    one = row.sources.filter(number=number, dropped_at=None).order_by("id").first()
    if one is None:
        raise not_found()
    one.dropped_at, one.dropped_by = at, by.reference
    one.save()
    return Recorded(f"audit:{row.reference}", {"number": number}, None)

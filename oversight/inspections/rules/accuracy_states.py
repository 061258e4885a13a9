"""States of a factual accuracy check, and who moves what from one to the next (D6, ¶22, ¶32).

Four things move: the check as a whole, what each contributor was asked for, each point, and a later date that
one side proposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from oversight.inspections.rules.case import LEAD
from oversight.kernel.workflow import Move, State, Workflow

OSAG: Final = ("osag_coordinator", "osag_lead")
OSAG_PARTY: Final = "hmpps-osag"
#: Roles of those who can be asked to check a draft.
CONTRIBUTORS: Final = (
    "head_of_pdu",
    "regional_probation_director",
    "performance_quality_officer",
    "moj_policy_officer",
    "contract_manager",
    "commercial_contract_manager",
    "data_assurance_officer",
    "provider_representative",
)
#: OSAG adds points of its own beside those of the contributors.
WRITERS: Final = (*CONTRIBUTORS, *OSAG)
_ROLE_NAMES: Final = {"osag_coordinator": "OSAG coordinator", "osag_lead": "OSAG lead"}
_WRITER_NAMES: Final = _ROLE_NAMES | {
    "head_of_pdu": "head of the Probation Delivery Unit",
    "moj_policy_officer": "policy officer",
}
LONGEST: Final = 50_000
"""Most characters of one text. A point is never cut short by its box."""


class CheckState(StrEnum):
    """Where the check of a draft stands."""

    SENT = "sent"
    COMMISSIONED = "commissioned"
    RETURNED = "returned"
    CLOSED = "closed"


#: The check is with OSAG, and its date runs.
CHECK_OPEN: Final = frozenset({CheckState.SENT, CheckState.COMMISSIONED})


def _move(name: str, label: str, source: str, target: str, *roles: str, paragraph: str = "22") -> Move:
    return Move(name, label, source, target, frozenset(roles), paragraph)


_C = CheckState
CHECK_WORKFLOW: Final = Workflow(
    name="accuracy_check",
    title="Factual accuracy check",
    states=(
        State(_C.SENT, "With OSAG", "OSAG"),
        State(_C.COMMISSIONED, "Commissioned", "the contributors and OSAG"),
        State(_C.RETURNED, "Returned", "HM Inspectorate of Probation"),
        State(_C.CLOSED, "Closed", "nobody", ends=True),
    ),
    moves=(
        _move("commission", "Commission the check", _C.SENT, _C.COMMISSIONED, *OSAG),
        _move("commission", "Commission the check", _C.COMMISSIONED, _C.COMMISSIONED, *OSAG),
        *(
            _move("send_again", "Send a newer draft", state, state, LEAD)
            for state in (_C.SENT, _C.COMMISSIONED)
        ),
        _move("return_points", "Return the response", _C.COMMISSIONED, _C.RETURNED, *OSAG),
        _move("return_nil", "Return that nothing is inaccurate", _C.COMMISSIONED, _C.RETURNED, *OSAG),
        _move("close", "Close with the final report", _C.RETURNED, _C.CLOSED, LEAD),
    ),
    starts=_C.SENT,
    role_names=_ROLE_NAMES | {LEAD: "lead inspector"},
)


class AskState(StrEnum):
    """How it stands with what a contributor was asked for."""

    ASKED = "asked"
    HANDED_IN = "handed_in"
    NIL = "nil"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"


_A = AskState
ASK_WORKFLOW: Final = Workflow(
    name="accuracy_contribution",
    title="Contribution to an accuracy check",
    states=(
        State(_A.ASKED, "Asked", "the contributor"),
        State(_A.HANDED_IN, "Answered", "OSAG"),
        State(_A.NIL, "Nothing inaccurate", "OSAG"),
        State(_A.MISSING, "Did not answer", "nobody", ends=True),
        State(_A.WITHDRAWN, "Not asked any more", "nobody", ends=True),
    ),
    moves=(
        _move("hand_in", "Hand in the points", _A.ASKED, _A.HANDED_IN, *CONTRIBUTORS),
        _move("confirm_nil", "Confirm that nothing is inaccurate", _A.ASKED, _A.NIL, *CONTRIBUTORS),
        _move("change_date", "Change the contributor’s date", _A.ASKED, _A.ASKED, *OSAG),
        *(
            _move("send_back", "Send back to the contributor", state, _A.ASKED, *OSAG)
            for state in (_A.HANDED_IN, _A.NIL)
        ),
        _move("withdraw", "Stop asking", _A.ASKED, _A.WITHDRAWN, *OSAG),
        _move("leave_out", "Return without the contributor", _A.ASKED, _A.MISSING, *OSAG),
    ),
    starts=_A.ASKED,
    role_names=_WRITER_NAMES,
)


class PointState(StrEnum):
    """Where one point stands."""

    WRITTEN = "written"
    WITH_OSAG = "with_osag"
    MERGED = "merged"
    HELD_BACK = "held_back"
    CLEARED = "cleared"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


_P = PointState
DECIDED: Final = (_P.ACCEPTED, _P.PARTLY, _P.NOT_ACCEPTED)
#: Points that went to the Inspectorate. A merged one is answered by the point it was merged with.
IN_RESPONSE: Final = (_P.RETURNED, *DECIDED)
_DECISIONS: Final = (
    ("accept", "Accept", _P.ACCEPTED),
    ("accept_partly", "Accept in part", _P.PARTLY),
    ("decline", "Do not accept", _P.NOT_ACCEPTED),
)
POINT_WORKFLOW: Final = Workflow(
    name="accuracy_point",
    title="Point on the accuracy of a draft",
    states=(
        State(_P.WRITTEN, "Being written", "the contributor"),
        State(_P.WITH_OSAG, "To be cleared", "OSAG"),
        State(_P.MERGED, "Merged", "OSAG"),
        State(_P.HELD_BACK, "Held back", "OSAG"),
        State(_P.CLEARED, "Cleared", "OSAG"),
        State(_P.RETURNED, "To be decided", "HM Inspectorate of Probation"),
        State(_P.ACCEPTED, "Accepted", "the lead inspector"),
        State(_P.PARTLY, "Partly accepted", "the lead inspector"),
        State(_P.NOT_ACCEPTED, "Not accepted", "OSAG"),
        State(_P.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        _move("change", "Change the point", _P.WRITTEN, _P.WRITTEN, *WRITERS),
        _move("withdraw", "Withdraw the point", _P.WRITTEN, _P.WITHDRAWN, *WRITERS),
        _move("hand_in", "Hand in", _P.WRITTEN, _P.WITH_OSAG, *WRITERS),
        _move("clear", "Clear", _P.WITH_OSAG, _P.CLEARED, *OSAG),
        *(
            _move("send_back", "Send back to the contributor", state, _P.WRITTEN, *OSAG)
            for state in (_P.WITH_OSAG, _P.CLEARED)
        ),
        *(
            _move("merge", "Merge with another point", state, _P.MERGED, *OSAG)
            for state in (_P.WITH_OSAG, _P.CLEARED)
        ),
        *(
            _move("hold_back", "Hold back", state, _P.HELD_BACK, *OSAG)
            for state in (_P.WITH_OSAG, _P.CLEARED)
        ),
        *(
            _move("take_up", "Take up again", state, _P.WITH_OSAG, *OSAG)
            for state in (_P.MERGED, _P.HELD_BACK, _P.CLEARED)
        ),
        _move("return_point", "Return to the Inspectorate", _P.CLEARED, _P.RETURNED, *OSAG),
        _move("withdraw", "Withdraw the point", _P.RETURNED, _P.WITHDRAWN, *OSAG),
        *(_move(name, label, _P.RETURNED, target, LEAD) for name, label, target in _DECISIONS),
        *(_move("reopen", "Look at it again", state, _P.RETURNED, LEAD) for state in DECIDED),
    ),
    starts=_P.WRITTEN,
    role_names=_WRITER_NAMES | {LEAD: "lead inspector of another inspection"},
)
#: What someone decides, by the state that it leads to.
DECISION_MOVES: Final[Mapping[str, str]] = {str(target): name for name, _, target in _DECISIONS}


class ExtensionState(StrEnum):
    """Where a later date stands that one side proposed."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_E = ExtensionState
_BOTH: Final = (*OSAG, LEAD)
EXTENSION_WORKFLOW: Final = Workflow(
    name="accuracy_extension",
    title="Later date for an accuracy check",
    states=(
        State(_E.PROPOSED, "Proposed", "the other side"),
        State(_E.AGREED, "Agreed", "nobody", ends=True),
        State(_E.DECLINED, "Declined", "nobody", ends=True),
        State(_E.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        _move("agree", "Agree to the later date", _E.PROPOSED, _E.AGREED, *_BOTH, paragraph="32"),
        _move("decline", "Decline the later date", _E.PROPOSED, _E.DECLINED, *_BOTH, paragraph="32"),
        _move("withdraw", "Withdraw the proposal", _E.PROPOSED, _E.WITHDRAWN, *_BOTH, paragraph="32"),
    ),
    starts=_E.PROPOSED,
    role_names=_ROLE_NAMES | {LEAD: "lead inspector"},
)


class PointKind(StrEnum):
    """What a point says is wrong."""

    TYPING = "typing"
    FACT = "fact"
    OMISSION = "omission"
    OBJECTION = "objection"

    @property
    def words(self) -> str:
        """Words for a page."""
        return _KIND_WORDS[self]


_KIND_WORDS: Final = {
    PointKind.TYPING: "Typing error or wrong number",
    PointKind.FACT: "Fact that is wrong",
    PointKind.OMISSION: "Something left out",
    PointKind.OBJECTION: "Objection to publishing data",
}

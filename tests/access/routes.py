"""Every address of the service, with an example for each that names something.

A new route that takes arguments needs an example here; ``test_matrix`` says so when it is missing. An example
may name something that is there or something that is not: the matrix asks who may come, not what they find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse

from oversight.kernel.declaring import Declaration

EXAMPLES: dict[str, dict[str, object]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "area": {"code": "N57"},
    "arrangement": {"identifier": "no-such-arrangement"},
    "checkpoint-file": {"number": 10**6},
    "duty": {"duty_id": 10**6},
    "end-person": {"membership_id": 10**6},
    "event": {"event_id": 10**6},
    "event-withdraw": {"event_id": 10**6},
    "inspection": {"reference": "no-such-inspection"},
    "inspection-alert": {"reference": "no-such-inspection", "number": 1},
    "inspection-alert-acknowledge": {"reference": "no-such-inspection", "number": 1},
    "inspection-alert-close": {"reference": "no-such-inspection", "number": 1},
    "inspection-alert-escalate": {"reference": "no-such-inspection", "number": 1},
    "inspection-alert-raise": {"reference": "no-such-inspection"},
    "inspection-alerts": {"reference": "no-such-inspection"},
    "inspection-announce": {"reference": "no-such-inspection"},
    "inspection-dates": {"reference": "no-such-inspection"},
    "inspection-file": {"reference": "no-such-inspection", "file_id": 10**6},
    "inspection-finish-fieldwork": {"reference": "no-such-inspection"},
    "inspection-information": {"reference": "no-such-inspection"},
    "inspection-information-ask": {"reference": "no-such-inspection"},
    "inspection-information-confirm": {"reference": "no-such-inspection"},
    "inspection-information-supply": {"reference": "no-such-inspection", "request_id": 10**6},
    "inspection-notes": {"reference": "no-such-inspection"},
    "inspection-pause": {"reference": "no-such-inspection"},
    "inspection-replace": {"reference": "no-such-inspection"},
    "inspection-resume": {"reference": "no-such-inspection"},
    "inspection-start-fieldwork": {"reference": "no-such-inspection"},
    "inspection-team": {"reference": "no-such-inspection"},
    "inspection-withdraw": {"reference": "no-such-inspection"},
    "inspection-case": {"reference": "no-such-inspection", "number": 1},
    "inspection-case-draw": {"reference": "no-such-inspection"},
    "inspection-case-leave-out": {"reference": "no-such-inspection", "number": 1},
    "inspection-case-list": {"reference": "no-such-inspection"},
    "inspection-cases": {"reference": "no-such-inspection"},
    "inspection-rating-decide": {"reference": "no-such-inspection", "proposal_id": 1},
    "inspection-rating-propose": {"reference": "no-such-inspection", "standard": "leadership"},
    "inspection-ratings": {"reference": "no-such-inspection"},
    "inspection-share-end": {"reference": "no-such-inspection", "share_id": 1},
    "inspection-share-give": {"reference": "no-such-inspection"},
    "inspection-share-readings": {"reference": "no-such-inspection", "share_id": 1},
    "inspection-shares": {"reference": "no-such-inspection"},
    "inspection-totals": {"reference": "no-such-inspection"},
    "embargoed-copy": {"copy_id": 10**6},
    "inspection-publication": {"reference": "no-such-inspection"},
    "inspection-publish": {"reference": "no-such-inspection"},
    "inspection-publish-back": {"reference": "no-such-inspection"},
    "inspection-publish-cancel": {"reference": "no-such-inspection"},
    "inspection-publish-copies": {"reference": "no-such-inspection"},
    "inspection-publish-copy-withdraw": {"reference": "no-such-inspection", "copy_id": 10**6},
    "inspection-publish-correct": {"reference": "no-such-inspection"},
    "inspection-publish-moment": {"reference": "no-such-inspection"},
    "inspection-publish-off": {"reference": "no-such-inspection"},
    "inspection-publish-preview": {"reference": "no-such-inspection"},
    "sfo-batch": {"year": "no-such-year", "number": 1},
    "sfo-declare": {"year": "no-such-year"},
    "sfo-draw": {"year": "no-such-year", "number": 1},
    "sfo-figures": {"year": "no-such-year"},
    "sfo-independent": {"reference": "no-such-review"},
    "sfo-independent-correct": {"reference": "no-such-review"},
    "sfo-independent-decide-point": {"reference": "no-such-review", "number": 1},
    "sfo-independent-raise-point": {"reference": "no-such-review"},
    "sfo-independent-readers": {"reference": "no-such-review"},
    "sfo-independent-recommendation": {"reference": "no-such-review", "number": 1},
    "sfo-independent-reviewers": {"reference": "no-such-review"},
    "sfo-independent-section": {"reference": "no-such-review", "section": "findings"},
    "sfo-independent-step": {"reference": "no-such-review", "act": "publish"},
    "sfo-independent-version": {"reference": "no-such-review", "number": 1},
    "sfo-mark": {"reference": "no-such-review"},
    "sfo-readers": {"reference": "no-such-review"},
    "sfo-record": {"year": "no-such-year", "number": 1},
    "sfo-reveal": {"year": "no-such-year"},
    "sfo-review": {"reference": "no-such-review"},
    "sfo-sample-year": {"year": "no-such-year"},
    "sfo-step": {"reference": "no-such-review", "act": "commission"},
    "job": {"job_id": 10**6},
    "inspection-report": {"reference": "no-such-inspection"},
    "inspection-report-compare": {"reference": "no-such-inspection"},
    "inspection-report-data": {"reference": "no-such-inspection"},
    "inspection-report-data-add": {"reference": "no-such-inspection"},
    "inspection-report-data-check": {"reference": "no-such-inspection", "number": 1},
    "inspection-report-data-item": {"reference": "no-such-inspection", "number": 1},
    "inspection-report-practice": {"reference": "no-such-inspection", "note": 1},
    "inspection-report-recommend": {"reference": "no-such-inspection"},
    "inspection-report-recommendation": {"reference": "no-such-inspection", "number": 1},
    "inspection-report-recommendations": {"reference": "no-such-inspection"},
    "inspection-report-section": {"reference": "no-such-inspection", "key": "foreword"},
    "inspection-report-version": {"reference": "no-such-inspection", "number": 1},
    "inspection-report-versions": {"reference": "no-such-inspection"},
    "inspection-accuracy": {"reference": "no-such-inspection"},
    "inspection-accuracy-send": {"reference": "no-such-inspection"},
    "inspection-accuracy-send-again": {"reference": "no-such-inspection"},
    "inspection-accuracy-draft": {"reference": "no-such-inspection"},
    "inspection-accuracy-comment": {"reference": "no-such-inspection"},
    "inspection-accuracy-import": {"reference": "no-such-inspection"},
    "inspection-accuracy-log": {"reference": "no-such-inspection", "kind": "pdf"},
    "inspection-accuracy-sheet": {"reference": "no-such-inspection", "kind": "xlsx"},
    "inspection-accuracy-hand-in": {"reference": "no-such-inspection", "ask_id": 10**6},
    "inspection-accuracy-commission": {"reference": "no-such-inspection"},
    "inspection-accuracy-contributor": {"reference": "no-such-inspection", "ask_id": 10**6},
    "inspection-accuracy-points": {"reference": "no-such-inspection"},
    "inspection-accuracy-clear": {"reference": "no-such-inspection"},
    "inspection-accuracy-point": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-change": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-withdraw": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-evidence": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-merge": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-hold-back": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-take-up": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-decide": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-disagree": {"reference": "no-such-inspection", "number": 1},
    "inspection-accuracy-return": {"reference": "no-such-inspection"},
    "inspection-accuracy-date": {"reference": "no-such-inspection"},
    "inspection-accuracy-final": {"reference": "no-such-inspection"},
    "plan": {"reference": "no-such-plan"},
    "plan-action": {"reference": "no-such-plan", "number": 1},
    "plan-action-add": {"reference": "no-such-plan"},
    "plan-action-change": {"reference": "no-such-plan", "number": 1},
    "plan-action-date": {"reference": "no-such-plan", "number": 1},
    "plan-action-decide": {"reference": "no-such-plan", "number": 1},
    "plan-action-report": {"reference": "no-such-plan", "number": 1},
    "plan-action-withdraw": {"reference": "no-such-plan", "number": 1},
    "plan-add-report": {"reference": "no-such-plan"},
    "plan-ask-check": {"reference": "no-such-plan"},
    "plan-ask-input": {"reference": "no-such-plan"},
    "plan-finish-check": {"reference": "no-such-plan"},
    "plan-progress-csv": {"reference": "no-such-plan"},
    "plan-progress-xlsx": {"reference": "no-such-plan"},
    "plan-publish": {"reference": "no-such-plan"},
    "plan-publish-update": {"reference": "no-such-plan"},
    "plan-receive": {"reference": "no-such-plan"},
    "plan-return-progress": {"reference": "no-such-plan"},
    "plan-submit": {"reference": "no-such-plan"},
    "plan-take-back": {"reference": "no-such-plan"},
    "plan-part": {"part_id": 10**6},
    "process": {"identifier": "no-such-process"},
    "public-standard": {"identifier": "no-such-programme", "number": 1},
    "query": {"query_id": 10**6},
    "query-answer": {"query_id": 10**6},
    "query-close": {"query_id": 10**6},
    "query-raise": {"duty_id": 10**6},
    "query-send-back": {"query_id": 10**6},
    "recommendation": {"reference": "no-such-recommendation"},
    "recommendation-answer": {"reference": "no-such-recommendation"},
    "recommendation-complete": {"reference": "no-such-recommendation"},
    "recommendation-confirm": {"reference": "no-such-recommendation"},
    "recommendation-follow-up": {"reference": "no-such-recommendation"},
    "recommendation-follow-up-complete": {"unit": "N57EKNT", "inspection": "no-such-inspection"},
    "recommendation-not-agreed": {"reference": "no-such-recommendation"},
    "recommendation-progress": {"reference": "no-such-recommendation"},
    "recommendation-propose": {"reference": "no-such-recommendation"},
    "recommendation-send-back": {"reference": "no-such-recommendation"},
    "recommendation-services": {"reference": "no-such-recommendation"},
    "recommendation-start": {"reference": "no-such-recommendation"},
    "recommendation-supersede": {"reference": "no-such-recommendation"},
    "record-entry": {"sequence": 1},
    "report": {"reference": "no-such-report"},
    "report-json": {"reference": "no-such-report", "number": 1},
    "report-pdf": {"reference": "no-such-report", "number": 1},
    "report-ratings-csv": {"reference": "no-such-report", "number": 1},
    "report-recommendations-csv": {"reference": "no-such-report", "number": 1},
    "report-version": {"reference": "no-such-report", "number": 1},
    "standards-approve": {"proposal_id": 10**6},
    "standards-decline": {"proposal_id": 10**6},
    "standards-programme": {"identifier": "no-such-programme"},
    "standards-proposal": {"proposal_id": 10**6},
    "standards-propose": {"identifier": "no-such-programme"},
    "standards-take-effect": {"proposal_id": 10**6},
    "standards-tell": {"proposal_id": 10**6},
    "standards-text": {"identifier": "no-such-programme", "number": 1},
    "standards-version": {"identifier": "no-such-programme", "number": 1},
    "standards-withdraw": {"proposal_id": 10**6},
    "unit": {"code": "N57EKNT"},
}


@dataclass(frozen=True)
class Route:
    """An address: its name, the view behind it, what it declares and the arguments it takes."""

    name: str
    view: str
    declaration: Declaration | None
    arguments: tuple[str, ...]

    @property
    def address(self) -> str:
        """Address with the example arguments filled in."""
        return reverse(self.name, kwargs=EXAMPLES.get(self.name))


def routes() -> list[Route]:
    """Give every route of the root addresses, nested ones too."""
    return sorted(_routes(get_resolver().url_patterns), key=lambda route: route.name)


def _routes(patterns) -> Iterator[Route]:
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            yield from _routes(pattern.url_patterns)
            continue
        view = pattern.callback
        declaration = getattr(view, "declaration", None)
        yield Route(
            pattern.name or "",
            f"{view.__module__}.{getattr(view, '__qualname__', type(view).__qualname__)}",
            declaration if isinstance(declaration, Declaration) else None,
            tuple(pattern.pattern.regex.groupindex),
        )

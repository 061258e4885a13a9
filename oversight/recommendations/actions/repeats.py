"""Repeats among recommendations: suggested by the service or by people, decided by people (E7, ¶23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.recommendations.actions.texts import _text
from oversight.recommendations.models import Compared, Recommendation, Repeat, RepeatDecision
from oversight.recommendations.queries.repeats import LINK, found_repeat
from oversight.recommendations.queries.sight import found
from oversight.recommendations.rules.repeats import (
    Alike,
    RepeatState,
    Wording,
    check_decision,
    in_order,
    measure,
)

SUGGEST: Final = "recommendations.suggest_repeats"
#: Recommendations compared in one transaction.
BATCH: Final = 500


def _new() -> QuerySet[Recommendation]:
    return Recommendation.objects.filter(compared=None)


def compare_new(*, by: Actor, at: datetime, tell: Callable[[int, int], None]) -> str:
    """Compare every recommendation that is new with all others, and keep what may be a repeat.

    Args:
        by: The service itself.
        at: Moment of comparing.
        tell: Says how many were compared, of how many.

    Returns:
        What was done, in words.
    """
    # NumPy takes a while to load, and only the worker needs it.
    from oversight.recommendations.rules.comparing import Comparison  # noqa: PLC0415

    new = list(_new().order_by("id").values_list("pk", flat=True))
    if not new:
        return "Nothing is new"
    rows = Recommendation.objects.order_by("id").values_list("pk", "text", "theme", "source", "made_on")
    comparison = Comparison((Wording(*row) for row in rows.iterator(chunk_size=2000)), measure())
    suggested = 0
    for start in range(0, len(new), BATCH):
        part = new[start : start + BATCH]
        pairs = sorted(
            {pair for key in part for pair in comparison.alike(key)}, key=lambda one: (one.later, one.earlier)
        )
        suggested += _suggest(by=by, at=at, compared=part, pairs=pairs)
        tell(min(start + BATCH, len(new)), len(new))
    return f"{len(new)} compared, {suggested} {'pair' if suggested == 1 else 'pairs'} suggested"


@action(verb="recommendation.repeats-suggested", permission=SUGGEST, paragraph="23")
def _suggest(*, by: Actor, at: datetime, compared: Sequence[int], pairs: Sequence[Alike]) -> Recorded[int]:
    """Keep pairs that may be repeats, and that these were compared. A known pair stays as it is."""
    del by
    earlier = [pair.earlier for pair in pairs]
    known = set(Repeat.objects.filter(earlier__in=earlier).values_list("later", "earlier"))
    made = [
        Repeat(
            earlier_id=pair.earlier,
            later_id=pair.later,
            likeness=pair.likeness,
            same_theme=pair.same_theme,
            suggested_at=at,
        )
        for pair in pairs
        if (pair.later, pair.earlier) not in known
    ]
    Repeat.objects.bulk_create(made)
    Compared.objects.bulk_create(
        [Compared(recommendation_id=key, compared_at=at) for key in compared], ignore_conflicts=True
    )
    return Recorded("recommendations:repeats", {"compared": len(compared), "pairs": len(made)}, len(made))


@action(verb="recommendation.repeat-linked", permission=LINK, paragraph="23")
def link_repeat(*, by: Actor, at: datetime, reference: str, other: str, reason: str) -> Recorded[int]:
    """Say that two recommendations repeat each other which the service did not suggest.

    Args:
        by: Someone of the Inspectorate or of OSAG who sees both.
        at: Moment of saying so.
        reference: Reference of the one.
        other: Reference of the other; which of them was made first does not matter here.
        reason: What makes them the same matter.

    Returns:
        Row of the pair.

    Raises:
        Refused: The actor does not see both, they are of one report, there is no reason, or the pair is known
            already.
    """
    seen = [found(by, reference), _other(by, other)]
    # Locked, so that two people who link the same pair at once do not both find it new.
    held = Recommendation.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in seen])
    rows = {row.pk: row for row in held.order_by("pk")}
    why = _text(reason, "reason")
    told = [Wording(one.pk, one.text, one.theme, one.source, one.made_on) for one in seen]
    first, last = in_order(told[0], told[1], why)
    if Repeat.objects.filter(earlier=first.id, later=last.id).exists():
        raise Refused(
            "repeat_known",
            "This pair is in the list of repeats already.",
            "Open it there, and decide on it if that is still to be done.",
            paragraph="23",
            field="other",
        )
    row = Repeat.objects.create(
        earlier_id=first.id,
        later_id=last.id,
        same_theme=bool(first.theme) and first.theme == last.theme,
        suggested_at=at,
        state=RepeatState.CONFIRMED,
    )
    _decided(row, by=by, at=at, why=why)
    payload: dict[str, Value] = {"earlier": rows[first.id].reference, "reason": why}
    return Recorded(f"recommendation:{rows[last.id].reference}", payload, row.pk)


def _other(by: Actor, reference: str) -> Recommendation:
    try:
        return found(by, reference.strip())
    except Refused as refused:
        raise Refused(
            "repeat_pair",
            "There is no recommendation of this reference that you can see.",
            "Check the reference, or look for it in the list of recommendations.",
            paragraph="23",
            field="other",
        ) from refused


def _decided(row: Repeat, *, by: Actor, at: datetime, why: str) -> None:
    RepeatDecision.objects.create(
        repeat=row,
        round=row.decisions.count() + 1,
        state=row.state,
        reason=why,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


@action(verb="recommendation.repeat-decided", permission=LINK, paragraph="23")
def decide_repeat(
    *, by: Actor, at: datetime, repeat: int, revision: int, repeats: bool, reason: str = ""
) -> Recorded[None]:
    """Say whether a recommendation repeats an earlier one. What was decided before stays beside it.

    Args:
        by: Someone of the Inspectorate or of OSAG who sees both.
        at: Moment of deciding.
        repeat: Row of the pair.
        revision: Its revision that the actor saw.
        repeats: Whether it does.
        reason: Why; compulsory when it does not, and when what was rejected is confirmed.

    Raises:
        Refused: There is no such pair that the actor sees, it changed meanwhile, that was decided already, or
            a reason is missing.
    """
    seen = found_repeat(by, repeat)
    row = Repeat.objects.select_for_update(of=("self",)).select_related("earlier", "later").get(pk=seen.pk)
    if row.revision != revision:
        raise Refused(
            "stale_repeat",
            "Someone else decided on this pair since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    why = _text(reason, "reason")
    row.state = check_decision(repeats=repeats, reason=why, state=row.state)
    row.revision += 1
    row.save()
    _decided(row, by=by, at=at, why=why)
    return Recorded(
        f"recommendation:{row.later.reference}",
        {"earlier": row.earlier.reference, "state": str(row.state), "reason": why},
        None,
    )

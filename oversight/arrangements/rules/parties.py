"""Who is meant: from the words of a text, relative to an event, to codes of parties."""

from __future__ import annotations

from collections.abc import Iterable

from oversight.arrangements.rules.facts import Event, PartyFacts, Resolve, Version
from oversight.kernel.words import join_in_words

KIND = "kind:"
REGION = "region"
RELATIVE_WORDS = {
    "unit": "the unit concerned",
    "region_of_unit": "the region of the unit concerned",
    "addressee": "the body addressed",
    "recorder": "the party that records it",
    "notifier": "the signatory whose change it is",
    "signatories": "each signatory",
    "other_signatories": "each of the other signatories",
}
KIND_WORDS = {
    "region": "each region",
    "pdu": "each probation delivery unit",
    "provider": "each provider of commissioned services",
    "inspectorate": "another inspectorate",
    "department": "another government department",
    "agency": "an executive agency of another department",
    "public_body": "another public body",
}


def parties_meant(tokens: Iterable[str], event: Event, version: Version, resolve: Resolve) -> tuple[str, ...]:
    """Give the codes that ``tokens`` stand for at ``event``, each once, in order.

    A word that stands for nobody at this event (no unit was named, say) gives nobody.

    Args:
        tokens: Codes of parties and words relative to the event.
        event: What happened.
        version: Text whose signatories are meant.
        resolve: Gives a party's facts by code.
    """
    meant: dict[str, None] = {}
    for token in tokens:
        meant.update(dict.fromkeys(_meant(token, event, version, resolve)))
    return tuple(meant)


def _meant(token: str, event: Event, version: Version, resolve: Resolve) -> tuple[str, ...]:
    if token == "unit":  # noqa: S105 - a word of the text, no secret
        return (event.unit.code,) if event.unit else ()
    if token == "region_of_unit":  # noqa: S105
        return region_of(event.unit, resolve)
    if token == "addressee":  # noqa: S105
        return (event.addressee.code,) if event.addressee else ()
    if token == "recorder":  # noqa: S105
        return (event.recorder.code,)
    own = tuple(body for code, body in version.signatories.items() if event.recorder.within(code))
    if token == "notifier":  # noqa: S105
        return own
    if token == "signatories":  # noqa: S105
        return tuple(version.signatories.values())
    if token == "other_signatories":  # noqa: S105
        return tuple(body for body in version.signatories.values() if body not in own)
    return (token,)


def region_of(unit: PartyFacts | None, resolve: Resolve) -> tuple[str, ...]:
    """Give the code of the region that ``unit`` is or lies in, or nobody."""
    if unit is None:
        return ()
    if unit.kind == REGION:
        return (unit.code,)
    return next(((code,) for code in reversed(unit.codes[:-1]) if resolve(code).kind == REGION), ())


def entitled(said_by: Iterable[str], event: Event, version: Version, resolve: Resolve) -> bool:
    """Tell whether the recorder of ``event`` is one of those who may say that it happened."""
    recorder = event.recorder
    return any(
        recorder.kind == token.removeprefix(KIND)
        if token.startswith(KIND)
        else recorder.code in _meant(token, event, version, resolve)
        for token in said_by
    )


def is_one_of(party: PartyFacts, tokens: Iterable[str], version: Version) -> bool:
    """Tell whether ``party`` has one of these codes or is of one of these kinds.

    A kind means the others of that kind: signatories are named by the code of the body that answers for them.
    """
    if party.code in tokens:
        return True
    return f"{KIND}{party.kind}" in tokens and party.code not in version.signatories


def in_words(tokens: Iterable[str], version: Version, last: str = "and") -> str:
    """Tell who ``tokens`` stand for, in plain words."""
    return join_in_words([token_in_words(token, version) for token in tokens], last)


def token_in_words(token: str, version: Version) -> str:
    """Tell whom one code or relative word stands for, in plain words."""
    if token.startswith(KIND):
        kind = token.removeprefix(KIND)
        return KIND_WORDS.get(kind, f"each {kind}")
    return RELATIVE_WORDS.get(token) or version.parties.get(token, token)

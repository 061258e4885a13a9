"""Every version of every programme that was taken up: shipped with the service, or approved in it (A9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from oversight.inspections.models import Inspection, StandardsVersion
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.reading import programme_of, read_programme, shipped_programmes
from oversight.inspections.rules.versions import VersionState
from oversight.kernel.refusals import Refused

MOST_KEPT: Final = 200
#: Texts read already, by digest: a text never changes, so what was read from it never does either.
_read: dict[str, Programme] = {}


def read_stored(digest: str, text: str, name: str) -> Programme:
    """Read a text that was checked when it was proposed, or give what was read from it before."""
    found = _read.get(digest)
    if found is None:
        found = read_programme(text, name)
        while len(_read) >= MOST_KEPT:
            _read.pop(next(iter(_read)))
        _read[digest] = found
    return found


def all_programmes() -> tuple[Programme, ...]:
    """Give every version taken up, oldest first: one query, and a second one for texts not read yet."""
    rows = StandardsVersion.objects.filter(state=VersionState.APPROVED).order_by("effective_from", "id")
    found = {digest: _read.get(digest) for digest in rows.values_list("digest", flat=True)}
    missing = [digest for digest, programme in found.items() if programme is None]
    for row in rows.filter(digest__in=missing) if missing else ():
        found[row.digest] = read_stored(row.digest, row.text, f"{row.programme} v{row.version}")
    stored = [programme for programme in found.values() if programme is not None]
    return tuple(
        sorted((*shipped_programmes(), *stored), key=lambda one: (one.effective_from, one.id, one.version))
    )


def programme_finder() -> Callable[[Inspection], Programme]:
    """Give what finds the version that an inspection keeps: one query at most, for those not shipped."""
    held: dict[tuple[str, int], Programme] = {(one.id, one.version): one for one in shipped_programmes()}

    def find(row: Inspection) -> Programme:
        key = (row.programme, row.programme_version)
        if key not in held:
            held.update({(one.id, one.version): one for one in all_programmes()})
        return programme_of(tuple(held.values()), *key)

    return find


def programme_for(row: Inspection) -> Programme:
    """Give the version of its programme that an inspection keeps; a query only if it is not shipped."""
    return programme_finder()(row)


def keep_in_use(programme: Programme) -> None:
    """Hold a version that is about to be kept by an inspection, so that nobody withdraws it meanwhile.

    Raises:
        Refused: It was withdrawn since it was looked up (rule ``programme_known``).
    """
    if any(one.id == programme.id and one.version == programme.version for one in shipped_programmes()):
        return
    held = StandardsVersion.objects.select_for_update().filter(
        programme=programme.id, version=programme.version, state=VersionState.APPROVED
    )
    if held.order_by("id").first() is None:
        raise Refused(
            "programme_known",
            f"Version {programme.version} of “{programme.title}” was withdrawn just now.",
            "Send it again: the version before holds.",
            paragraph="9",
            field="programme",
        )

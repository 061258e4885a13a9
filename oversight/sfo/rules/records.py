"""The record of a draw as JSON: written for whoever wants to repeat it, and repeated and compared here
(¶19).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, cast

import jsonschema
import yaml

from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.sfo.rules.chances import Count, SoFar
from oversight.sfo.rules.designs import PARAGRAPH, Design, design_of
from oversight.sfo.rules.drawing import BatchList, Draw, ListedReview, counts_of, draw, key_of, seed_digest

#: Longest file that is read, in bytes.
LONGEST: Final = 5 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """A file to draw from.

    Args:
        listed: The frozen list.
        seed: Seed of the year; empty when the key is given instead.
        key: Key of the draw; empty when the seed is given.
    """

    listed: BatchList
    seed: str
    key: str


@dataclass(frozen=True)
class Finding:
    """One thing that a check looked at.

    Args:
        what: What was compared, as a sentence without its end.
        holds: Whether it is so; None when the record cannot show it yet.
        detail: What was found instead, or why it cannot be shown yet.
    """

    what: str
    holds: bool | None
    detail: str = ""


def record_of(done: Draw, *, of_seed: str, seed: str = "") -> dict[str, Any]:
    """Give the record of a draw.

    Args:
        done: The draw.
        of_seed: Digest of the year's seed.
        seed: The seed, once it is revealed.
    """
    listed = done.listed
    return {
        **listed.told(),
        "seed_digest": of_seed,
        "seed": seed or None,
        "list_digest": listed.digest,
        "key": done.key,
        "chances": [
            {"region": cell[0], "offence_group": cell[1], "chance": str(done.chances.of(cell))}
            for cell in sorted(done.chances.parts)
        ],
        "drawn": list(done.drawn),
        "totals": counts_of(done.totals),
    }


def listed_from(text: str) -> BatchList:
    """Give a frozen list from its canonical text, as ``BatchList.told`` and ``kernel.digests`` wrote it."""
    return _listed(cast("dict[str, Any]", parse(text)))


def written(record: Mapping[str, Any]) -> str:
    """Give a record as the text of a file."""
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_request(content: bytes) -> Request:
    """Read a file to draw from.

    Raises:
        Refused: It is no such file (rule ``sfo_file``); ``field`` says where.
    """
    data = _read(content, "request")
    if bool(data.get("seed")) == bool(data.get("key")):
        raise _no_file("the draw needs either the seed of the year or the key of this draw.", "seed")
    return Request(_listed(data), data.get("seed") or "", data.get("key") or "")


def drawn_from(request: Request, designs: Sequence[Design]) -> dict[str, Any]:
    """Draw from a file and give the record.

    Raises:
        Refused: The list, the seed or the key cannot be drawn from.
    """
    design = design_of(designs, request.listed.design)
    key = request.key or key_of(request.seed, request.listed.digest)
    done = draw(request.listed, key, design)
    of_seed = seed_digest(request.seed) if request.seed else ""
    return record_of(done, of_seed=of_seed, seed=request.seed)


def read_record(content: bytes) -> dict[str, Any]:
    """Read the record of a draw.

    Raises:
        Refused: It is no such file (rule ``sfo_file``); ``field`` says where.
    """
    return _read(content, "record")


def checked(record: Mapping[str, Any], designs: Sequence[Design], *, seed: str = "") -> tuple[Finding, ...]:
    """Repeat a draw from its record and compare everything that it says.

    Args:
        record: The record, as ``read_record`` gives it.
        designs: Every design known.
        seed: The seed of the year, when the record does not hold it.

    Raises:
        Refused: The record cannot be drawn from at all.
    """
    listed = _listed(record)
    design = design_of(designs, listed.design)
    seed = seed or record["seed"] or ""
    done = draw(listed, record["key"], design)
    again = record_of(done, of_seed=record["seed_digest"], seed=record["seed"] or "")
    found = [
        _same(
            "The list has the digest that was put in the ledger before the draw", record, again, "list_digest"
        ),
        _same("Every review had the chance that the year so far gives", record, again, "chances"),
        _same("The draw gives the same reviews again", record, again, "drawn"),
        _same("The counts of the year add up", record, again, "totals"),
        _stays_open(done, design),
    ]
    if not seed:
        waits = "The seed is not in the record. It is revealed when the year is over."
        found.append(Finding("The key comes from the seed that the Inspectorate committed to", None, waits))
        return tuple(found)
    committed = record["seed_digest"] in {"", seed_digest(seed)}
    found.append(
        Finding(
            "The seed is the one that the Inspectorate committed to",
            committed,
            "" if committed else f"The digest of the seed is {seed_digest(seed)}.",
        )
    )
    derived = record["key"] == key_of(seed, listed.digest)
    found.append(
        Finding(
            "The key comes from that seed and this list",
            derived,
            "" if derived else f"They give the key {key_of(seed, listed.digest)}.",
        )
    )
    return tuple(found)


def follow(records: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Check that the draws of a year follow one another: no review twice, and counts that carry on.

    A count may be lower than before only where a review was withdrawn after its draw.

    Args:
        records: Records of one year, in any order.
    """
    ordered = sorted(records, key=lambda one: one["batch"])
    years = {one["year"] for one in ordered}
    if len(years) > 1:
        return (Finding("The records are of one year", False, f"They are of {', '.join(sorted(years))}."),)
    found = []
    numbers = [one["batch"] for one in ordered]
    whole = numbers == list(range(1, len(numbers) + 1))
    found.append(
        Finding(
            "Every batch of the year up to the last one is here, once",
            whole,
            "" if whole else f"Here are: {', '.join(map(str, numbers))}.",
        )
    )
    listed = [one["reference"] for record in ordered for one in record["reviews"]]
    twice = sorted({one for one in listed if listed.count(one) > 1})
    found.append(
        Finding("No review was drawn from twice", not twice, f"Twice: {', '.join(twice)}." if twice else "")
    )
    grown = [
        str(later["batch"])
        for earlier, later in pairwise(ordered)
        if later["batch"] == earlier["batch"] + 1 and _more(later["so_far"], earlier["totals"])
    ]
    found.append(
        Finding(
            "Each draw starts from what the one before left, less what was withdrawn",
            not grown,
            f"Batch {', '.join(grown)} starts from more." if grown else "",
        )
    )
    return tuple(found)


def checked_in_public(told: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Check what the public is told of a year, as far as totals and digests show it.

    Args:
        told: The file of the public page, as ``read_public`` gives it.
    """
    lists, seed = told["lists"], told["seed"] or ""
    numbers = [one["batch"] for one in lists]
    drawn = [one for one in lists if one["drawn"] is not None]
    found = [Finding("Every list of the year is here, once", numbers == list(range(1, len(lists) + 1)))]
    waits = "The seed is not in the file. It is revealed when the year is over."
    committed = "The seed is the one that the Inspectorate committed to"
    derived = "Every key comes from that seed and the digest of its list"
    if seed:
        wrong = [str(one["batch"]) for one in drawn if one["key"] != key_of(seed, one["list_digest"])]
        found.append(Finding(committed, told["seed_digest"] == seed_digest(seed)))
        found.append(Finding(derived, not wrong, f"List {', '.join(wrong)} has another." if wrong else ""))
    else:
        found += [Finding(committed, None, waits), Finding(derived, None, waits)]
    found.append(_near(drawn, told["share"], told["withdrawn"]))
    reviews = (
        "The lists are not public, because they could point to a case. Those who hold them can repeat it."
    )
    found.append(Finding("Each draw gives the same reviews again", None, reviews))
    return tuple(found)


def _near(drawn: Sequence[Mapping[str, Any]], share: int, withdrawn: str) -> Finding:
    """Check that the country is within one review of the share after every draw."""
    what = f"The whole country is within one review of {share} per cent after every draw"
    if withdrawn != "None":
        return Finding(
            what, None, "Reviews were withdrawn after their list was closed, and later draws made up."
        )
    sums = [
        (sum(one["drawn"] for one in drawn[:at]), sum(one["reviews"] for one in drawn[:at]))
        for at in range(1, len(drawn) + 1)
    ]
    return Finding(what, all(abs(100 * taken - share * many) <= 100 for taken, many in sums))


def read_public(content: bytes) -> dict[str, Any] | None:
    """Read the file of the public page of a year; None when it is no such file but may be a record.

    Raises:
        Refused: It says that it is one and is none (rule ``sfo_file``); ``field`` says where.
    """
    try:
        data = json.loads(content) if len(content) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or "form" not in data:
        return None
    return _read(content, "public")


def _more(later: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    nothing = {"reviews": 0, "sampled": 0}
    return any(
        count[field] > earlier[kind].get(name, nothing)[field]
        for kind, counts in later.items()
        for name, count in counts.items()
        for field in ("reviews", "sampled")
    )


def _same(what: str, record: Mapping[str, Any], again: Mapping[str, Any], name: str) -> Finding:
    if record[name] == again[name]:
        return Finding(what, holds=True)
    told = json.dumps(again[name], ensure_ascii=False)
    return Finding(what, holds=False, detail=f"It gives {told if len(told) < 300 else told[:300] + ' …'}")


def _stays_open(done: Draw, design: Design) -> Finding:
    what = f"Every chance lies between {design.least} and {design.most} per cent"
    values = [100 * done.chances.of(cell) for cell in done.chances.parts]
    return Finding(what, all(design.least <= one <= design.most for one in values))


def _listed(data: Mapping[str, Any]) -> BatchList:
    so_far = data.get("so_far") or {"regions": {}, "offence_groups": {}}
    return BatchList(
        design=data["design"],
        year=data["year"],
        number=data["batch"],
        reviews=tuple(
            ListedReview(one["reference"], one["region"], one["offence_group"]) for one in data["reviews"]
        ),
        so_far=SoFar(_read_counts(so_far["regions"]), _read_counts(so_far["offence_groups"])),
    )


def _read_counts(counts: Mapping[str, Any]) -> dict[str, Count]:
    return {name: Count(one["reviews"], one["sampled"]) for name, one in counts.items()}


def _read(content: bytes, kind: str) -> dict[str, Any]:
    if len(content) > LONGEST:
        raise _no_file(f"it is longer than {LONGEST // 1024 // 1024} MB.")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _no_file(f"it is not JSON: {error}.") from error
    text = files("oversight.sfo").joinpath("data", "draw-record-schema.yaml").read_text(encoding="utf-8")
    schema = yaml.safe_load(text)
    validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"})
    fault = jsonschema.exceptions.best_match(validator.iter_errors(data))
    if fault is not None:
        raise _no_file(f"{fault.message[:300]}.", ".".join(str(one) for one in fault.absolute_path))
    assert isinstance(data, dict)
    return data


def _no_file(why: str, field: str = "") -> Refused:
    return Refused(
        "sfo_file",
        f"The file cannot be read: {why}",
        "Compare it with the description in docs/sampling.md.",
        paragraph=PARAGRAPH,
        field=field,
    )

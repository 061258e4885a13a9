# ruff: noqa: PLC0415 - the framework is started first
"""A year of Serious Further Offence reviews from end to end, by the real actions, and its draws repeated.

    python -m benchmarks.sfo_year [--reviews 500]

Makes a database of its own. The seed is sealed before the year; each month reviews are registered,
commissioned, given more time, submitted, put on a list and drawn; every review is marked by the body to which
the draw gave it and those of the sample by both, moderated where they differ, and its ratings settled. After
the year the seed is revealed, both bodies declare, the figures are worked out, and the records are exported.
Then another process without that database repeats every draw: ``oversight sample check RECORD…``. One record
is changed as well, which the check has to find. It prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

YEAR = "2026-27"
SEALED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AFTER = datetime(2027, 4, 6, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Bodies:
    """Who acts: two inspectors, two officers of HMPPS, and the planner."""

    leads: tuple[Any, Any]
    officers: tuple[Any, Any]
    planner: Any


def _bodies() -> Bodies:
    from oversight.access.queries import COMMAND, acting_under
    from oversight.parties.actions import add_member
    from oversight.parties.queries import party

    def person(role: str, code: str, number: int) -> Any:
        return acting_under(
            add_member(
                by=COMMAND,
                at=SEALED,
                party=party(code),
                email=f"{role}{number}@example.org",
                name=f"Example {role} {number}",
                role=role,
                from_day=date(2024, 1, 1),
            )
        )

    return Bodies(
        (person("hmip_lead_inspector", "hmip", 1), person("hmip_lead_inspector", "hmip", 2)),
        (person("hmpps_officer", "hmpps", 1), person("hmpps_officer", "hmpps", 2)),
        person("hmip_planner", "hmip", 1),
    )


class LiveYear:
    """A year under way in the database in use.

    Args:
        reviews: Reviews of the year.
        chance: Decides arrivals, regions, groups and ratings; never the draw.
    """

    def __init__(self, reviews: int, chance: random.Random) -> None:
        from oversight.sfo.rules.designs import shipped_designs
        from oversight.sfo.rules.simulating import REGIONS
        from oversight.sfo.rules.standards import shipped_standards

        self.reviews, self.chance, self.bodies = reviews, chance, _bodies()
        self.regions, self.groups = REGIONS, tuple(shipped_designs()[-1].offence_groups)
        self.standards = shipped_standards()[-1]
        self.acts = 0

    def take(self, step: Any, reference: str, by: Any, at: datetime, **more: Any) -> Any:
        """Take a step on a review as it stands."""
        from oversight.sfo.models import Review

        revision = Review.objects.values_list("revision", flat=True).get(reference=reference)
        self.acts += 1
        return step(by=by, at=at, reference=reference, revision=revision, **more)

    def live(self) -> None:
        """Live the whole year, month by month, until the seed is revealed and both bodies have declared."""
        from oversight.sfo.actions import sample

        sample.commit_seed(by=self.bodies.planner, at=SEALED, starts=2026)
        months = [self.reviews // 12 + (at < self.reviews % 12) for at in range(12)]
        for month, arrivals in enumerate(months):
            at = datetime(2026 + (month + 3) // 12, (month + 3) % 12 + 1, 3, 9, 0, tzinfo=UTC)
            for number in range(arrivals):
                self._submit(month * 1000 + number, at)
            listed = at + timedelta(days=20)
            year, batch = sample.freeze(by=self.bodies.officers[0], at=listed)
            sample.make_draw(by=self.bodies.leads[0], at=listed, year=year, number=batch)
            self._assure(batch, listed + timedelta(days=3))
        sample.reveal_seed(by=self.bodies.planner, at=AFTER, year=YEAR)
        for by in (self.bodies.leads[0], self.bodies.officers[0]):
            sample.declare_assured(by=by, at=AFTER, year=YEAR)

    def _submit(self, number: int, at: datetime) -> None:
        from oversight.parties.queries import party
        from oversight.sfo.actions import reviews

        officer, day = self.bodies.officers[0], at.date()
        region = self.chance.choices(list(self.regions), list(self.regions.values()))[0]
        reference = reviews.register(
            by=officer,
            at=at,
            case_reference=f"X{number:06}",
            region=party(region),
            offence_group=self.chance.choice(self.groups),
            notified_on=day - timedelta(days=2),
        )
        due = day + timedelta(days=90)
        self.take(reviews.commission, reference, officer, at, on=day, due_on=due)
        if self.chance.random() < 0.5:
            later = due + timedelta(days=self.chance.randint(7, 120))
            self.take(reviews.extend, reference, officer, at, due_on=later, account="The court has the file.")
        self.take(reviews.submit, reference, officer, at + timedelta(days=10), on=day + timedelta(days=10))

    def _assure(self, batch: int, at: datetime) -> None:
        from oversight.sfo.models import Review

        rows = Review.objects.filter(batch__year__name=YEAR, batch__number=batch).order_by("reference")
        for reference, assurer in rows.values_list("reference", "assurer"):
            self._assure_one(reference, at, sampled=assurer == "hmip")

    def _assure_one(self, reference: str, at: datetime, *, sampled: bool) -> None:
        from oversight.sfo.actions import marking, reviews

        own, others = self.bodies.leads, self.bodies.officers
        if not sampled:
            own = others
        named = [*self.bodies.leads] if sampled else []
        for person in named:
            reviews.name_reader(by=self.bodies.planner, at=at, reference=reference, person=person.reference)
        first = self._ratings()
        self.take(marking.start_marking, reference, own[0], at)
        self.take(marking.mark, reference, own[0], at, **self._told(first))
        if sampled:
            second = {name: self._near(rating) for name, rating in first.items()}
            self.take(marking.mark, reference, others[0], at, **self._told(second))
            if second != first:
                self.take(marking.mark, reference, own[1], at, **self._told(first))
        self.take(marking.settle, reference, own[0], at)
        self.take(marking.send_feedback, reference, own[0], at, account="Clear on the whole.")
        self.take(marking.accept, reference, own[0], at)

    def _ratings(self) -> dict[str, str]:
        scale = list(self.standards.scale)
        return {name: self.chance.choices(scale, (1, 5, 5, 1))[0] for name in self.standards.names}

    def _near(self, rating: str) -> str:
        scale = list(self.standards.scale)
        step = self.chance.choices((-1, 0, 1), (1, 6, 1))[0]
        return scale[min(max(scale.index(rating) + step, 0), len(scale) - 1)]

    def _told(self, ratings: dict[str, str]) -> dict[str, Any]:
        return {"ratings": ratings, "reasons": dict.fromkeys(ratings, "Seen in the file.")}


def export(folder: Path) -> list[Path]:
    """Write the record of every draw of the year as its page gives it; give the files in order."""
    from oversight.sfo.queries.sample import batch_detail, year_detail
    from oversight.sfo.rules.records import written

    files = []
    for one in sorted(year_detail(YEAR).batches, key=lambda one: one.number):
        record = batch_detail(YEAR, one.number).record
        assert record is not None
        files.append(folder / f"sfo-draw-{YEAR}-{one.number}.json")
        files[-1].write_text(written(record), encoding="utf-8")
    return files


def check(files: list[Path]) -> subprocess.CompletedProcess[str]:
    """Repeat the draws in a process that knows nothing but the files."""
    told = [sys.executable, "-m", "oversight", "sample", "check", "--json", *map(str, files)]
    nowhere = {**os.environ, "DATABASE_URL": f"sqlite:///{files[0].parent / 'nothing-here.sqlite3'}"}
    return subprocess.run(told, env=nowhere, capture_output=True, text=True, check=False)


def outcome(lived: LiveYear, folder: Path) -> dict[str, Any]:
    """Say what came of a year that was lived, its records repeated by another process."""
    from oversight.sfo.models import Review, Settlement
    from oversight.sfo.queries.marking import year_figures
    from oversight.sfo.queries.sample import year_detail

    detail, figures = year_detail(YEAR), year_figures(YEAR)
    files = export(folder)
    repeated = check(files)
    findings = [one for some in json.loads(repeated.stdout).values() for one in some]
    changed = json.loads(files[0].read_text(encoding="utf-8"))
    left_out = next(
        one["reference"] for one in changed["reviews"] if one["reference"] not in changed["drawn"]
    )
    changed["drawn"] = sorted([*changed["drawn"][1:], left_out])
    files[0].write_text(json.dumps(changed), encoding="utf-8")
    overall = figures.versions[0].standards[0]
    return {
        "reviews": Review.objects.count(),
        "acts": lived.acts,
        "lists": len(files),
        "sampled": detail.national.count.sampled,
        "from_the_share_in_reviews": detail.national.ahead / 100,
        "furthest_region_in_reviews": max(abs(one.ahead) for one in detail.regions) / 100,
        "settled": Settlement.objects.count(),
        "assured": sorted(detail.assured),
        "overall_agreement": overall.agreement.in_words,
        "given_more_time": figures.extended.in_words,
        "findings": len(findings),
        "findings_that_hold": sum(one["holds"] is True for one in findings),
        "exit_code": repeated.returncode,
        "exit_code_of_a_changed_record": check(files[:1]).returncode,
    }


def run(reviews: int = 500) -> dict[str, Any]:
    """Make a database, live a year in it and repeat its draws."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'year.sqlite3'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        import django

        django.setup()
        from django.core.management import call_command

        from oversight.access.queries import acting_by_command
        from oversight.arrangements.actions import load_shipped_versions
        from oversight.parties.actions import load_reference

        call_command("migrate", verbosity=0, interactive=False)
        load_reference(by=acting_by_command("setup"), at=SEALED)
        load_shipped_versions(by=acting_by_command("setup"), at=SEALED)
        lived, started = LiveYear(reviews, random.Random(2026)), time.process_time()
        lived.live()
        spent = time.process_time() - started
        return outcome(lived, folder) | {"cpu_seconds": round(spent, 1)}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reviews", type=int, default=500)
    print(json.dumps(run(arguments.parse_args().reviews), indent=2))

"""Run every benchmark on the PostgreSQL that DATABASE_URL names and keep each result as JSON.

make bench
"""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import inspections, intelligence, ledger, pages, pdf, recommendations

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Run them one after another, so that none disturbs the next."""
    RESULTS.mkdir(exist_ok=True)
    runs = {
        "ledger": ledger.run,
        "pages": pages.run,
        "inspections": inspections.run,
        "recommendations": recommendations.run,
        "intelligence": intelligence.run,
        "pdf": pdf.run,
    }
    for name, run in runs.items():
        print(f"Measuring: {name}")
        text = json.dumps(run(), indent=2)
        (RESULTS / f"{name}.json").write_text(f"{text}\n")
        print(text)


if __name__ == "__main__":
    main()

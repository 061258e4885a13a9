"""Draw how plans get better with time: gap to the proved bound, as SVG, and the same figures as a table.

    python -m benchmarks.planner_chart > table.md

Reads ``results/planner.json`` and writes ``docs/pictures/planner-anytime.svg``; the table goes to the output.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.planner import RESULTS

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "planner-anytime.svg"
WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 760, 420, 60, 50, 90, 20
#: Shares of the time limit at which the table says the gap.
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
MOST_GAP = 0.4
COLOURS = ("#1d70b8", "#00703c", "#d4351c", "#4c2c92", "#b58840", "#5694ca")


def gap_at(told: dict[str, Any], seconds: float) -> float | None:
    """Give the gap of the best plan there was after some seconds; None before the first."""
    costs = [cost for at, cost in told["curve"] if at <= seconds]
    return (costs[-1] - told["bound"]) / told["bound"] if costs else None


def drawn(problems: dict[str, Any]) -> str:
    """Draw a line for each problem: share of its time limit across, gap upwards."""
    across, upwards = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(share: float) -> float:
        return LEFT + across * min(1.0, share)

    def y(gap: float) -> float:
        return TOP + upwards * (1 - min(gap, MOST_GAP) / MOST_GAP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Gap between the best plan and its proved bound over time</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for number in range(9):
        gap = MOST_GAP * number / 8
        line = f'x1="{LEFT}" x2="{LEFT + across}" y1="{y(gap):.1f}" y2="{y(gap):.1f}"'
        parts += [
            f'<line {line} stroke="#b1b4b6"/>',
            f'<text x="{LEFT - 8}" y="{y(gap) + 4:.1f}" text-anchor="end">{gap:.0%}</text>',
        ]
    parts += [
        f'<text x="{x(share):.1f}" y="{TOP + upwards + 20}" text-anchor="middle">{share:.0%}</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    parts.append(
        f'<text x="{LEFT + across / 2}" y="{HEIGHT - 10}" text-anchor="middle">share of the time limit</text>'
    )
    last = [(told["curve"][-1][1] - told["bound"]) / told["bound"] for told in problems.values()]
    # Lines that end side by side have their names one above the other, from the foot of the picture up.
    labels, above = {}, float(TOP + upwards + 13)
    for number in sorted(range(len(last)), key=last.__getitem__):
        labels[number] = above = min(y(last[number]) + 4, above - 13)
    for number, (name, told) in enumerate(problems.items()):
        steps = [(at / told["limit_s"], (cost - told["bound"]) / told["bound"]) for at, cost in told["curve"]]
        steps.append((1.0, steps[-1][1]))
        points = [f"M{x(steps[0][0]):.1f},{y(steps[0][1]):.1f}"]
        points += [f"H{x(after[0]):.1f}V{y(after[1]):.1f}" for _, after in pairwise(steps)]
        colour, dash = COLOURS[number % len(COLOURS)], ("", ' stroke-dasharray="5 3"')[number // 6 % 2]
        parts += [
            f'<path d="{"".join(points)}" fill="none" stroke="{colour}"{dash} stroke-width="1.5">',
            f"<title>{escape(name)}</title></path>",
            f'<text x="{LEFT + across + 6}" y="{labels[number]:.1f}" fill="{colour}">{escape(name)}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def table(problems: dict[str, Any]) -> str:
    """Give the gaps at some shares of the time limit as a table."""
    heads = " | ".join(f"at {share:.0%}" for share in SHARES)
    lines = [f"| problem | limit, s | {heads} |", "| --- " * (2 + len(SHARES)) + "|"]
    for name, told in problems.items():
        gaps = (gap_at(told, share * told["limit_s"]) for share in SHARES)
        cells = " | ".join("none yet" if gap is None else f"{gap:.1%}" for gap in gaps)
        lines.append(f"| {name} | {told['limit_s']:g} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    """Draw the picture and print the table."""
    kept = json.loads(RESULTS.read_text())["problems"]
    problems = {name: told for name, told in kept.items() if told.get("curve") and told["bound"]}
    PICTURE.write_text(drawn(problems))
    print(table(problems))


if __name__ == "__main__":
    main()

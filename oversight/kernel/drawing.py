"""State diagrams as SVG that any page may carry.

mermaid lays the diagram out; its style sheet, script hooks and class names are left behind. What remains
is shapes and text with presentation attributes, so a strict content security policy allows it inline, and
it looks the same through ``<img>``.
"""

from __future__ import annotations

import json
from base64 import b64decode
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from math import dist
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import mermaidx

Point: TypeAlias = tuple[float, float]

_SVG: Final = "http://www.w3.org/2000/svg"
_INK: Final = "#0b0c0c"
_LINE: Final = "#505a5f"
_FILL: Final = "#f3f2f1"
_PAPER: Final = "#ffffff"
# The layout measures with a wider face than any of these, so text never outgrows its box.
_FONT: Final = "arial, sans-serif"
_SIZE: Final = "16"
_MARGIN: Final = 8.0
_CORNER: Final = 16.0

# Where things are and how far they reach; everything about how they look is set here instead.
_GEOMETRY: Final = frozenset(
    {"d", "x", "y", "dy", "r", "rx", "ry", "cx", "cy", "width", "height", "transform", "text-anchor"}
)

ET.register_namespace("", _SVG)


@lru_cache(maxsize=256)
def draw(mermaid: str) -> str:
    """Draw a state diagram.

    The same text always gives the same drawing. The first drawing of a text takes seconds of processor
    time; it is kept for the life of the process.

    Args:
        mermaid: A ``stateDiagram-v2`` with ``accTitle``, as ``Workflow.mermaid`` gives it.

    Returns:
        An ``<svg role="img">`` with a title, a description, its own width and height in pixels, no style
        sheet, no script, and nothing fetched.

    Raises:
        ValueError: The text is no state diagram with a title, or mermaid cannot read it.
    """
    if not mermaid.startswith("stateDiagram-v2\n"):
        msg = "Only a state diagram can be drawn."
        raise ValueError(msg)
    try:
        laid_out = mermaidx.render(mermaid, config={"htmlLabels": False}).svg()
    except RuntimeError as unreadable:
        msg = f"The diagram cannot be read: {unreadable}"
        raise ValueError(msg) from unreadable
    source = ET.fromstring(laid_out)  # noqa: S314 - our own text through our own library
    # Two drawings on one page must not share an identifier.
    name = f"diagram-{sha256(mermaid.encode()).hexdigest()[:12]}"
    drawing = _frame(source, name)
    lines: dict[str, list[Point]] = {}
    beyond: list[Point] = []
    for group in source.iter(_tag("g")):
        part = group.get("class", "").split()
        if "edgePaths" in part:
            lines = _draw_lines(group, drawing, name)
            beyond += chain.from_iterable(lines.values())
        elif "edgeLabels" in part:
            beyond += _draw_labels(group, drawing, lines)
        elif "nodes" in part:
            _draw_nodes(group, drawing)
    _fit(drawing, source, beyond)
    return ET.tostring(drawing, encoding="unicode")


def _tag(name: str) -> str:
    return f"{{{_SVG}}}{name}"


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, _tag(tag), {key.replace("_", "-"): text for key, text in attributes.items()})


def _frame(source: ET.Element, name: str) -> ET.Element:
    drawing = ET.Element(
        _tag("svg"),
        {
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
            "font-family": _FONT,
            "font-size": _SIZE,
        },
    )
    title = source.findtext(_tag("title"), "")
    if not title:
        msg = "A diagram needs a title: write it after accTitle."
        raise ValueError(msg)
    _add(drawing, "title", id=f"{name}-title").text = title
    _add(drawing, "desc", id=f"{name}-description").text = source.findtext(_tag("desc"), title)
    arrow = _add(
        _add(drawing, "defs"), "marker",
        id=f"{name}-arrow", refX="19", refY="7", markerWidth="20", markerHeight="14",
        markerUnits="userSpaceOnUse", orient="auto",
    )  # fmt: skip
    _add(arrow, "path", d="M 19,7 L9,13 L14,7 L9,1 Z", fill=_LINE)
    return drawing


def _fit(drawing: ET.Element, source: ET.Element, beyond: list[Point]) -> None:
    """Set the size so that what mermaid drew and all points ``beyond`` are inside."""
    x, y, width, height = (float(number) for number in source.get("viewBox", "0 0 0 0").split())
    across = [x, x + width, *(point[0] for point in beyond)]
    down = [y, y + height, *(point[1] for point in beyond)]
    x, y = min(across) - _MARGIN, min(down) - _MARGIN
    width, height = max(across) + _MARGIN - x, max(down) + _MARGIN - y
    drawing.set("viewBox", f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}")
    drawing.set("width", f"{width:.0f}")
    drawing.set("height", f"{height:.0f}")


def _draw_lines(source: ET.Element, drawing: ET.Element, name: str) -> dict[str, list[Point]]:
    """Draw each line through the points laid out for it, and give the points by line.

    mermaid's own curves leave those points, and put labels on top of one another.
    """
    lines: dict[str, list[Point]] = {}
    for path in source.iter(_tag("path")):
        points = [(at["x"], at["y"]) for at in json.loads(b64decode(path.get("data-points", "")))]
        lines[path.get("data-id", "")] = points
        _add(
            drawing, "path",
            d=_rounded(points), fill="none", stroke=_LINE, stroke_width="1.5",
            marker_end=f"url(#{name}-arrow)",
        )  # fmt: skip
    return lines


def _rounded(points: list[Point]) -> str:
    """Give the path of straight lines through ``points``, its corners rounded."""
    (x, y), *_ = points
    path = [f"M{x:.1f},{y:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _short_of(corner, before), _short_of(corner, after)
        path.append(f"L{x1:.1f},{y1:.1f}Q{corner[0]:.1f},{corner[1]:.1f} {x2:.1f},{y2:.1f}")
    x, y = points[-1]
    path.append(f"L{x:.1f},{y:.1f}")
    return "".join(path)


def _short_of(corner: Point, neighbour: Point) -> Point:
    length = dist(corner, neighbour)
    part = min(_CORNER, length / 2) / length if length else 0.0
    return (corner[0] + (neighbour[0] - corner[0]) * part, corner[1] + (neighbour[1] - corner[1]) * part)


def _draw_labels(source: ET.Element, drawing: ET.Element, lines: dict[str, list[Point]]) -> list[Point]:
    """Write each label on the middle point of its line, kept free for it, and give the ends of the labels."""
    ends: list[Point] = []
    for label in source.iter(_tag("g")):
        points = lines.get(label.get("data-id", ""))
        paper = next((rect for rect in label.iter(_tag("rect")) if rect.get("width")), None)
        if points is None or paper is None:
            continue
        x, y = points[len(points) // 2]
        _copy(label, _add(drawing, "g", transform=f"translate({x:.1f}, {y:.1f})"))
        half = float(paper.get("width", "0")) / 2
        ends += [(x - half, y), (x + half, y)]
    return ends


def _draw_nodes(source: ET.Element, drawing: ET.Element) -> None:
    for node in source.findall(_tag("g")):
        place = node.get("transform", "")
        box = node.find(_tag("rect"))
        name = node.get("id", "")
        if "root_start" in name:
            _add(drawing, "circle", transform=place, r="7", fill=_INK)
        elif "root_end" in name:
            _add(drawing, "circle", transform=place, r="7", fill=_PAPER, stroke=_INK, stroke_width="2")
            _add(drawing, "circle", transform=place, r="3.5", fill=_INK)
        elif box is not None and "basic" in box.get("class", ""):
            state = _add(drawing, "g", transform=place)
            shape = {key: text for key, text in box.attrib.items() if key in _GEOMETRY}
            _add(state, "rect", **shape, fill=_FILL, stroke=_LINE, stroke_width="1.5")
            _label_of_state(node, state)


def _label_of_state(node: ET.Element, state: ET.Element) -> None:
    """Centre the lines in the box, whatever the width of the reader's face."""
    for label in node.findall(_tag("g")):
        copied = _copy(label, state)
        down = label.get("transform", "translate(0, 0)").rpartition(",")[2].rstrip(")")
        if copied is not None:
            copied.set("transform", f"translate(0, {float(down):.1f})")
            for text in copied.iter(_tag("text")):
                text.set("text-anchor", "middle")


def _copy(source: ET.Element, parent: ET.Element) -> ET.Element | None:
    """Copy groups, text and the paper behind text; leave out whatever shows nothing."""
    tag = source.tag.removeprefix(f"{{{_SVG}}}")
    if tag not in {"g", "rect", "text", "tspan"} or (tag == "rect" and not source.get("width")):
        return None
    if tag != "rect" and not "".join(source.itertext()).strip():
        return None
    copied = _add(parent, tag, **{key: text for key, text in source.attrib.items() if key in _GEOMETRY})
    copied.text = source.text
    if tag == "rect":
        copied.set("fill", _PAPER)
    elif tag == "text":
        copied.set("fill", _INK)
    elif source.get("font-weight") == "bold":
        copied.set("font-weight", "bold")
    for child in source:
        _copy(child, copied)
    return copied

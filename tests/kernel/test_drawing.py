import re
from functools import cache
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from oversight.kernel.workflow import Move, State, Workflow, draw

SVG = "{http://www.w3.org/2000/svg}"


@cache
def factual_accuracy():
    def move(name, label, source, target):
        return Move(name, label, source, target, frozenset({"osag_coordinator"}), "22")

    return Workflow(
        "factual_accuracy",
        "Factual accuracy check",
        (
            # Words of the diagram's own language as names, and every sign that a label may have.
            State("state", "Drafting", "HMI Probation"),
            State("end", "Sent (100% & more)", "OSAG’s lead, or 'deputy'"),
            State("note", "With region – or PDU/s", "Regional Probation Director"),
            State("returned", "Corrections re-sent", "HMI Probation"),
            State("published", "Published é.", "Nobody", ends=True),
            State("stopped", "Stopped", "Nobody", ends=True),
        ),
        (
            move("send", "Send the draft", "state", "end"),
            move("commission", "Commission the check of the report", "end", "note"),
            move("respond", "Respond on factual accuracy after reading all of it carefully", "note", "end"),
            move("return_it", "Return (corrections)", "end", "returned"),
            move("another", "Ask for another round, 50% & more", "returned", "end"),
            move("extend", "Agree a later date", "end", "end"),
            move("publish", "Publish the reader’s / writer's final-draft", "returned", "published"),
            move("stop", "Stop", "state", "stopped"),
            move("halt", "Stop at once – for good", "returned", "stopped"),
        ),
        "state",
    )


@cache
def drawn():
    return draw(factual_accuracy().mermaid())


def lines_of(text):
    return [row for row in text if row.tag == f"{SVG}tspan"]


def moved(element):
    x, y = re.fullmatch(
        r"translate\(([-\d.]+), ([-\d.]+)\)", element.get("transform", "translate(0, 0)")
    ).groups()
    return float(x), float(y)


def boxes(svg):
    """The rectangle of every state and of every label, as left, top, right, bottom."""
    found = []

    def walk(element, x, y):
        dx, dy = moved(element) if element.tag == f"{SVG}g" else (0, 0)
        x, y = x + dx, y + dy
        if element.tag == f"{SVG}rect":
            left, top = x + float(element.get("x")), y + float(element.get("y"))
            found.append((left, top, left + float(element.get("width")), top + float(element.get("height"))))
        for child in element:
            walk(child, x, y)

    walk(svg, 0, 0)
    return found


def test_every_state_and_move_can_be_read_as_it_is_written():
    workflow = factual_accuracy()
    texts = [
        " ".join(re.sub(r"\s+", " ", "".join(row.itertext())).strip() for row in lines_of(text))
        for text in ET.fromstring(drawn()).iter(f"{SVG}text")
    ]

    expected = [move.label for move in workflow.moves if move.source != move.target]
    for state in workflow.states:
        again = [f"Stays here – {m.label}" for m in workflow.moves if m.source == m.target == state.name]
        expected.append(" ".join([state.label, state.owner, *again]))

    assert sorted(texts) == sorted(expected)


def test_the_drawing_is_one_image_with_a_title_and_a_description():
    svg = ET.fromstring(drawn())
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Factual accuracy check"
    assert "From Sent (100% & more) to Corrections re-sent, Return (corrections)." in description.text


def test_a_strict_content_security_policy_allows_the_drawing_inline():
    svg = ET.fromstring(drawn())

    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    attributes = {name for element in svg.iter() for name in element.attrib}

    assert tags == {"svg", "title", "desc", "defs", "marker", "path", "g", "rect", "circle", "text", "tspan"}
    assert not attributes & {"style", "class", "href", "src"}
    assert not [name for name in attributes if name.startswith(("on", "data-", "{"))]
    assert re.findall(r"url\([^)]*\)", drawn())
    assert not re.findall(r"url\((?!#)", drawn())
    assert drawn().count("http") == 1


def test_text_is_at_least_as_large_as_the_text_of_a_page_on_a_phone():
    svg = ET.fromstring(drawn())

    assert svg.get("font-size") == "16"
    assert not [element for element in svg.iter() if element is not svg and element.get("font-size")]
    _, _, width, height = svg.get("viewBox").split()
    assert (svg.get("width"), svg.get("height")) == (width, height)


def test_no_label_covers_another_label_or_a_state():
    found = boxes(ET.fromstring(drawn()))

    assert len(found) == len(factual_accuracy().states) + len(factual_accuracy().moves) - 1
    for (left, top, right, bottom), (left2, top2, right2, bottom2) in combinations(found, 2):
        assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


def test_everything_lies_inside_the_drawing():
    svg = ET.fromstring(drawn())
    x, y, width, height = map(float, svg.get("viewBox").split())

    for left, top, right, bottom in boxes(svg):
        assert x < left < right < x + width
        assert y < top < bottom < y + height
    for path in svg.findall(f"{SVG}path"):
        for across, down in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d")):
            assert x <= float(across) <= x + width
            assert y <= float(down) <= y + height


def test_each_move_has_one_arrow_and_the_start_and_the_ends_have_theirs():
    svg = ET.fromstring(drawn())
    workflow = factual_accuracy()

    arrows = [path for path in svg.findall(f"{SVG}path") if path.get("marker-end")]

    between = [move for move in workflow.moves if move.source != move.target]
    assert len(arrows) == len(between) + 1 + sum(state.ends for state in workflow.states)
    assert {path.get("marker-end") for path in arrows} == {f"url(#{svg.find(f'.//{SVG}marker').get('id')})"}


SMALL = "stateDiagram-v2\naccTitle: {}\n[*] --> a\na --> b : Go\nb --> [*]\n"


def test_the_same_text_gives_the_same_bytes_and_another_text_other_identifiers():
    text = SMALL.format("Small")
    first = draw(text)
    draw.cache_clear()

    assert draw(text) == first
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, drawn())]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "text",
    ["", "flowchart LR\naccTitle: X\na-->b\n", " stateDiagram-v2\naccTitle: X\n", "stateDiagram-v2x\n"],
)
def test_only_state_diagrams_are_drawn(text):
    with pytest.raises(ValueError, match="Only a state diagram"):
        draw(text)


def test_a_diagram_without_a_title_is_refused():
    with pytest.raises(ValueError, match="needs a title"):
        draw("stateDiagram-v2\n[*] --> a\n")


def test_a_text_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="cannot be read"):
        draw("stateDiagram-v2\naccTitle: X\nstate { --> \n")


def test_markup_in_a_text_stays_text():
    svg = draw(
        SMALL.format("Small <b onclick=alert(1)>x</b><script>alert(1)</script>").replace(
            "Go", "<img src=x onerror=alert(1)> go"
        )
    )

    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert not tags & {"script", "b", "img", "image", "foreignObject", "style"}
    assert not re.search(r"<[^>]* on\w+=", svg)

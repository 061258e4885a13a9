"""Data files that people write by hand: a fault is named by file, line and field.

YAML is read with its lines kept; CSV with its row numbers. Both refuse what a reader would misread: repeated
keys, missing or unknown columns. YAML that contains itself or lies too deep is refused before it is taken
apart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonschema
import yaml

from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

Path = tuple[str | int, ...]

#: The parser written in C is ten times faster; a machine without it has the other.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: How many lists and mappings may lie in one another: more than people write, less than fills a stack.
DEEPEST: Final = 100
#: Values of a document, repeated ones counted each time: our largest file has some four thousand.
MOST_VALUES: Final = 100_000


@dataclass(frozen=True)
class LabelledFigure:
    """A figure kept as data.

    Args:
        figure: The figure.
        default: Whether no published page confirms it; then a page that shows it has to say so.
        note: Where it comes from.
    """

    figure: int
    default: bool
    note: str


@dataclass(frozen=True)
class DataFile:
    """What a YAML file says, and where it says it.

    Args:
        name: Name of the file, for messages.
        data: The contents as plain mappings, lists and values.
        lines: Line of each place in ``data``, counted from 1; the empty path is the whole.
    """

    name: str
    data: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """Give the line of ``path``, or of the nearest place around it when it is not there."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def refused(self, path: Iterable[str | int], why: str, what_next: str, *, paragraph: str = "") -> Refused:
        """Make the refusal of a fault at ``path``, naming the file, the line and the field."""
        place = tuple(path)
        field = ".".join(str(part) for part in place)
        at = f"{self.name}, line {self.line_of(place)}" + (f", {field}" if field else "")
        return Refused("data_file", f"{at}: {why}", what_next, paragraph=paragraph, field=field)


def read_yaml(text: str, name: str, schema: Mapping[str, Any] | None = None) -> DataFile:
    """Read a YAML document and check it against a JSON schema.

    Args:
        text: The document.
        name: Name of the file, for messages.
        schema: JSON schema, draft 2020-12; None to check nothing.

    Raises:
        Refused: It is not YAML, contains itself, lies deeper than ``DEEPEST``, repeats a key, holds a value
            that cannot be read or more values than ``MOST_VALUES``, or does not fit the schema. The first
            fault by line is named.
    """
    try:
        _check_nesting(text, name)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise Refused(
            "data_file",
            f"{name}, line {line}: this is not YAML: {problem}.",
            "Correct the line and load it again.",
        ) from error
    lines: dict[Path, int] = {(): 1}
    if node is None:
        raise Refused("data_file", f"{name} is empty.", "Fill it in and load it again.")
    data = _Plain(name, lines).of(node, ())
    found = DataFile(name, data, lines)
    if schema is not None:
        _check(found, schema)
    return found


def _check_nesting(text: str, name: str) -> None:
    """Refuse what cannot be taken apart part by part: whoever tries runs out of stack."""
    # Anchors of the lists and mappings that a place lies in; a document gives no anchor twice.
    around: list[str | None] = []
    for event in yaml.parse(text, Loader=_LOADER):
        why = ""
        if isinstance(event, yaml.CollectionStartEvent):
            around.append(event.anchor)
            if len(around) > DEEPEST:
                why = f"more than {DEEPEST} lists and mappings lie in one another"
        elif isinstance(event, yaml.CollectionEndEvent):
            around.pop()
        elif isinstance(event, yaml.AliasEvent) and event.anchor in around:
            why = f"*{event.anchor} stands inside what it repeats, so that would contain itself"
        if why:
            mark: Any = event.start_mark
            raise Refused(
                "data_file",
                f"{name}, line {mark.line + 1}: {why}.",
                "Correct the line and load it again.",
            )


class _Plain:
    """Turns the nodes of one document into plain values, noting the line of each."""

    def __init__(self, name: str, lines: dict[Path, int]) -> None:
        self.name = name
        self.lines = lines
        self.values = yaml.SafeLoader("")
        self.read = 0

    def of(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item, (*path, place)) for place, item in enumerate(node.value)]
        return self._value(node, path)

    def _value(self, node: yaml.Node, path: Path) -> Any:
        """Read one plain value; what looks like a date, number or tag and is none is refused."""
        self.read += 1
        if self.read > MOST_VALUES:
            raise Refused(
                "data_file",
                f"{self.name}, line {node.start_mark.line + 1}: it holds more than {MOST_VALUES} values.",
                "Repeat less with *, or split the file.",
            )
        place = f"{self.name}, line {node.start_mark.line + 1}"
        field = ".".join(str(part) for part in path)
        if not isinstance(node, yaml.ScalarNode):
            raise Refused(
                "data_file",
                f"{place}: a list or a mapping cannot name a field.",
                "Name it in words.",
                field=field,
            )
        try:
            return self.values.construct_object(node)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            why = getattr(error, "problem", None) or str(error)
            raise Refused(
                "data_file",
                f"{place}: {node.value[:80]!r} cannot be read: {why}.",
                "Correct the value, or put it in quotation marks if it is text.",
                field=field,
            ) from error

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._value(key_node, path)
            line = key_node.start_mark.line + 1
            if isinstance(key, bool):
                raise Refused(
                    "data_file",
                    f"{self.name}, line {line}: YAML reads {key_node.value} as {'yes' if key else 'no'}.",
                    "Put the name of the field in quotation marks.",
                )
            if key in mapping:
                raise Refused(
                    "data_file",
                    f"{self.name}, line {line}: {key!r} is there twice, so one of the two would be lost.",
                    "Remove or rename one of them.",
                    field=".".join(str(part) for part in (*path, key)),
                )
            mapping[key] = self.of(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return mapping


def _check(found: DataFile, schema: Mapping[str, Any]) -> None:
    for refused in every_fault(found, schema):
        raise refused


def every_fault(found: DataFile, schema: Mapping[str, Any]) -> list[Refused]:
    """Give the refusal of every place that does not fit a JSON schema, by line."""
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    faults = []
    for fault in validator.iter_errors(found.data):
        path: Path = tuple(fault.absolute_path)
        faults.append((found.line_of(path), str(path), path, fault_in_words(fault)))
    return [
        found.refused(path, message, "Correct the line and load it again.")
        for _, _, path, message in sorted(faults)
    ]


_TYPES: Final[Mapping[str, str]] = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping of fields",
    "string": "text; put it in quotation marks",
}


def fault_in_words(fault: jsonschema.ValidationError) -> str:
    """Say what is wrong without showing the whole of a long value. A schema's description comes first."""
    schema: Any = fault.schema
    wanted: Any = fault.validator_value
    instance: Any = fault.instance
    said = schema.get("description")
    value = repr(instance) if isinstance(instance, str | int | float) else "this"
    match fault.validator:
        case _ if said and fault.validator != "required":
            return f"{value[:80]} does not fit: {said}."
        case "required":
            missing = [name for name in wanted if name not in instance]
            return f"{join_in_words(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        case "additionalProperties" if wanted is False:
            known = schema.get("properties", {})
            unknown = [str(name)[:40] for name in instance if name not in known]
            return f"there is no field {join_in_words(unknown, 'or')}. Known are: {', '.join(known)}."
        case "enum":
            return f"{value[:80]} is not one of {join_in_words([str(one) for one in wanted], 'or')}."
        case "type":
            types = [wanted] if isinstance(wanted, str) else wanted
            return f"{value[:80]} is not {join_in_words([_TYPES.get(one, one) for one in types], 'or')}."
        case _:
            return f"{fault.message[:300]}."


@dataclass(frozen=True)
class Row:
    """One row of a CSV file.

    Args:
        name: Name of the file, for messages.
        line: Line on which the row ends, counted from 1 with the heading.
        cells: Text by column, without spaces around it.
    """

    name: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Give the text of a column."""
        return self.cells[column]

    def refused(self, column: str, why: str, what_next: str) -> Refused:
        """Make the refusal of a fault in ``column``, naming the file, the line and the column."""
        return Refused(
            "data_file", f"{self.name}, line {self.line}, column {column}: {why}", what_next, field=column
        )


def read_csv(text: str, name: str, columns: Sequence[str]) -> list[Row]:
    """Read a CSV file whose heading is exactly ``columns``, in any order.

    Raises:
        Refused: A column is missing, unknown or repeated, or a row has more or fewer cells than the heading.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[Row] = []
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        _check_heading(heading, name, columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                raise Refused(
                    "data_file",
                    f"{name}, line {reader.line_num}: {len(cells)} cells under {len(heading)} headings.",
                    "Check for a missing quotation mark or comma.",
                )
            named = dict(zip(heading, (cell.strip() for cell in cells), strict=True))
            rows.append(Row(name, reader.line_num, named))
    except csv.Error as error:
        raise Refused(
            "data_file",
            f"{name}, line {reader.line_num}: this is not CSV: {error}.",
            "Correct the line and load it again.",
        ) from error
    return rows


def _check_heading(heading: Sequence[str], name: str, columns: Sequence[str]) -> None:
    for column in columns:
        if heading.count(column) != 1:
            fault = "is missing" if column not in heading else "is there more than once"
            raise Refused(
                "data_file",
                f"{name}, line 1: the column {column} {fault}.",
                f"The heading must be: {', '.join(columns)}.",
                field=column,
            )
    for column in heading:
        if column not in columns:
            raise Refused(
                "data_file",
                f"{name}, line 1: there is no column {column[:60]!r}.",
                f"The heading must be: {', '.join(columns)}.",
                field=column,
            )

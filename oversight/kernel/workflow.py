"""A workflow as a table: which states there are, who moves a thing from one to the next, on what authority.

One table answers everything: what is possible now and for whom, why something is refused, the whole matrix of
decisions for tests and pages, and the drawing. It says what a state allows; whether a person may act for a
party at all is for ``access``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType

from oversight.kernel.drawing import draw
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

__all__ = ["Decision", "Move", "State", "Workflow", "draw"]

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# What a drawing shows as it is written; other signs mean something in the drawing's own language.
_LABEL = re.compile(r"(?!.*%%)[^\W\d_]([^\W_]|[ ,.’'()/%&–-])*")


@dataclass(frozen=True)
class State:
    """Where a thing stands.

    Args:
        name: Stable identifier in snake case, kept in the record.
        label: What people read, for example ``Answered``.
        owner: Who has to act next, in plain words.
        ends: Whether nothing more can happen.
    """

    name: str
    label: str
    owner: str
    ends: bool = False


@dataclass(frozen=True)
class Move:
    """One way from a state to another.

    The same name may lead out of several states, then always under the same label.

    Args:
        name: Stable identifier in snake case.
        label: What the one who acts reads, for example ``Answer the query``.
        source: Name of the state it leaves.
        target: Name of the state it reaches; may be the same, for a further round.
        roles: Identifiers of the roles that may make it.
        paragraph: Paragraph of the Memorandum of Understanding behind it; empty when there is none.
    """

    name: str
    label: str
    source: str
    target: str
    roles: frozenset[str]
    paragraph: str


@dataclass(frozen=True)
class Decision:
    """One cell of the matrix: may this role go from this state to that one, and by which moves.

    Args:
        source: Name of the state left.
        target: Name of the state reached.
        role: Identifier of the role.
        moves: Names of the moves that lead there; none when it is not allowed.
    """

    source: str
    target: str
    role: str
    moves: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether at least one move leads there for this role."""
        return bool(self.moves)


@dataclass(frozen=True)
class Workflow:
    """States and the moves between them, checked as a whole when built.

    Args:
        name: Stable identifier in snake case.
        title: What people read, for example ``Query on a missed duty``.
        states: Every state, in the order in which pages list them.
        moves: Every move, in the order in which pages offer them.
        starts: Name of the state in which a thing begins.
        role_names: Plain words for roles; without an entry the identifier is spelled out.

    Raises:
        ValueError: The table contradicts itself; the message lists every fault.
    """

    name: str
    title: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    starts: str
    role_names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        object.__setattr__(self, "moves", tuple(self.moves))
        object.__setattr__(self, "role_names", MappingProxyType(dict(self.role_names)))
        faults = [*self._faults_of_words(), *self._faults_of_the_table()]
        # Paths mean nothing until every move leads somewhere.
        faults = faults or list(self._faults_of_paths())
        if faults:
            msg = f"The workflow “{self.name}” cannot stand: {'; '.join(faults)}."
            raise ValueError(msg)

    def state(self, name: str) -> State:
        """Give the state of that name.

        Raises:
            ValueError: There is none; the record and the table disagree.
        """
        for state in self.states:
            if state.name == name:
                return state
        msg = f"The workflow “{self.name}” has no state “{name}”."
        raise ValueError(msg)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """Give every move out of ``state``, whoever may make it, in the order of the table.

        Raises:
            ValueError: There is no such state.
        """
        source = self.state(state).name
        return tuple(move for move in self.moves if move.source == source)

    def allowed(self, state: str, role: str) -> tuple[Move, ...]:
        """Give the moves that ``role`` may make from ``state``, in the order of the table.

        Raises:
            ValueError: There is no such state.
        """
        return tuple(move for move in self.moves_from(state) if role in move.roles)

    def check(self, move_name: str, state: str, role: str) -> Move:
        """Give the move when ``role`` may make it from ``state``.

        Raises:
            Refused: There is no such move (``workflow_move``), it is not possible from ``state``
                (``workflow_state``), or not for ``role`` (``workflow_role``). Says who can make it and what
                is possible from here.
            ValueError: There is no such state.
        """
        here = self.state(state)
        named = [move for move in self.moves if move.name == move_name]
        if not named:
            raise Refused(
                rule="workflow_move",
                why=f"“{self.title}” has no such step.",
                what_next=self._possible_from(here),
            )
        found = next((move for move in named if move.source == state), None)
        if found is None:
            sources = join_in_words([f"“{self.state(move.source).label}”" for move in named], "or")
            raise Refused(
                rule="workflow_state",
                why=f"“{named[0].label}” is not possible from “{here.label}”, only from {sources}.",
                what_next=self._possible_from(here),
                paragraph=named[0].paragraph,
                who_can=self._who(frozenset[str]().union(*(move.roles for move in named))),
            )
        if role not in found.roles:
            who = self._who(found.roles)
            raise Refused(
                rule="workflow_role",
                why=f"“{found.label}” is for {who}.",
                what_next=f"Ask {who} to do it. {self._possible_from(here)}",
                paragraph=found.paragraph,
                who_can=who,
            )
        return found

    def matrix(self, roles: Iterable[str]) -> tuple[Decision, ...]:
        """Give the decision for every state, every state reached from it and every one of ``roles``."""
        return tuple(
            Decision(
                source.name,
                target.name,
                role,
                tuple(move.name for move in self.allowed(source.name, role) if move.target == target.name),
            )
            for source, target, role in product(self.states, self.states, tuple(roles))
        )

    def mermaid(self) -> str:
        """Give the state diagram in mermaid's language, for ``draw`` and for the documentation.

        The same table always gives the same text.
        """
        told = " ".join(
            f"From {self.state(move.source).label} to {self.state(move.target).label}, {move.label}."
            for move in self.moves
        )
        return "\n".join(
            [
                "stateDiagram-v2",
                f"accTitle: {self.title}",
                f"accDescr: Starts at {self.state(self.starts).label}. {told}",
                *(f'state "{self._box(state)}" as s_{state.name}' for state in self.states),
                f"[*] --> s_{self.starts}",
                *(
                    f"s_{move.source} --> s_{move.target} : {move.label}"
                    for move in self.moves
                    if move.source != move.target
                ),
                *(f"s_{state.name} --> [*]" for state in self.states if state.ends),
                "",
            ]
        )

    def _box(self, state: State) -> str:
        # A loop back to the same box is drawn badly by every layout; a line in the box says it better.
        again = [move.label for move in self.moves_from(state.name) if move.target == state.name]
        return "<br/>".join(
            [f"**{state.label}**", state.owner, *(f"Stays here – {label}" for label in again)]
        )

    def _who(self, roles: Iterable[str]) -> str:
        return join_in_words(
            [f"the {self.role_names.get(role, role.replace('_', ' '))}" for role in sorted(roles)], "or"
        )

    def _possible_from(self, here: State) -> str:
        moves = self.moves_from(here.name)
        if not moves:
            return f"Nothing more is possible from “{here.label}”: it ends there."
        offered = [f"“{move.label}” by {self._who(move.roles)}" for move in moves]
        return f"Possible from “{here.label}”: {'; '.join(offered)}."

    def _faults_of_words(self) -> Iterator[str]:
        names = [("workflow", self.name)]
        names += [("state", state.name) for state in self.states]
        names += [("move", move.name) for move in self.moves]
        names += [("role", role) for move in self.moves for role in sorted(move.roles)]
        for kind, name in dict.fromkeys(names):
            if not _IDENTIFIER.fullmatch(name):
                yield f"the {kind} “{name}” is not named in snake case"
        labels = [("title", self.title)]
        labels += [("label of the state", state.label) for state in self.states]
        labels += [("owner of a state", state.owner) for state in self.states]
        labels += [("label of the move", move.label) for move in self.moves]
        for kind, label in dict.fromkeys(labels):
            if not _LABEL.fullmatch(label) or label != label.strip():
                yield f"the {kind} “{label}” is empty or has signs that cannot be drawn"

    def _faults_of_the_table(self) -> Iterator[str]:
        names = [state.name for state in self.states]
        for what, counted in (
            ("the state", Counter(names)),
            ("the label", Counter(state.label for state in self.states)),
            ("the move", Counter(f"{move.name}” from “{move.source}" for move in self.moves)),
        ):
            yield from (
                f"{what} “{text}” is there {count} times" for text, count in counted.items() if count > 1
            )
        if self.starts not in names:
            yield f"it starts at “{self.starts}”, which is no state"
        labels: dict[str, str] = {}
        for move in self.moves:
            for end in (move.source, move.target):
                if end not in names:
                    yield f"the move “{move.name}” leads from or to “{end}”, which is no state"
            if not move.roles:
                yield f"nobody can make the move “{move.name}” from “{move.source}”"
            if labels.setdefault(move.name, move.label) != move.label:
                yield f"the move “{move.name}” has two labels"
        unused = sorted(set(self.role_names) - {role for move in self.moves for role in move.roles})
        yield from (f"the role “{role}” has a name but makes no move" for role in unused)

    def _faults_of_paths(self) -> Iterator[str]:
        forward = {(move.source, move.target) for move in self.moves}
        ends = {state.name for state in self.states if state.ends}
        reached = _reach({self.starts}, forward)
        can_end = _reach(ends, {(target, source) for source, target in forward})
        for state in self.states:
            leaves = any(move.source == state.name for move in self.moves)
            if state.ends and leaves:
                yield f"the state “{state.name}” ends, yet a move leaves it"
            if not state.ends and not leaves:
                yield f"no move leaves the state “{state.name}”, and it does not end"
            if state.name not in reached:
                yield f"the state “{state.name}” cannot be reached"
            if ends and leaves and state.name not in can_end:
                yield f"no end can be reached from the state “{state.name}”"


def _reach(start: set[str], steps: set[tuple[str, str]]) -> set[str]:
    """Give ``start`` and all that ``steps`` lead to from there."""
    reached: set[str] = set()
    new = start
    while new:
        reached |= new
        new = {target for source, target in steps if source in new} - reached
    return reached

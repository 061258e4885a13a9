"""What a statement of SQL could change, told from its words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple


class Change(NamedTuple):
    """What one statement changes.

    Args:
        table: Table written to, without its schema; empty when the statement names none that we can tell.
        word: The word that writes, for example ``UPDATE``.
        columns: Columns set by an update; empty for every other statement.
    """

    table: str
    word: str
    columns: frozenset[str]


def changes(sql: str) -> tuple[Change, ...]:
    """Tell what ``sql`` could change; empty when it only reads or steers a transaction.

    It errs on the side of change: a statement that it does not know counts as one. It cannot see into
    functions of the database; ours call none that write.
    """
    if sql[:7].upper() == "SELECT " and ";" not in sql and not _INTO.search(sql):
        return ()
    return _remembered(sql) if len(sql) < _SHORT else _found(sql)


def _found(sql: str) -> tuple[Change, ...]:
    return tuple(change for tokens in _statements(sql) for change in _changes_of(tokens))


# Long statements are seldom the same twice, and would only fill memory.
_SHORT: Final = 4096
_remembered = lru_cache(maxsize=2048)(_found)

_INTO: Final = re.compile(r"\bINTO\b", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"""(?P<noise>\s+|--[^\n]*|/\*.*?\*/|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'
          |(?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)|%\(\w+\)s|%s)
       |(?P<name>"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])
       |(?P<word>[^\W\d]\w*)
       |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_READS: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "EXPLAIN"})
ROW_WRITES: Final = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE"})
"""Words that write rows of the table named after them."""
_STEERS: Final = frozenset(
    {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "SHOW", "FETCH", "CLOSE"}
)
_SETTINGS_OF_TRANSACTION: Final = frozenset({"TRANSACTION", "CONSTRAINTS"})
_PRAGMAS_THAT_READ: Final = frozenset(
    {
        "FOREIGN_KEY_CHECK",
        "FOREIGN_KEY_LIST",
        "INDEX_INFO",
        "INDEX_LIST",
        "INDEX_XINFO",
        "INTEGRITY_CHECK",
        "QUICK_CHECK",
        "TABLE_INFO",
        "TABLE_LIST",
        "TABLE_XINFO",
    }
)
# Words that may stand between a word that writes and the table it writes to.
_FILLING: Final = frozenset(
    {"INTO", "FROM", "ONLY", "TABLE", "OR", "REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"}
)


def _statements(sql: str) -> Iterator[list[str]]:
    """Split into statements of tokens: words in capitals, names with their quotes; text and comments gone."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(sql):
        if match["noise"] is not None:
            continue
        if match["other"] == ";":
            yield tokens
            tokens = []
        else:
            tokens.append(match["word"].upper() if match["word"] else match[0])
    yield tokens


def _changes_of(tokens: list[str]) -> list[Change]:
    opening = 0
    while opening < len(tokens) and tokens[opening] == "(":
        opening += 1
    if opening == len(tokens):
        return []
    first, rest = tokens[opening], tokens[opening + 1 :]
    if first in _STEERS or (first == "SET" and rest[:1] and rest[0] in _SETTINGS_OF_TRANSACTION):
        return []
    if first == "PRAGMA":
        asks = "=" not in rest and ("(" not in rest or rest[0] in _PRAGMAS_THAT_READ)
        return [] if asks else [Change("", "PRAGMA", frozenset())]
    if first not in _READS | ROW_WRITES:
        return [Change(_named_in(rest), first, frozenset())]
    return list(_writes_among(tokens, first))


def _writes_among(tokens: list[str], first: str) -> Iterator[Change]:
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else ""
        after = tokens[index + 1 :]
        if token == "INTO" and first in _READS and before not in ROW_WRITES | _FILLING:  # noqa: S105 - SQL
            yield Change(_table(after), "SELECT INTO", frozenset())
        # FOR UPDATE locks and DO UPDATE belongs to its INSERT; REPLACE( and the like are functions.
        elif token in ROW_WRITES and before not in {"FOR", "KEY", "DO", "OR"} and after[:1] != ["("]:
            yield Change(_table(after), token, _columns(after) if token == "UPDATE" else frozenset())  # noqa: S105


def _table(after: list[str]) -> str:
    index = 0
    while index < len(after) and after[index] in _FILLING:
        index += 1
    name = after[index] if index < len(after) else ""
    while after[index + 1 : index + 2] == ["."] and index + 2 < len(after):
        index += 2
        name = after[index]
    return _unquoted(name)


def _named_in(rest: list[str]) -> str:
    quoted = next((token for token in rest if token[0] in '"`['), "")
    return _unquoted(quoted or next((token for token in rest if "_" in token), ""))


def _columns(after: list[str]) -> frozenset[str]:
    if "SET" not in after:
        return frozenset()
    names: set[str] = set()
    depth = 0
    start = True
    for token in after[after.index("SET") + 1 :]:
        depth += (token == "(") - (token == ")")  # noqa: S105 - SQL
        if depth == 0 and token in {"WHERE", "FROM", "RETURNING"}:
            break
        if start:
            names.add(_unquoted(token))
        start = depth == 0 and token == ","  # noqa: S105 - SQL
    return frozenset(names)


def _unquoted(token: str) -> str:
    return token[1:-1] if token[:1] in {'"', "`", "["} else token.lower()

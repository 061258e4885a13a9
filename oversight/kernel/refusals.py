"""The one error that a user of the service meets."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - the service refuses; "error" is not a word its users read
    """An act or a question was refused, with the reason and what to do next.

    Args:
        rule: Stable identifier of the rule that refused, for example ``calendar_coverage``.
        why: What was refused and why, as one or more whole sentences.
        what_next: What the person can do now, as a whole sentence.
        paragraph: Paragraph of the Memorandum of Understanding behind the rule, for example ``22``.
        who_can: Who may do what was refused, in plain words; empty when nobody may.
        field: Name of the form field, column or data path at fault; empty when none is.
    """

    def __init__(
        self,
        rule: str,
        why: str,
        what_next: str,
        *,
        paragraph: str = "",
        who_can: str = "",
        field: str = "",
    ) -> None:
        super().__init__(rule, why, what_next)
        self.rule = rule
        self.why = why
        self.what_next = what_next
        self.paragraph = paragraph
        self.who_can = who_can
        self.field = field

    def __str__(self) -> str:
        cited = f" (paragraph {self.paragraph})" if self.paragraph else ""
        return f"{self.why.rstrip()}{cited} {self.what_next}".strip()

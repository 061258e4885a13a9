"""The field with which a file is attached."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from oversight.exchange.rules.files import check_size, file_rules
from oversight.kernel.refusals import Refused


class Attachment(forms.FileField):
    """A file of the kinds allowed. Its content is judged by the act that keeps it.

    Args:
        kinds: Only these kinds; all that are allowed when left out.
        note: What else to know before choosing one.
    """

    default_error_messages = {
        "required": "Choose a file.",
        "invalid": "Choose a file.",
        "missing": "Choose a file.",
        "empty": "The file is empty. Choose a file that says something.",
    }

    def __init__(
        self,
        *,
        kinds: Collection[str] = (),
        note: str = "Do not attach anything that names someone supervised.",
        **options: Any,
    ) -> None:
        words = file_rules().words_for(kinds) if kinds else file_rules().in_words
        super().__init__(help_text=f"{words} {note}".strip(), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse a file too large, before it is read."""
        file = super().clean(data, initial)
        if file:
            try:
                check_size(file.size)
            except Refused as refused:
                raise ValidationError(str(refused), code=refused.rule) from refused
        return file

"""The field with which files are attached to what an owner reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from oversight.exchange.forms.files import Attachment
from oversight.kernel.refusals import Refused
from oversight.recommendations.rules.evidence import MOST_FILES, GivenFile, check_files


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class EvidenceFiles(Attachment):
    """Some files, or none. Their content is judged by the act that keeps them."""

    widget = _ManyFiles

    def __init__(self) -> None:
        super().__init__(
            label="Files that show it (optional)",
            required=False,
            note=f"At most {MOST_FILES}. Do not attach anything that names someone supervised.",
        )

    def clean(self, data: Any, initial: Any = None) -> tuple[GivenFile, ...]:
        """Refuse a file too large, or too many, before they are read."""
        single = super().clean
        files = [single(one, initial) for one in data or () if one]
        given = tuple(GivenFile(file.name, file.read()) for file in files[: MOST_FILES + 1])
        try:
            check_files(given)
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.rule) from refused
        return given

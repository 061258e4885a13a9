"""The form with which a file of points is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from oversight.exchange.forms.files import Attachment
from oversight.kernel.sheets import KINDS
from oversight.parties.queries import PartyRef


class PointsUpload(forms.Form):
    """A file of points.

    Args:
        parties: For whom the one who writes can comment; asked only when there are several.
    """

    file = Attachment(
        label="File with your points",
        kinds=KINDS,
        note="Nothing is taken before you have seen what is in it.",
    )

    def __init__(self, *args: Any, parties: Sequence[PartyRef] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if len(parties) > 1:
            self.fields["party"] = forms.ChoiceField(
                label="For whom do you comment?",
                widget=forms.RadioSelect,
                choices=[(one.code, one.name) for one in parties],
                error_messages={"required": "Choose for whom you comment."},
            )


class Taking(forms.Form):
    """What was read and shown, handed back to be taken."""

    read = forms.CharField(widget=forms.HiddenInput)

"""How often someone is emailed of actions."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.recommendations.rules.notices import HOW_WORDS


class Choosing(forms.Form):
    """How often."""

    how = forms.ChoiceField(
        label="How do you want to be emailed?",
        choices=[(how.value, words) for how, words in HOW_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose one of the three."},
    )

    def facts(self) -> dict[str, Any]:
        """Give what a valid form says, as the action takes it."""
        return dict(self.cleaned_data)

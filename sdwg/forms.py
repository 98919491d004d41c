"""What every form of ours carries: a ticket, so that one press of a button counts once however often it arrives."""

import uuid
from typing import Any

from django import forms


class Form(forms.Form):
    """The base of every form that acts. ``once`` is new each time the form is shown and kept when it is refused."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
        self.label_suffix = ""
        self.use_required_attribute = False

    def asked(self) -> list[forms.BoundField]:
        """The fields a person fills in, in order."""
        return [field for field in self.visible_fields() if field.name != "once"]


class ConfirmForm(Form):
    """A button with nothing to fill in."""


class ReasonForm(Form):
    """A button that asks why."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, label="Reason")

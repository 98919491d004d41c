"""What every form of ours carries: a ticket, so that one press of a button counts once however often it arrives."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


def check_day(day: date) -> None:
    """A day that calendars can reckon with: a mistyped year is refused where it is typed."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError("Give a year between 2000 and 2099.")


def conditional(field: forms.Field) -> forms.Field:
    """A field that another answer asks for: the operation knows when, and says so; on the page it is not "optional"."""
    field.required = False
    field.conditional = True  # type: ignore[attr-defined]
    return field


class Line(forms.CharField):
    """Words on one line: what cannot be seen, line ends and marks that turn the text round, becomes a blank."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class Form(forms.Form):
    """The base of every form that acts. ``once`` is new each time the form is shown and kept when it is refused."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.validators.append(check_day)
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

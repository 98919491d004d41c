"""Forms of guests (S8): what somebody without a seat types, and what those who arrange a meeting answer."""

from typing import Any

from django import forms

from sdwg.forms import Form, ReasonForm
from sdwg.screen import Choice

__all__ = ["GuestForm", "RefuseGuestForm"]


class Line(forms.CharField):
    """Words on one line: what cannot be seen, line ends and marks that turn the text round, becomes a blank."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class GuestForm(Form):
    """Who asks to be at an open meeting. ``website`` is for programs that fill in whatever they find."""

    name = Line(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    address = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="We send one message there, with a link that confirms that it is yours.",
    )
    organisation = Line(
        label="Organisation",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    why = Line(label="Why you would like to come", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    website = forms.CharField(required=False, max_length=500)

    def people_fill_in(self) -> list[forms.BoundField]:
        """The fields that a person sees."""
        return [field for field in self.asked() if field.name != "website"]


class RefuseGuestForm(ReasonForm):
    """Why a guest is refused; they read it."""

    ground = forms.ChoiceField(label="Refused", widget=forms.RadioSelect)
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        label="Reason",
        help_text="It goes on record, and the guest reads it.",
    )

    field_order = ("ground", "reason")

    def __init__(self, *args: Any, chair: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = "" if chair else "The chair alone refuses a guest for anything but abuse."
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("abuse", Choice("For abuse", hint="A name that is none, a flood of requests, a guest who disturbs.")),
            ("other", Choice("For another reason", hint=other, refused=not chair)),
        ]
        if not chair:
            self.fields["ground"].initial = "abuse"

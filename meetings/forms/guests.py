"""Forms of guests (S8): what somebody without a seat types, and what those who arrange a meeting answer."""

from typing import Any

from django import forms

from sdwg.forms import Line, ReasonForm
from sdwg.screen import Choice
from sdwg.visitors import VisitorForm

__all__ = ["GuestForm", "RefuseGuestForm"]


class GuestForm(VisitorForm):
    """Who asks to be at an open meeting, and why."""

    why = Line(label="Why you would like to come", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = ("name", "address", "organisation", "why")


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

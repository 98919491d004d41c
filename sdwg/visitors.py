"""People without an account on public pages: how the trail knows them, what they type, and how they are answered.

Somebody who comes gives an address; the link that is mailed there proves that it is theirs. The link is derived from a
row's ``nonce`` when the mail is handed over (``sdwg.members.invitations.secret_of``, each purpose with its own salt),
and the row keeps its SHA-256.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.core import ratelimit
from django import forms
from django.http import HttpResponse

from sdwg.forms import Form, Line
from sdwg.members.middleware import Request

CONFIRM_WITHIN = timedelta(days=2)
"""How long the link that confirms is good; what nobody confirms is deleted then."""
KEPT = timedelta(days=90)
"""How long an address is kept after what it was given for is over."""


@dataclass(frozen=True)
class Visitor:
    """Somebody without an account as the trail and the register of reads know them: by number, never by name."""

    at: datetime
    label: str
    person_id: None = None
    person_name: str = ""
    seat_id: None = None


class VisitorForm(Form):
    """Who somebody without an account is. ``website`` is for programs that fill in whatever they find."""

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
    website = forms.CharField(required=False, max_length=500)

    def people_fill_in(self) -> list[forms.BoundField]:
        """The fields that a person sees."""
        return [field for field in self.asked() if field.name != "website"]


def too_many(request: Request, form: Form, action: str) -> int:
    """429, and a sentence on the sent ``form``, when its network has sent too many within the limit of ``action``."""
    if not form.is_bound or ratelimit.consume(request, action=action):
        return 0
    form.add_error(None, "Too many requests came from your network within an hour. Try again later.")
    return 429


def heard(request: Request, form: VisitorForm, action: str) -> bool:
    """Whether a sent ``form`` is acted on: a person filled it in, and not too often for one address.

    Whoever sent it is answered the same in either case.
    """
    if not form.is_valid():
        return False
    address = form.cleaned_data["address"].lower()
    within = ratelimit.consume(request, action=f"{action}_address", key=address)
    return bool(within) and not form.cleaned_data["website"]


def personal(response: HttpResponse) -> HttpResponse:
    """``response`` on an address that is itself the key: told to nobody, listed nowhere, kept by nobody."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response

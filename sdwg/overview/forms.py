"""The audit page's filters, and the demonstration's date."""

from django import forms

from sdwg.forms import Form
from sdwg.members.models import Person

STEPS = (("day", "+1 day"), ("working-day", "+1 working day"))


class TrailFilter(forms.Form):
    """Which part of the trail to show. A GET: the address can be shared."""

    ref = forms.CharField(
        required=False, max_length=60, label="Reference", help_text="For example SDWG-ART-004, or the beginning of it."
    )
    person = forms.ModelChoiceField(
        Person.objects.all(),
        required=False,
        to_field_name="public_id",
        label="Person",
        empty_label="Everybody",
        help_text="Leaves out what you may not read.",
    )
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")


class MoveDateForm(Form):
    """How far the demonstration's date goes on, and the page to come back to."""

    step = forms.ChoiceField(choices=STEPS)
    next = forms.CharField(required=False, max_length=500)

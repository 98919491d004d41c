"""Forms of decisions. The names of fields are those the rules' refusals name; every rule is asked by the operation."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from artefacts.models import Version
from meetings.models import Meeting
from meetings.queries.decisions import FindingRecord
from meetings.states import STANCE_MEANS, Finding, Stance
from sdwg import dates, workdays
from sdwg.forms import Form, conditional
from sdwg.members.models import Seat
from sdwg.screen import Choice

__all__ = [
    "AnswerForm",
    "DetermineForm",
    "DisputeForm",
    "FindingForm",
    "MaintainForm",
    "OnBehalfForm",
    "OpenDecisionForm",
    "PositionForm",
    "ReopenForm",
    "RoundForm",
    "WithdrawForm",
    "WithdrawObjectionForm",
]

LONGEST = 8_000
"""Characters of a member's words: several pages."""
FREE = "free"


def words(rows: int = 4, **more: Any) -> forms.CharField:
    """A field for somebody's own words."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), max_length=LONGEST, **more)


def day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class OpenDecisionForm(Form):
    """A question, on a version that is ready or on none."""

    version = forms.ChoiceField(label="On", widget=forms.RadioSelect)
    question = forms.CharField(
        label="The question",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One proposal that a seat can support or object to. At most 400 characters.",
    )
    meeting = forms.ChoiceField(
        label="At a meeting",
        required=False,
        help_text="Its alternates then speak for their seats, and the chair may determine there.",
    )
    closes_on = day(
        label="Positions close on",
        help_text="At 17:00, on a working day. At the meeting the chair may close them sooner.",
    )
    delegated = forms.BooleanField(
        label="The DAG delegated this decision",
        required=False,
        help_text="Without consensus it then can only go to the DAG, as an escalation.",
    )
    delegation_reference = conditional(forms.CharField(label="The DAG’s reference of the delegation", max_length=60))

    def __init__(
        self, *args: Any, versions: Iterable[Version], meetings: Iterable[Meeting], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.pk: version for version in versions}
        self.meetings = {meeting.pk: meeting for meeting in meetings}
        listed: list[tuple[str, str]] = [
            (str(pk), Choice(f"{version.artefact} {version.artefact.title}", f"Version {version.label}, ready"))
            for pk, version in self.versions.items()
        ]
        listed.append((FREE, Choice("No artefact", "A free question, open to every seat that reads TLP:AMBER.")))
        self.fields["version"].choices = listed  # type: ignore[attr-defined]
        self.fields["meeting"].choices = [("", "None: by correspondence"), *_meetings(self.meetings, today)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        return {
            "question": data["question"],
            "version": self.versions.get(int(data["version"])) if data["version"] != FREE else None,
            "meeting": self.meetings[int(data["meeting"])] if data["meeting"] else None,
            "closes_at": workdays.deadline(data["closes_on"]),
            "delegated": data["delegated"],
            "delegation_reference": data["delegation_reference"],
        }


def _meetings(meetings: dict[int, Meeting], today: date) -> list[tuple[str, str]]:
    return [(str(pk), f"{meeting}, {dates.moment(meeting.starts_at, today)}") for pk, meeting in meetings.items()]


class RoundForm(Form):
    """When the next round of an adjourned question closes, and where."""

    meeting = forms.ChoiceField(label="At a meeting", required=False)
    closes_on = day(label="Positions close on", help_text="At 17:00, on a working day.")

    def __init__(self, *args: Any, meetings: Iterable[Meeting], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meetings = {meeting.pk: meeting for meeting in meetings}
        self.fields["meeting"].choices = [("", "None: by correspondence"), *_meetings(self.meetings, today)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        return {
            "meeting": self.meetings[int(data["meeting"])] if data["meeting"] else None,
            "closes_at": workdays.deadline(data["closes_on"]),
        }


def stances(but: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The stances, each with what it means."""
    return [(value, Choice(label, STANCE_MEANS[value])) for value, label in Stance.choices if value not in but]


class PositionForm(Form):
    """One seat's stance, and its words. ``round`` says which round they were written for, ``seen`` what stood then."""

    stance = forms.ChoiceField(label="Your position", widget=forms.RadioSelect, choices=stances())
    text = conditional(
        words(label="In your words", help_text="Needed for a concern and an objection. Published as you write it.")
    )
    clause = conditional(
        forms.CharField(label="If you object: the clause", help_text="For example 6.3.2, certificate life.")
    )
    would_resolve = conditional(
        words(
            3,
            label="If you object: what change would resolve it",
            help_text="What the author could do that you would accept.",
        )
    )
    round = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return {name: self.cleaned_data[name] for name in ("stance", "text", "clause", "would_resolve")}


class OnBehalfForm(PositionForm):
    """What a seat told the secretariat."""

    seat = forms.ModelChoiceField(label="On behalf of", queryset=Seat.objects.none())
    field_order = ("seat", "stance", "text", "clause", "would_resolve")

    def __init__(self, *args: Any, seats: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = seats  # type: ignore[attr-defined]
        self.fields["stance"].label = "Its position"
        self.fields["text"].label = "In its words"
        self.fields["text"].help_text = "Needed for a concern and an objection. Say how you were told."
        self.fields["clause"].label = "If it objects: the clause"
        self.fields["would_resolve"].label = "If it objects: what change would resolve it"


class AnswerForm(Form):
    """What changed for an objection."""

    answer = words(
        label="What changed, and where", help_text="Or why nothing does. Its seat then withdraws or maintains it."
    )


class MaintainForm(Form):
    """The objecting seat's last word: it stands."""

    last_word = words(label="Why the answer does not resolve it", help_text="Published as you write it.")


class WithdrawObjectionForm(Form):
    """The objecting seat's last word: it no longer objects."""

    stance = forms.ChoiceField(
        label="Your position then",
        widget=forms.RadioSelect,
        choices=stances(but=[Stance.OBJECT, Stance.CONFLICTED]),
        initial=Stance.LIVE_WITH,
    )
    last_word = conditional(words(3, label="In your words", help_text="Needed for a concern."))


class FindingForm(Form):
    """What the chair proposes that the group has found."""

    finding = forms.ChoiceField(label="Finding", widget=forms.RadioSelect)
    reasons = words(label="Reasons", help_text="What was weighed, and who was not heard. The DAG reads this.")
    awaited = conditional(forms.CharField(label="If adjourned: what is awaited"))
    awaited_by = conditional(day(label="If adjourned: by when"))

    def __init__(self, *args: Any, why_no_consensus: str, delegated: bool, on_version: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endorsed = (
            "The version is endorsed and can go to the DAG for approval." if on_version else "The question is settled."
        )
        agreed = (
            "Delegated by the DAG, so it can only go there, as an escalation."
            if delegated
            else (
                "Not agreed: it can be escalated to the DAG, or reworked."
                if on_version
                else "It can be escalated to the DAG."
            )
        )
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (Finding.CONSENSUS, Choice("Consensus", why_no_consensus or endorsed, refused=bool(why_no_consensus))),
            (Finding.NO_CONSENSUS, Choice("No consensus", agreed)),
            (Finding.ADJOURNED, Choice("Adjourned", "Put again as the next round, when what is awaited is there.")),
        ]


class DetermineForm(Form):
    """The chair's determination. After a dispute the reasons are kept or amended; else there is nothing to fill in."""

    finding = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reasons = words(label="Reasons", help_text="Keep them, or amend them after the dispute. Both texts are published.")

    def __init__(self, *args: Any, finding: FindingRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].initial = finding.pk
        if finding.disputes:
            self.fields["reasons"].initial = finding.reasons
        else:
            del self.fields["reasons"]


class DisputeForm(Form):
    """What a seat says against a proposed finding."""

    finding = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = words(label="What is wrong with it", help_text="Published beside the finding as you write it.")


class WithdrawForm(Form):
    """Why a question is taken back."""

    reason = words(label="Why it is withdrawn", help_text="For the record; every member is told that it is withdrawn.")


class ReopenForm(Form):
    """Why an endorsed version is taken back to ready."""

    reason = words(label="Why it is reopened", help_text="Published with the determination it supersedes.")
    awaited = forms.CharField(label="What is awaited", required=False)
    awaited_by = day(label="By when", required=False)

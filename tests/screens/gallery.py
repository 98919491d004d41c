"""A small site of its own in which every component is shown, as the pages of the apps show them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from sdwg.forms import Form
from sdwg.members.access import Refused
from sdwg.screen import Band, Button, Choice, Crumb, Event, Fact, Mark, Need, Step, Waiting

PAGES = Path(__file__).parent / "pages"
HASH = "9f3ca41e07d2" + "5b" * 26


def at(month: int, day: int, hour: int = 17, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


class VersionForm(Form):
    file = forms.FileField(help_text="PDF, at most 100 MB")
    label = forms.CharField(help_text="Two numbers, such as 0.3", widget=forms.TextInput(attrs={"size": 10}))
    change_note = forms.CharField(
        label="What changed", help_text="Reviewers of 0.2 read this first.", widget=forms.Textarea(attrs={"rows": 3})
    )
    marking = forms.ChoiceField(
        widget=forms.RadioSelect,
        help_text="Who can read changes at once, everywhere.",
        choices=[
            ("GREEN", Choice("TLP:GREEN", "Anyone signed in, observers and guests too")),
            ("AMBER", Choice("TLP:AMBER", "Every current seat, and alternates in force")),
            ("AMBER+STRICT", Choice("TLP:AMBER+STRICT", "Programme roles, and seats of the organisations you name")),
            ("RED", Choice("TLP:RED", "Only the people you name. The secretariat cannot open it either")),
        ],
    )
    organisations = forms.MultipleChoiceField(
        label="Organisations that may read it",
        required=False,
        choices=[("a", "Large Supplier A"), ("b", "iDNO B")],
        widget=forms.CheckboxSelectMultiple,
    )
    due = forms.DateField(
        label="Planned DAG meeting", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(choices=[("design", "Security design"), ("procurement", "Procurement support")])
    tell = forms.BooleanField(label="Tell the owner", help_text="By mail, with a link.", required=False)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        self.add_error(None, "The artefact is with the DAG; a new version has to wait for its answer.")
        return found


class FindingForm(Form):
    finding = forms.ChoiceField(
        widget=forms.RadioSelect,
        initial="no-consensus",
        choices=[
            ("consensus", Choice("Consensus", "Refused while O-1 is maintained.", refused=True)),
            ("no-consensus", Choice("No consensus", "Delegated by the DAG, so it must go there as an escalation.")),
            ("adjourned", Choice("Adjourned", "Positions reopen on the next version.")),
        ],
    )
    reasons = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="What was weighed. The DAG reads this."
    )


PATH = [
    Step("Draft", "done", "Mon 12 Oct"),
    Step("In consultation", "done", "6 to 20 Nov"),
    Step("Resolving comments", "current", "since Fri 20 Nov"),
    Step("Ready", "todo", "planned Fri 4 Dec"),
    Step("Under decision", "todo"),
    Step("Endorsed", "todo", "SDWG 15, 6 Jan"),
    Step("With DAG", "todo", "papers 6 Jan"),
    Step("Approved", "off"),
]
NEEDS = [
    Need("Every comment answered", "current", "26 of 41.", at(12, 4), "4 working days", Button("Answer 15", "/")),
    Need("Every design principle assessed", "done", "12 of 12: 10 aligned, 1 departs, 1 not applicable", at(11, 26)),
    Need("Every constituency’s impact stated", "todo", "11 of 13. Blank: I&C Suppliers", at(12, 4), "4 working days"),
]
ROWS = [
    ("0.4", at(11, 5, 16, 20), "Sections 4 and 6 rewritten after SDWG 13; renewal windows added", "AMBER", True),
    ("0.3", at(10, 27, 11, 2), "Test evidence split by party size", "AMBER+STRICT", False),
    ("0.2", at(10, 19, 8, 47), "Scope limited to operational interfaces", "GREEN", False),
    ("0.1", at(10, 12, 13, 15), "First draft", "CLEAR", False),
    ("0.0", at(10, 2, 13, 15, 2025), "Sketch, for the chair alone", "RED", False),
]
EVENTS = [
    Event("ring-tick", "Principles assessed, 12 of 12", at(11, 26, 15, 30), "Design Market Architect"),
    Event("resolving", "Consultation closed by itself; now resolving comments", at(11, 20), "The program"),
    Event("mail", "Reminder to six constituencies", at(11, 17, 9), "Secretariat", note="Two had answered before."),
    Event("document", "Version 0.4 uploaded", at(11, 5, 16, 20), "Design Business Analyst", url="/"),
]
FACTS = [
    Fact("Owner", "Design Business Analyst"),
    Fact("Design area", "Participant connectivity", "/"),
    Fact("Planned DAG", "Wed 13 Jan 2027"),
    Fact("Readers", "Every current seat, alternates in force, the auditor"),
]
WAITING = [
    Waiting(
        "Send certificate volumes for the iDNO estate", "/", at(11, 26), "SDWG-ACT-031", "Set at SDWG 13.1",
        Button("Update action", "/"),
    ),
    Waiting(
        "Review Key Management and Key Ceremony, version 0.3", "/", at(11, 30), "SDWG-ART-007",
        "32 pages; iDNO B has not responded.", Button("Review", "/"),
    ),
    Waiting(
        "Re-confirm your position on the Threat Model", "/", at(12, 1), "SDWG-DEC-013",
        "You supported 1.0. Version 1.1 came on Thu 26 Nov with three changed pages.", Button("See what changed", "/"),
    ),
    Waiting("Give the last word on two answers", "/", at(12, 4), "SDWG-ART-004", "", Button("Answer", "/", post=True)),
    Waiting("Confirm a condition’s evidence", "/", None, "SDWG-DAG-003", "The paper came.", whose="DAG Liaison"),
]  # fmt: skip
HEARD = [
    ("Elexon", "not-heard", "Not heard"), ("Smart DCC", "not-heard", "Not heard"), ("Large", "support", "Support"),
    ("Medium", "concern", "Concern"), ("Small", "live-with", "Can live with"), ("I&C", "support", "Support"),
    ("Indep. agents", "re-confirm", "To re-confirm"), ("Supplier agents", "support", "Support"),
    ("DNO", "support", "Support"), ("iDNO", "object", "Object"), ("Nat. Grid ESO", "not-heard", "Not heard"),
    ("Meter admin.", "vacant", "Vacant"), ("IT providers", "conflicted", "Conflicted"),
]  # fmt: skip
CONTEXT: dict[str, Any] = {
    "crumbs": [Crumb("Artefacts", "/"), Crumb("SDWG-ART-004")],
    "band": Band(
        True, "Design Business Analyst", "answer 15 comments", at(12, 4), "Four are high severity.",
        Button("Answer comments", "/"), Button("Upload version 0.5", "/"),
    ),
    "their_band": Band(False, "Chair", "determine whether there is consensus", at(12, 2), "One objection stands."),
    "steps": PATH,
    "needs": NEEDS,
    "rows": ROWS,
    "sha256": HASH,
    "events": EVENTS,
    "facts": FACTS,
    "waiting": WAITING,
    "marks": [Mark(name, value, words, silent=value == "not-heard") for name, value, words in HEARD],
    "life": [
        Step("Raised", "done", "18 Nov"), Step("Answered", "done", "23 Nov"), Step("Maintained", "current", "26 Nov"),
        Step("Then: withdrawn, or escalated", "todo"),
    ],
    "dues": [at(11, 23), at(11, 30, 9), at(11, 30), at(12, 1), at(12, 4), at(1, 4, year=2027)],
    "lines": ["0.3 becomes the working version; 0.2 stays readable", "Nobody is mailed until a consultation opens"],
    "hostile": "<script>alert(1)</script>\n\nA second paragraph & an end\nof line",
}  # fmt: skip


def show(request: HttpRequest, page: str = "object") -> HttpResponse:
    """One page of the gallery, with every value it could want."""
    context = dict(CONTEXT)
    if page == "form":
        context["form"] = VersionForm({"label": "0.2", "marking": "AMBER+STRICT", "kind": "design"}, {})
    if page == "marks":
        context["finding_form"] = FindingForm(auto_id="finding_%s")
        context["page"] = Paginator(range(60), 20).get_page(2)
        messages.success(request, "Version 0.4 is uploaded.")
        messages.warning(request, "Two recipients have no address.")
        messages.error(request, "The pack was not built: paper 3 cannot be read.")
        messages.info(request, "The group’s date is Tue 1 Dec.")
    template = engines["django"].from_string((PAGES / f"{page}.html").read_text("utf-8"))
    return HttpResponse(template.render(context, request))


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("Only the chair records a determination (S2). You can state your position until Wed 2 Dec, 17:00.")


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Something broke.")


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [
    path("", show, name="home"),
    path("gallery/refused/", refuse),
    path("gallery/broken/", break_down),
    path("gallery/<slug:page>/", show),
    path("meetings/", nothing, name="meeting-list"),
    path("artefacts/", nothing, name="artefact-list"),
    path("act-for/", nothing, name="act-for"),
    path("demo/", nothing, name="demo-move-date"),
    path("public/", nothing, name="public-meetings"),
    path("public-consultations/", nothing, name="public-consultations"),
    path("members/<uuid:public_id>/data/", nothing, name="person-data"),
    path("account/", include("allauth.urls")),
]

"""The tags of our pages, known in every template without ``{% load %}``: states, markings, icons, hashes and dates.

A date is read against the request's own moment, and bank holidays are asked for once a request.
"""

import uuid
from collections.abc import Container
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Field
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from sdwg import clock, dates, workdays

register = template.Library()

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Windows", "Windows"), ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)  # fmt: skip
"""A word of a browser's own long name -> what people call it. The first that fits counts: each says it is the next."""

SHAPES: dict[str, tuple[str, str]] = {
    # value: (shape, tone). First the life of an artefact.
    "draft": ("ring-dotted", "plain"),
    "in-consultation": ("bubble", "accent"),
    "resolving": ("half", "accent"),
    "ready": ("ring-tick", "accent"),
    "under-decision": ("diamond", "accent"),
    "endorsed": ("diamond-tick", "good"),
    "not-agreed": ("diamond-bar", "bad"),
    "with-dag": ("box-up", "plain"),
    "approved": ("disc-tick", "good"),
    "conditions": ("ring-tick", "warn"),
    "returned": ("arrow-back", "warn"),
    "withdrawn": ("ring-slash", "plain"),
    "superseded": ("ring-slash", "plain"),
    # A meeting, its pack, a dossier.
    "scheduled": ("calendar", "plain"),
    "pack-issued": ("document", "accent"),
    "in-session": ("half", "accent"),
    "held": ("ring-tick", "plain"),
    "cancelled": ("ring-slash", "plain"),
    "discarded": ("ring-slash", "plain"),
    "running": ("loop", "plain"),
    "ordered": ("clock", "plain"),
    "building": ("half", "accent"),
    "built": ("ring-tick", "good"),
    "failed": ("triangle", "bad"),
    "circulated": ("mail", "accent"),
    "replaced": ("ring-slash", "plain"),
    # A guest of a meeting.
    "asked": ("clock", "plain"),
    "expected": ("ring-tick", "good"),
    "refused": ("octagon-bar", "bad"),
    # A consultation, a decision, what the chair finds, an objection.
    "open": ("bubble", "accent"),
    "closed": ("diamond", "accent"),
    "proposed": ("half", "accent"),
    "determined": ("diamond-tick", "plain"),
    "consensus": ("diamond-tick", "good"),
    "no-consensus": ("diamond-bar", "bad"),
    "adjourned": ("clock", "warn"),
    "raised": ("octagon-bar", "bad"),
    "addressed": ("half", "warn"),
    "maintained": ("octagon-bar", "bad"),
    "lapsed": ("ring-dash", "plain"),
    "closing": ("half", "accent"),
    # A submission and what came back.
    "submitted": ("box-up", "accent"),
    "answered": ("ring-tick", "plain"),
    "deferred": ("clock", "warn"),
    "noted": ("ring-tick", "plain"),
    # What a seat says.
    "support": ("disc-tick", "good"),
    "live-with": ("ring-wave", "good"),
    "concern": ("triangle-line", "warn"),
    "object": ("octagon-bar", "bad"),
    "abstain": ("ring-dash", "plain"),
    "conflicted": ("ring-slash", "plain"),
    "re-confirm": ("loop", "warn"),
    "not-heard": ("ring-dotted", "plain"),
    "vacant": ("square-dash", "warn"),
    "warning": ("triangle-line", "warn"),
    # A comment, its answer, its last word.
    "contested": ("octagon-bar", "warn"),
    "satisfied": ("disc-tick", "good"),
    "accepted": ("disc-tick", "good"),
    "part": ("half", "good"),
    "rejected": ("ring-slash", "plain"),
    "clarified": ("ring-tick", "good"),
    "carried": ("arrow", "plain"),
    "validated": ("disc-tick", "good"),
    "waiting": ("ring-dotted", "warn"),
    "high": ("triangle", "bad"),
    "medium": ("triangle-line", "plain"),
    "low": ("ring-dash", "plain"),
    "technical": ("code", "plain"),
    "editorial": ("pencil", "plain"),
    "question": ("question", "plain"),
    "commented": ("bubble", "good"),
    "nil-return": ("ring-tick", "good"),
    "no-response": ("ring-dotted", "plain"),
    # Assessments, attendance, and anything that is simply done, late or to do.
    "aligned": ("disc-tick", "good"),
    "departs": ("triangle-line", "warn"),
    "not-applicable": ("ring-dash", "plain"),
    "impact": ("disc-tick", "good"),
    "nil": ("ring-tick", "good"),
    "stated": ("disc-tick", "good"),
    "not-stated": ("ring-dotted", "plain"),
    "coming": ("disc-tick", "good"),
    "member": ("disc-tick", "good"),
    "alternate": ("loop", "good"),
    "apologies": ("ring-slash", "plain"),
    "absent": ("ring-dash", "warn"),
    "no-answer": ("ring-dotted", "plain"),
    "prepared": ("disc-tick", "good"),
    "information": ("info", "plain"),
    "discussion": ("bubble", "plain"),
    "decision": ("diamond", "accent"),
    "done": ("disc-tick", "good"),
    "todo": ("ring", "plain"),
    "current": ("disc-dot", "accent"),
    "late": ("triangle", "bad"),
    "today": ("clock-filled", "warn"),
    "ahead": ("clock", "plain"),
    "withheld": ("lock", "plain"),
}
"""The shape and tone of every value that states and answers take. The word stands beside it: colour is never alone."""

UNKNOWN = ("ring", "plain")
PLAIN_ICONS = frozenset({
    "arrow", "arrow-back", "box-up", "branch", "bubble", "calendar", "clock", "clock-filled", "code", "diamond",
    "diamond-bar", "diamond-tick", "disc-dot", "disc-tick", "document", "dot", "download", "flag", "half", "info",
    "key", "lock", "logo", "mail", "menu", "octagon-bar", "pencil", "people", "person", "question", "ring", "ring-dash",
    "ring-dotted", "ring-slash", "ring-tick", "ring-wave", "loop", "square-dash", "triangle", "triangle-line", "upload",
})  # fmt: skip
"""What ``static/icons.svg`` draws."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """The drawing ``name``, or the shape of the state ``name``; a dot for a name nobody drew. Says nothing aloud."""
    return _drawn(name if name in PLAIN_ICONS else SHAPES.get(name, ("dot", ""))[0])


@cache
def _drawn(name: str, tone: str = "") -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f"icon {tone}".rstrip(),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def toned_icon(value: str) -> SafeString:
    """The shape of a state in its tone, where the word stands elsewhere."""
    shape, tone = SHAPES.get(str(value), UNKNOWN)
    return _drawn(shape, tone)


@register.simple_tag
def badge(label: Any, value: str) -> SafeString:
    """A state in a box: its shape and its word."""
    shape, tone = SHAPES.get(str(value), UNKNOWN)
    return format_html('<span class="badge {}">{}{}</span>', tone, _drawn(shape), label)


@register.simple_tag
def stance(label: Any, value: str) -> SafeString:
    """A shape and its word without a box: a stance, an answer, anything in a table's cell."""
    return _stance(label if isinstance(label, str) else str(label), str(value))


@lru_cache(maxsize=512, typed=True)
def _stance(label: str, value: str) -> SafeString:
    """Kept, because tables say the same few things in every row; ``typed`` keeps safe words and others apart."""
    shape, tone = SHAPES.get(value, UNKNOWN)
    return format_html('<span class="stance {}">{}<span>{}</span></span>', tone, _drawn(shape), label)


TLP_TONES = {"CLEAR": "clear", "GREEN": "green", "AMBER": "amber", "AMBER+STRICT": "amber", "RED": "red"}


@register.simple_tag
def tlp(marking: str) -> SafeString | str:
    """The label of a marking ("AMBER+STRICT" or "TLP:AMBER+STRICT") in its standard colours; nothing for no marking."""
    name = str(marking or "").removeprefix("TLP:")
    if not name:
        return ""
    return format_html('<span class="tlp {}">TLP:{}</span>', TLP_TONES.get(name, "clear"), name)


@register.simple_tag(name="hash")
def short_hash(sha256: str) -> SafeString:
    """The beginning of a SHA-256 in groups of four, the whole of it on pointing."""
    digest = str(sha256)
    return format_html(
        '<code class="hash" title="SHA-256 {}">{} {} {}…</code>', digest, digest[:4], digest[4:8], digest[8:12]
    )


@register.simple_tag(takes_context=True)
def day(context: Context, when: date | datetime | None) -> str:
    """ "Fri 4 Dec", with the year when it is not this one; nothing for no date."""
    return dates.day(when, _today(context)) if when else ""


@register.simple_tag(takes_context=True)
def moment(context: Context, when: datetime | None) -> str:
    """ "Fri 4 Dec, 17:00" in London time, with the year when it is not this one; nothing for no moment."""
    return dates.moment(when, _today(context)) if when else ""


@register.simple_tag(takes_context=True)
def due(context: Context, when: datetime | None) -> SafeString | str:
    """A deadline in one phrase with its shape: "17:00, 4 working days", "today 17:00", "2 working days late"."""
    if not when:
        return ""
    seen = _due(context, when)
    return format_html(
        '<span class="due {}" title="{}">{}<span>{}</span></span>',
        seen.status,
        dates.moment(when),
        icon(seen.status),
        seen.phrase,
    )


@register.simple_tag(takes_context=True)
def due_lines(context: Context, when: datetime) -> SafeString:
    """A deadline in two lines, for the first column of "your move"."""
    seen = _due(context, when)
    return format_html(
        '<span class="due {}">{}<span>{}</span></span> <span class="due-more">{}</span>',
        seen.status,
        icon(seen.status),
        seen.first,
        seen.second,
    )


@register.simple_tag(takes_context=True)
def now(context: Context) -> str:
    """The moment of this page in full, with its zone; nothing where a page has no moment."""
    at = getattr(context.get("request"), "at", None)
    return f"{dates.whole_moment(at)}, London" if at else ""


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox on Windows", as its person knows it; what it says of itself where that tells nothing."""
    found = [next((name for word, name in words if word in user_agent), "") for words in (BROWSERS, SYSTEMS)]
    return " on ".join(filter(None, found)) or user_agent[:60] or "It does not say"


@register.filter
def paragraphs(text: Any) -> SafeString:
    """What a member wrote, as paragraphs: escaped, empty lines between paragraphs, single ones as line ends."""
    return mark_safe(linebreaks(str(text or ""), autoescape=True))  # noqa: S308 (escaped just here)


def _due(context: Context, when: datetime) -> dates.Due:
    """Rows often share a deadline, so what was counted for one is kept, on the request, for the next."""
    request = context["request"]
    known: dict[datetime, dates.Due] | None = getattr(request, "dues", None)
    if known is None:
        known = request.dues = {}
    if when not in known:
        known[when] = dates.due(when, request.at, _holidays(request))
    return known[when]


def _holidays(request: Any) -> Container[date]:
    """The bank holidays, read once a request."""
    found: Container[date] | None = getattr(request, "bank_holidays", None)
    if found is None:
        found = request.bank_holidays = workdays.bank_holidays()
    return found


def _today(context: Context) -> date | None:
    at = getattr(context.get("request"), "at", None)
    return clock.today(at) if at else None


@register.simple_tag
def once() -> SafeString:
    """The ticket of a form that is a mere button: one press of it counts once, however often it arrives."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())


@register.simple_tag
def first_id(field: BoundField) -> str:
    """Where the link of a field's error leads: its control, or the first of its choices."""
    if field.use_fieldset and len(field):
        return str(field[0].id_for_label or field.auto_id)
    return str(field.id_for_label or field.auto_id)


@register.simple_tag
def said(field: BoundField, error: Any) -> str:
    """The sentence of a field's error, for the field and for the summary; a field left out is called by its name."""
    stock = str(Field.default_error_messages["required"])
    return f"“{field.label}” is missing." if str(error) == stock else str(error)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A field's control, tied to its hint and error (Django leaves that out for files) and without a placeholder."""
    attrs: dict[str, Any] = {}
    if field.aria_describedby:
        attrs["aria-describedby"] = field.aria_describedby
    if "placeholder" in field.field.widget.attrs:
        attrs["placeholder"] = False
    return mark_safe(field.as_widget(attrs=attrs))  # noqa: S308 (a widget escapes what it writes)


@register.simple_tag
def choice_label(label: Any) -> SafeString | str:
    """The label of a choice; one that is a marking looks like one."""
    words = str(label)
    return tlp(words) if words.startswith("TLP:") else conditional_escape(words)

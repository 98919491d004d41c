"""What pages are made of: small frozen values that views and read models hand to ``templates/components``.

They hold words that are already chosen and addresses that are already resolved, so that a template decides nothing and
asks the database nothing. ``docs/screens.md`` shows each with its component.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True)
class Crumb:
    """One step of the way to this page; the last one, where the reader is, has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Button:
    """One thing to do. ``post`` for what acts at once; a link where a form or a page comes first: a GET never acts."""

    label: str
    url: str
    post: bool = False


@dataclass(frozen=True)
class Band:
    """Whose move it is, under the title of every page of an object with a life.

    ``whose`` is a role or seat ("Chair", "Member, iDNO B"); ``what`` continues the sentence in the imperative, without
    a full stop ("answer 15 comments"); ``why`` is one whole sentence. ``by`` is the deadline, in UTC.
    """

    mine: bool
    whose: str
    what: str
    by: datetime | None = None
    why: str = ""
    primary: Button | None = None
    secondary: Button | None = None


@dataclass(frozen=True)
class Step:
    """One state on the path of an artefact or a meeting. ``off`` is a state that this one will not come to."""

    label: str
    status: Literal["done", "current", "todo", "off"]
    note: str = ""


@dataclass(frozen=True)
class Event:
    """One line of a history: what happened, when (UTC), who did it and for which seat.

    ``icon`` is a name of ``{% icon %}``, or a state's value: then it is that state's shape.
    """

    icon: str
    text: str
    at: datetime
    who: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of the card of facts. A value that has to be markup (a marking) is made with ``format_html``."""

    label: str
    value: Any
    url: str = ""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody, a row of "your move": what, until when (UTC), and the button that does it."""

    title: str
    url: str
    due: datetime | None
    reference: str = ""
    detail: str = ""
    button: Button | None = None
    whose: str = ""


@dataclass(frozen=True)
class Need:
    """One line of what is still needed, or of a checklist: whether it is met, until when (UTC), and how to meet it."""

    label: str
    status: Literal["done", "current", "todo", "late"]
    note: str = ""
    by: datetime | None = None
    when_note: str = ""
    button: Button | None = None


@dataclass(frozen=True)
class Mark:
    """One cell of a strip: who, in a short name, and what they say; ``silent`` for whoever was not heard."""

    name: str
    value: str
    words: str
    silent: bool = False


@dataclass(frozen=True)
class Panel:
    """A section that an upper app adds to a lower app's page: its heading, and the template that fills it.

    ``band`` says whose move it is where that is the upper app's to say, in place of the page's own.
    """

    heading: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    band: Band | None = None


@dataclass(frozen=True)
class PassesOn:
    """One thing that hangs on a seat, and what becomes of it when the seat ends; ``vacant`` when nobody takes it."""

    what: str
    url: str
    becomes: str
    vacant: bool = False


class Choice(str):
    """The label of a radio button or checkbox that says more than its name.

    ``hint`` is a sentence under it. ``refused`` marks a choice that the rules do not allow now: it stays focusable, its
    hint says why, and choosing it is answered by the rule. It is a string, so that forms take it as any label:
    ``choices=[(Finding.CONSENSUS, Choice("Consensus", hint="Refused while O-1 stands.", refused=True))]``.
    """

    hint: str
    refused: bool

    def __new__(cls, label: str, hint: str = "", *, refused: bool = False) -> "Choice":
        choice = super().__new__(cls, label)
        choice.hint = hint
        choice.refused = refused
        return choice

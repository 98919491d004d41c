"""What a message carries for a calendar: iTIP objects (RFC 5546) in text/calendar parts (RFC 6047).

They are kept with the message, so that words and event of one mail say the same whatever was changed since, and a
second attempt sends the same bytes. The recipient is put in when it is handed over, when the address is known.
"""

from django.core.mail import EmailMultiAlternatives
from icalendar import Calendar, vCalAddress


def attach(email: EmailMultiAlternatives, stored: str, address: str, name: str) -> None:
    """Put the objects in ``stored`` on ``email``, each asking ``address``.

    One is an alternative of the words, which is what mail programs show an invitation from. Several are files, because
    each is an object of its own: an alternative would show the first and lose the others.
    """
    found = [row for row in Calendar.from_ical(stored, multiple=True) if isinstance(row, Calendar)] if stored else []
    for calendar in found:
        method = str(calendar["method"])
        for event in calendar.events:
            event.add("attendee", _attendee(address, name, asked=method == "REQUEST"))
        text, kind = calendar.to_ical().decode(), f"text/calendar; method={method}"
        if len(found) == 1:
            email.attach_alternative(text, kind)
        else:
            email.attach(f"{calendar.events[0].start:%Y-%m-%d}.ics", text, kind)


def _attendee(address: str, name: str, *, asked: bool) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    if name:
        attendee.params["CN"] = name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    if asked:
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
    return attendee

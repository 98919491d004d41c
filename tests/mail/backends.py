"""Mail servers that behave badly; what they did take is in ``django.core.mail.outbox``."""

import smtplib
from collections.abc import Sequence

from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import EmailMessage


class Killed(BaseException):
    """The worker is gone, there and then."""


class Refusing(EmailBackend):
    """Answers, and refuses every message."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPRecipientsRefused({"x": (550, b"No such\r\nmailbox")})


class Absent(EmailBackend):
    """Does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError("Connection refused")


class Indifferent(EmailBackend):
    """Answers, and takes nothing."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        return 0


class KilledAfter(EmailBackend):
    """Takes the message; the worker is killed before it can write that down."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        super().send_messages(messages)
        raise Killed


class KilledBefore(EmailBackend):
    """The worker is killed before the message is taken."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise Killed

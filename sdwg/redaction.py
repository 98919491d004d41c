"""What no log may hold: the secrets of personal links. Whoever reads the log must not be able to use them."""

import logging
import re

PERSONAL = re.compile(
    r"(/members/invitation/|/public/meetings/(?:confirm|guest|calendar)/|/public/consultations/confirm/|/account/password/reset/key/|/account/confirm-email/)"
    r"[^/\s\"'?]+"
)


def redact(text: str) -> str:
    """``text`` with the secret of every personal link taken out."""
    return PERSONAL.sub(r"\1[secret]", text)


class Secrets(logging.Filter):
    """Takes the secrets of personal links out of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True

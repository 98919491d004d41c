"""How much of an upload is read from the network at all."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class Bounded(FileUploadHandler):
    """Comes first, and lets no more through than one chunk above the limit: who sends more fills no disk with it.

    The file then arrives cut, and larger than what is taken; whoever counts it refuses it with the sentence.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.MAX_UPLOAD_BYTES else None

    def file_complete(self, file_size: int) -> Any:
        return None

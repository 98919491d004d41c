"""The one way in which a file leaves: to be saved, never to be run. Who may have it, the caller has checked."""

from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from sdwg.files.models import StoredFile
from sdwg.files.operations import TROUBLE
from sdwg.files.rules import PDF


def serve(request: HttpRequest, stored: StoredFile, *, name: str) -> HttpResponseBase:
    """``stored`` as an attachment called ``name``; by the front server where ``X_ACCEL_PREFIX`` is set.

    Raises ``Http404`` when the store has lost it.
    """
    if settings.X_ACCEL_PREFIX:
        redirected = HttpResponse(headers={"X-Accel-Redirect": f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{stored.path}"})
        return _as_attachment(redirected, stored.media_type, name)
    try:
        file = default_storage.open(stored.path)
    except TROUBLE as lost:
        raise Http404("The file is not in the store.") from lost
    return _send(request, file, stored.size, stored.media_type, name)


def serve_path(request: HttpRequest, path: Path, *, name: str, media_type: str = PDF) -> HttpResponseBase:
    """A file made for this one answer, such as a reader's copy. It is removed at once and lasts while it is sent."""
    file, size = path.open("rb"), path.stat().st_size
    path.unlink()
    return _send(request, file, size, media_type, name)


def serve_made(request: HttpRequest, content: bytes, *, name: str, media_type: str) -> HttpResponseBase:
    """A small file made for this one answer, in memory."""
    return _send(request, BytesIO(content), len(content), media_type, name)


def _send(request: HttpRequest, file: IO[bytes], size: int, media_type: str, name: str) -> HttpResponseBase:
    if request.method == "HEAD":
        file.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = FileResponse(file)
    response.headers["Content-Length"] = str(size)
    return _as_attachment(response, media_type, name)


def _as_attachment(response: HttpResponseBase, media_type: str, name: str) -> HttpResponseBase:
    """Headers that leave a browser nothing to do with the file but to save it, for this reader alone."""
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""However a file leaves, a browser has nothing to do with it but to save it."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from sdwg.files.models import StoredFile
from sdwg.files.operations import store
from sdwg.files.views import serve, serve_path
from tests.cast import AT, make_pdf
from tests.files import hostile


@pytest.fixture
def stored(db: Any) -> StoredFile:
    return store(ContentFile(hostile.with_script()), name="script.pdf", at=AT)


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined,arg-type]


def test_a_file_leaves_as_a_sandboxed_attachment_of_its_own_bytes(stored: StoredFile, rf: RequestFactory) -> None:
    response = serve(rf.get("/"), stored, name="SDWG 12 – paper.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == str(stored.size)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''SDWG%2012%20%E2%80%93")
    assert sha256(body(response)).hexdigest() == stored.sha256


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nX-Evil: 1.pdf", "a;b.pdf", "", "Ünïcödé.pdf"])
def test_no_name_makes_another_header(stored: StoredFile, rf: RequestFactory, name: str) -> None:
    told = serve(rf.get("/"), stored, name=name).headers["Content-Disposition"]
    assert told.startswith("attachment")
    assert "\r" not in told
    assert "\n" not in told


def test_head_tells_everything_and_sends_nothing(stored: StoredFile, rf: RequestFactory) -> None:
    response = serve(rf.head("/"), stored, name="paper.pdf")
    assert response.headers["Content-Length"] == str(stored.size)
    assert body(response) == b""


def test_the_front_server_sends_it_where_there_is_one(stored: StoredFile, rf: RequestFactory, settings: Any) -> None:
    settings.X_ACCEL_PREFIX = "/protected/"
    response = serve(rf.get("/"), stored, name="paper.pdf")
    assert response.headers["X-Accel-Redirect"] == f"/protected/{stored.path}"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert body(response) == b""


def test_a_file_the_store_has_lost_is_not_found(stored: StoredFile, rf: RequestFactory) -> None:
    default_storage.delete(stored.path)
    with pytest.raises(Http404):
        serve(rf.get("/"), stored, name="paper.pdf")


def test_a_copy_made_for_one_answer_is_gone_when_it_is_sent(tmp_path: Path, rf: RequestFactory) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(make_pdf())
    response = serve_path(rf.get("/"), path, name="copy.pdf")
    assert not path.exists()
    assert body(response) == make_pdf()
    assert response.headers["Content-Disposition"] == 'attachment; filename="copy.pdf"'

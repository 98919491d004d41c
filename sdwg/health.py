"""Is it alive, is it ready: for load balancers, container health checks and whoever starts it.

Both answer anybody, so they say what works and what does not, and never where anything is.
"""

import logging
import os
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from sdwg.celery import app
from sdwg.files.operations import check_storage

logger = logging.getLogger(__name__)

BROKER_PATIENCE = 2
"""Seconds to wait for the broker."""


class NotReady(Exception):
    """Something is missing; the sentence may be shown to anybody."""


def check_database() -> None:
    """Raises ``NotReady`` unless the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as reason:
        raise NotReady("The database does not answer.") from reason


def check_migrations() -> None:
    """Raises ``NotReady`` while the database is older than the program. One query."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error as reason:
        raise NotReady("Whether the database fits this version cannot be told.") from reason
    if known_migrations() - applied:
        raise NotReady("The database still has to be migrated to this version.")


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this version of the program; it does not change while a process lives."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


def check_broker() -> None:
    """Raises ``NotReady`` unless a message could be put on the broker."""
    try:
        with app.connection_for_write(connect_timeout=BROKER_PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
    except (KombuError, OSError) as reason:
        raise NotReady("The message broker does not answer.") from reason
    if settings.CELERY_BROKER_URL.startswith("filesystem:") and not os.access(settings.CELERY_BROKER_DIR, os.W_OK):
        raise NotReady("The message broker does not answer.")


def check_files() -> None:
    """Raises ``NotReady`` unless the file store can be written and read."""
    try:
        check_storage()
    except OSError as reason:
        raise NotReady("The file store does not answer.") from reason


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "storage": check_files,
}


@require_safe
@never_cache
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody else."""
    return JsonResponse({"status": "alive", "sentence": "The program is running."})


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Whether it can do its work now: 200, or 503 with a sentence for each thing that is missing."""
    answers, missing = {}, []
    for name, check in CHECKS.items():
        try:
            check()
            answers[name] = "ok"
        except NotReady as sentence:
            logger.warning("Not ready: %s (%s)", sentence, sentence.__cause__)
            answers[name] = "not ready"
            missing.append(str(sentence))
    status = "not ready" if missing else "ready"
    body = {"status": status, "sentence": " ".join(missing) or "Everything it needs answers.", "checks": answers}
    return JsonResponse(body, status=503 if missing else 200)


urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
]

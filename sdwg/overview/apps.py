from typing import Any

from django.apps import AppConfig
from django.db import connections


class OverviewConfig(AppConfig):
    name = "sdwg.overview"
    label = "overview"
    verbose_name = "Overview"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from sdwg.audit import verify
        from sdwg.mail import late
        from sdwg.overview.outgoing import why_no_mail  # models are there only now
        from sdwg.overview.trail import altered_terms

        verify.also(altered_terms)
        late.refuse(why_no_mail)
        post_migrate.connect(index, sender=self, dispatch_uid="search")


def index(using: str, **signal: Any) -> None:
    """What is searched has its index after every ``migrate``, also where a migration rebuilt its table."""
    from sdwg import search
    from sdwg.overview.searching import INDEXES

    search.install(connections[using], INDEXES)

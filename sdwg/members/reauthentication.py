"""Asking again who it is before what binds the group: determinations, submissions, DAG outcomes, who is in it."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings

View = Callable[..., Any]


def fresh(view: View) -> View:
    """Let ``view`` go on for somebody who has shown in the last minutes who they are. The demonstration does not ask.

    Whoever has not is asked, and then comes back to the form, or has the form they sent carried out. A form that posts
    to its own path, without a query, is carried out as it was sent.
    """
    return cast(View, reauthentication_required(view, enabled=lambda request: not settings.DEMO))

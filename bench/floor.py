"""The addresses of the program, and beside them the floor that its pages are measured against."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from bench.pages import FLOOR, ROWS

template = engines["django"].from_string(FLOOR)


def floor(request: HttpRequest) -> HttpResponse:
    """Session, user, one query, its rows."""
    return HttpResponse(template.render({"user": request.user, "rows": list(ROWS["floor"]())}, request))


urlpatterns = [path("floor/", floor), path("", include("sdwg.urls"))]

"""What is said when a form is older than its session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a POST that does not carry its form's token: what happened, and that the work is one step back."""
    return render(request, "403_csrf.html", status=403)

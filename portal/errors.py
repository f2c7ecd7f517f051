"""Answers to requests that could not be served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page left open too long: say so in words, with the way on."""
    return render(request, "403_csrf.html", status=403)

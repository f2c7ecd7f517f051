"""How long the portal keeps what, for the municipality's administrator."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.retention import Rule, rules, waiting


@dataclass(frozen=True, slots=True)
class Kept:
    """One rule, and how many rows it forgets tomorrow."""

    rule: Rule
    tomorrow: int


@require_safe
@requires("retention.view")
def retention(request: StaffRequest) -> HttpResponse:
    """Every rule with its days, and how many rows it would forget tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    kept = [Kept(rule, waiting(rule, request.municipality, now=tomorrow)) for rule in rules()]
    return render(request, "matching/retention.html", {"municipality": request.municipality, "kept": kept})

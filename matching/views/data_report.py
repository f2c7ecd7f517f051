"""What cannot be reckoned with, and where to correct it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching.answers.data_report import bad_offers, bad_requests
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest


@require_safe
@requires("data.view")
def data_report(request: StaffRequest) -> HttpResponse:
    """Volunteers' offers for everybody who may look; households' wishes for those who may see households."""
    municipality, sees_households = request.municipality, may(request, "household.view")
    context = {
        "municipality": municipality,
        "sees_households": sees_households,
        "offers": bad_offers(municipality.code),
        "wishes": bad_requests(municipality.code, now=timezone.now()) if sees_households else [],
    }
    return render(request, "matching/data_report.html", context)

"""The households that a volunteer would fit best."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching.answers.for_offer import households_for
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.models import Volunteer


@require_safe
@requires("suggestion.view")
def offer_households(request: StaffRequest, pk: int) -> HttpResponse:
    """For each open offer of a volunteer the best twenty households with reasons, each ready to be proposed."""
    volunteer = get_object_or_404(Volunteer.objects.within(request.municipality), pk=pk)
    now = timezone.now()
    context = {
        "municipality": request.municipality,
        "volunteer": volunteer,
        "answers": households_for(volunteer, now=now),
        "now": now,
    }
    return render(request, "matching/offer_households.html", context)

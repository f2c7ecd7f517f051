"""People to recruit: what a municipality lacks, in numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching.answers.recruit import report
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest


@require_safe
@requires("recruit.view")
def recruit(request: StaffRequest) -> HttpResponse:
    """Who to look for, what stands in the way, and supply and demand by language.

    No household is named, only counts. A line about a single household stays: it tells language and postal district,
    thousands of people, to staff of the same municipality who are under its duty of confidentiality, and the household
    that nobody can help is the one for whom recruiting matters most.
    """
    context = {
        "municipality": request.municipality,
        "report": report(request.municipality.code, now=timezone.now()),
        "may_see_data": may(request, "data.view"),
    }
    return render(request, "matching/recruit.html", context)

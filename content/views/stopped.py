"""What was stopped at the boundary: for the editors to change, and for everybody else in the municipality to read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.stopped import stopped_activities, stopped_needs
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest


@require_safe
@requires("boundary.view")
def stopped(request: StaffRequest) -> HttpResponse:
    """Each with the reason, what can be asked for instead, and the way to change it for those who may."""
    context = {
        "municipality": request.municipality,
        "needs": [
            (row, row.subject.permissions_for_user(request.user).can_edit())
            for row in stopped_needs(request.municipality)
        ],
        "activities": stopped_activities(request.municipality),
        "may_post": may(request, "activity.post"),
    }
    return render(request, "content/stopped.html", context)

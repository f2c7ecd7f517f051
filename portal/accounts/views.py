"""Where a person lands after logging in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal.municipalities.requests import PersonRequest


@login_required
def my_page(request: PersonRequest) -> HttpResponse:
    """Volunteers go to their own page, municipal employees to their work, others are told what they may do."""
    if request.user.is_volunteer:
        return redirect("volunteer_home")
    if request.user.current_memberships:
        municipality = request.user.current_memberships[0].municipality
        return redirect("work", municipality=municipality.slug)
    return render(request, "accounts/no_role.html")

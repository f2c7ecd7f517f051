"""What volunteers agree to, and who does what: public pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from volunteers.selectors import own_volunteer
from volunteers.services import CODE_OF_CONDUCT, CONFIDENTIALITY


@require_safe
def code_of_conduct(request: HttpRequest) -> HttpResponse:
    """The code of conduct in the version that volunteers accept now."""
    return render(request, "volunteers/code_of_conduct.html", {"version": CODE_OF_CONDUCT})


@require_safe
def confidentiality(request: HttpRequest) -> HttpResponse:
    """The declaration of confidentiality in the version that volunteers accept now."""
    return render(request, "volunteers/confidentiality.html", {"version": CONFIDENTIALITY})


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """What each party does, and does not do, both sides of speaking up for a family, and the way out of a conflict."""
    volunteer = own_volunteer(request.user)
    context = {"municipality": volunteer.municipality if volunteer else None}
    return render(request, "volunteers/roles.html", context)

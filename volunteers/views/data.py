"""A copy of what the portal keeps about a volunteer: to read, and as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.audit.record import Actor, Record
from portal.municipalities.requests import PersonRequest
from portal.privacy.export import copy_of
from portal.privacy.views import copy_page
from volunteers.selectors import own_volunteer


@require_safe
@login_required
def volunteer_data(request: PersonRequest) -> HttpResponse:
    """Everything about the volunteer on one page; `?fil=json` gives the same as a file."""
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    record = Record(Actor.of(request.user), volunteer.municipality_id)
    copy = copy_of(volunteer.party, subject=volunteer, now=timezone.now(), record=record)
    return copy_page(request, copy, title=_("What the portal keeps about me"), back=reverse("volunteer_ledger"))

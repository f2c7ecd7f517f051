"""Who has seen what of a volunteer: their own page, with a button to take back each yes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.audit.record import Actor, Record
from portal.municipalities.requests import PersonRequest
from portal.privacy.ledger import can_be_taken_back, closed_in_words, what_was_shown
from portal.privacy.requests import chosen_consent
from volunteers.models import Volunteer
from volunteers.selectors import own_volunteer
from volunteers.services import take_back


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_ledger(request: PersonRequest) -> HttpResponse:
    """What was shown of the volunteer and to whom, newest first; a POST takes one yes back, without a question."""
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    if request.method == "POST":
        return _taken_back(request, volunteer)
    now = timezone.now()
    context = {
        "volunteer": volunteer,
        "given": can_be_taken_back(volunteer.party, now=now),
        "lines": what_was_shown(volunteer.party, subject=volunteer, now=now),
    }
    return render(request, "volunteers/ledger.html", context)


def _taken_back(request: PersonRequest, volunteer: Volunteer) -> HttpResponse:
    found = chosen_consent(request, volunteer.party)
    record = Record(Actor.of(request.user), volunteer.municipality_id)
    if take_back(volunteer, found, now=timezone.now(), record=record):
        messages.success(request, closed_in_words(found))
    else:
        messages.info(request, _("This was taken back already."))
    return redirect("volunteer_ledger")

"""The volunteer's yes to being suggested: seen, taken back and given again on their own pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.audit.record import Actor, Record
from portal.privacy.consent import ends_soon, matching_consent
from portal.privacy.words import matching_words, text_read
from volunteers.models import Volunteer
from volunteers.selectors import own_volunteer
from volunteers.services import say_yes_to_matching, take_back_yes_to_matching
from volunteers.services.consent import MATCHING_WORDS


def consent_context(volunteer: Volunteer) -> dict[str, Any]:
    """What a page says about the volunteer's yes: the one in force, whether to renew it, and to which words."""
    now = timezone.now()
    consent = matching_consent(volunteer.party, now)
    return {
        "consent": consent,
        "consent_ends_soon": consent is not None and ends_soon(consent, now),
        "consent_words": matching_words(MATCHING_WORDS, get_language() or "da", now=now),
    }


@login_required
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Say yes to being suggested, or take it back. No reason is asked."""
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    now, record = timezone.now(), Record(Actor.of(request.user), volunteer.municipality_id)
    if request.POST.get("svar") == "ja":
        read = text_read(MATCHING_WORDS, request.POST.get("tekst", ""), get_language() or "da")
        say_yes_to_matching(volunteer, language=read.language, text=read.pk, now=now, record=record)
        messages.success(request, _("Thank you. You can be suggested to newcomers."))
    elif request.POST.get("svar") == "nej":
        take_back_yes_to_matching(volunteer, now=now, record=record)
        messages.success(request, _("You are not suggested to anybody any more."))
    return redirect("volunteer_profile")

"""A yes to being reached in a match, given anew: by the volunteer, and by the household on the adviser's screen."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching import selectors
from matching.forms.moves import HOW
from matching.models import Match, Side
from matching.services.contact_again import NothingToAsk, is_missing, say_yes_again
from matching.services.matches import fields_of
from matching.sides import party_of
from portal.audit.record import Actor, Record
from portal.languages.texts import Words, words
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.municipalities.rls import in_force
from portal.privacy.models import ContactField, GivenHow
from portal.privacy.words import in_digits


@require_http_methods(["GET", "HEAD", "POST"])
@requires("match.contact")
def match_contact_again(request: StaffRequest, pk: str) -> HttpResponse:
    """The words in the household's language and in Danish, and how they said yes."""
    rows = Match.objects.within(request.municipality).select_related("volunteer", "household_party", "household")
    found = get_object_or_404(rows, pk=pk)
    language = found.household_party.language
    if request.method == "POST":
        how = request.POST.get("how")
        _say_yes(request, found, Side.HOUSEHOLD, language, how if how in HOW else GivenHow.ADVISER_SCREEN)
        return redirect("match", municipality=request.municipality.slug, pk=found.pk)
    now = timezone.now()
    languages = [language] if language == "da" else [language, "da"]
    context = {
        "municipality": request.municipality,
        "match": found,
        "how": HOW,
        "missing": is_missing(found, Side.HOUSEHOLD, now=now),
        "texts": [_words(found, Side.HOUSEHOLD, code, now) for code in languages],
    }
    return render(request, "matching/case_contact_again.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_contact_again(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer's own yes, to the same words as the first time."""
    found = get_object_or_404(selectors.own_matches(request.user).select_related("volunteer"), pk=pk)
    language = translation.get_language() or settings.LANGUAGE_CODE
    if request.method == "POST":
        _say_yes(request, found, Side.VOLUNTEER, language, GivenHow.OWN_SCREEN)
        return redirect("volunteer_match", pk=found.pk)
    now = timezone.now()
    with in_force(municipality=found.municipality_id, user=request.user.pk):
        context = {
            "match": found,
            "missing": is_missing(found, Side.VOLUNTEER, now=now),
            "texts": [_words(found, Side.VOLUNTEER, language, now)],
        }
    return render(request, "matching/case_contact_again_own.html", context)


def _say_yes(request: PersonRequest, found: Match, side: str, language: str, how: str) -> None:
    record = Record(Actor.of(request.user), found.municipality_id)
    try:
        say_yes_again(found, side=side, language=language, how=how, now=timezone.now(), record=record)
    except NothingToAsk:
        messages.info(request, _("That was done already. This is how things stand now."))
    else:
        messages.success(request, _("The yes is noted, and the other side can see it at once."))


def _words(found: Match, side: str, language: str, now: datetime) -> Words:
    party = party_of(found, side)
    with in_force(municipality=party.municipality_id):
        labels = [str(ContactField(field).label) for field in fields_of(party)]
    day = in_digits(now + timedelta(days=settings.PORTAL_CONSENT_DAYS))
    values = {"fields": ", ".join(labels), "day": day, "municipality": found.municipality.name}
    return words(f"consent_match_{side}", language, values)

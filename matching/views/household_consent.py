"""A household's yes to being suggested: on the adviser's screen, read aloud, by a link, on its own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matching import selectors
from matching.models import Household
from matching.services.household_consent import (
    MATCHING_WORDS,
    AskedJustNow,
    ask_for_household_consent,
    give_household_consent,
    question_asked,
    withdraw_household_consent,
)
from portal.audit.record import Actor, Record
from portal.languages.registry import all_languages
from portal.languages.texts import Words, words
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.privacy.consent import ends_soon, matching_consent
from portal.privacy.contact import can_be_written_to
from portal.privacy.models import GivenHow
from portal.privacy.words import matching_words, text_read, words_agreed_to

# How a yes can have been given that an employee writes down; the first is taken where nothing is said.
WITH_THE_ADVISER = (GivenHow.ADVISER_SCREEN, GivenHow.TELEPHONE)
ADVISERS_LANGUAGE = "da"


def consent_context(household: Household) -> dict[str, Any]:
    """What a page says about the household's yes: the one in force, whether to renew it, and to which words."""
    now = timezone.now()
    consent = matching_consent(household.party, now)
    renewable = consent is not None and ends_soon(consent, now)
    agreed = words_agreed_to(consent) if consent and not renewable else None
    return {
        "consent": consent,
        "consent_ends_soon": renewable,
        # What was agreed to, where there is a yes; else what a yes would be to.
        "consent_words": agreed or matching_words(MATCHING_WORDS, get_language() or "da", now=now),
        "consent_can_be_sent": can_be_written_to(household.party),
        "consent_asked": question_asked(household),
    }


@require_POST
@requires("household.register")
def household_consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that the household has said yes, or takes it back. It was asked in its own language."""
    found = _staff_household(request, pk)
    if request.POST.get("svar") == "ja":
        _note_the_yes(request, found)
        messages.success(request, _("It is noted that the household has said yes."))
    elif request.POST.get("svar") == "nej":
        withdraw_household_consent(found, now=timezone.now(), record=_record(request))
        messages.success(request, _("The household is not suggested any more, and open proposals are withdrawn."))
    return redirect(found)


@require_safe
@requires("household.register")
def consent_read_aloud(request: StaffRequest, pk: int) -> HttpResponse:
    """What the adviser says and reads, in Danish and the household's language side by side, and a button for a yes."""
    found = _staff_household(request, pk)
    language = found.party.language
    columns = [_column(code) for code in dict.fromkeys((ADVISERS_LANGUAGE, language))]
    context = {
        "municipality": request.municipality,
        "household": found,
        "columns": columns,
        # Danish and English stand in for a language that has no text of its own.
        "is_translated": columns[-1]["words"].language == language,
        "text_id": columns[-1]["words"].text_id,
        "ways": [(way.value, way.label) for way in WITH_THE_ADVISER],
    }
    return render(request, "matching/consent_read_aloud.html", context)


@require_POST
@requires("household.register")
def consent_ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the question to the household's phone or e-mail, with a link to the page where it answers."""
    found = _staff_household(request, pk)
    if not can_be_written_to(found.party):
        messages.warning(request, _("The household cannot be written to, so nothing was sent. Call them instead."))
        return redirect(found)
    try:
        ask_for_household_consent(found, now=timezone.now(), record=_record(request))
    except AskedJustNow:
        messages.info(request, _("The household was asked less than a day ago. Give them time to answer."))
    else:
        messages.success(request, _("The question is on its way, in the household's own language."))
    return redirect(found)


@require_POST
@login_required
def own_consent(request: PersonRequest) -> HttpResponse:
    """The household says yes itself, or takes it back, with one tap and in its own language."""
    found = get_object_or_404(selectors.own_households(request.user))
    now, record = timezone.now(), Record(Actor.of(request.user), found.municipality_id)
    if request.POST.get("svar") == "ja":
        read = text_read(MATCHING_WORDS, request.POST.get("tekst", ""), get_language() or "da")
        how = GivenHow.OWN_SCREEN
        give_household_consent(found, language=read.language, given_how=how, text=read.pk, now=now, record=record)
        messages.success(request, _("Thank you. We are looking for somebody for you."))
    elif request.POST.get("svar") == "nej":
        withdraw_household_consent(found, now=now, record=record)
        messages.success(request, _("Your yes is taken back. We are not looking any more."))
    return redirect("own_household")


def _note_the_yes(request: StaffRequest, household: Household) -> None:
    way = request.POST.get("hvordan", "")
    language = household.party.language
    give_household_consent(
        household,
        language=language,
        given_how=way if way in WITH_THE_ADVISER else WITH_THE_ADVISER[0],
        text=text_read(MATCHING_WORDS, request.POST.get("tekst", ""), language).pk,
        now=timezone.now(),
        record=_record(request),
    )


def _column(language: str) -> dict[str, Any]:
    """The script and the words in one language, with the direction in which they are written."""
    script: Words = words("consent_script", language, {})
    read = matching_words(MATCHING_WORDS, language, now=timezone.now())
    return {"script": script, "words": read, "direction": all_languages()[read.language].direction}


def _staff_household(request: StaffRequest, pk: int) -> Household:
    rows = Household.objects.within(request.municipality).select_related("municipality", "party")
    return get_object_or_404(rows, pk=pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)

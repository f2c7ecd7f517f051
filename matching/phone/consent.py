"""The page behind the link that asks for a household's yes to being suggested: read or hear it, and tap once."""

from django.http import HttpResponse
from django.utils import timezone

from matching.models import Household
from matching.phone.pages import PhoneRequest, go_to, record_of, render_page
from matching.services.household_consent import MATCHING_WORDS, give_household_consent
from portal.messages import links
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link
from portal.privacy.consent import matching_consent
from portal.privacy.models import GivenHow
from portal.privacy.words import matching_words, text_read


def consent(request: PhoneRequest, link: Link) -> HttpResponse:
    """What the yes means, in the registry's words; yes and no with one tap."""
    household = _household_of(link)
    if request.method == "POST":
        return _answer(request, link, household)
    words = matching_words(MATCHING_WORDS, request.phone_language, now=timezone.now())
    return render_page(request, link, "phone/consent.html", {"consent": words})


def consent_answered(request: PhoneRequest, link: Link) -> HttpResponse:
    """Thanks, when the link is opened again."""
    has_consent = matching_consent(link.party, timezone.now()) is not None
    return render_page(request, link, "phone/consent_answered.html", {"has_consent": has_consent})


def _household_of(link: Link) -> Household:
    household = Household.objects.within(link.municipality_id).filter(party=link.party).first()
    if household is None:
        raise LinkRefused(REVOKED, link)
    return household


def _answer(request: PhoneRequest, link: Link, household: Household) -> HttpResponse:
    now, record = timezone.now(), record_of(link)
    if request.POST.get("svar") not in ("ja", "nej"):
        return go_to(request, link)
    links.use(link, now=now, record=record)
    if request.POST["svar"] == "ja":
        read = text_read(MATCHING_WORDS, request.POST.get("tekst", ""), request.phone_language)
        give_household_consent(
            household,
            language=request.phone_language,
            given_how=GivenHow.OWN_PHONE,
            text=read.pk,
            now=now,
            record=record,
        )
    return go_to(request, link)

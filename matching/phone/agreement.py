"""/s/<token>/ – what the two agree to do together, by the link about it or by the one to the match."""

from django.http import HttpResponse
from django.utils import timezone

from matching import agreement_pages as pages
from matching.boundary import MOST_TASKS
from matching.models import Match
from matching.models.match import Side
from matching.phone.of_match import match_of
from matching.phone.pages import PhoneRequest, address_of, go_to, phone_languages, record_of, render_page
from matching.phone.proposal import side_of
from matching.selectors import contact_is_open
from matching.services.agreements import AgreementNotPossible, WrongTasks
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link, LinkPurpose
from portal.privacy.models import GivenHow

# The page itself below the link to a match; the other two below either link.
STEP, CHANGE_STEP, PRINT_STEP = "aftale", "aftale-aendr", "aftale-udskriv"
CHANGED = "aendret"


def agreement(request: PhoneRequest, link: Link) -> HttpResponse:
    """The tasks of the two and the municipality's, and yes with one tap; a change waits beside what holds."""
    match, side = match_of(link), Side(side_of(link))
    if request.method == "POST":
        return _act(request, link, match, side)
    stands = pages.stands(match, side, language=request.phone_language, now=timezone.now())
    context = {
        "match": match,
        "stands": stands,
        "here": address_of(request, link, _step(link)),
        "change": address_of(request, link, CHANGE_STEP),
        "print": address_of(request, link, PRINT_STEP),
        "back": address_of(request, link) if link.purpose == LinkPurpose.MATCH else "",
        "news": request.GET.get("besked", ""),
    }
    return render_page(request, link, "phone/agreement.html", context)


def change(request: PhoneRequest, link: Link) -> HttpResponse:
    """Tick what you would like to do together; what nobody can be asked for stands below with why."""
    match, side = match_of(link), Side(side_of(link))
    wrong, chosen = "", None
    if request.method == "POST":
        try:
            return _act(request, link, match, side)
        except WrongTasks as refusal:
            wrong, chosen = refusal.reason, request.POST.getlist("opgave")
    language = request.phone_language
    if not pages.stands(match, side, language=language, now=timezone.now()).is_open:
        return go_to(request, link, _step(link))
    context = {
        "match": match,
        "choices": pages.choices(match, language, chosen),
        "cannot": pages.cannot_be_chosen(match, language),
        "wrong": wrong,
        "most": MOST_TASKS,
        "here": address_of(request, link, CHANGE_STEP),
        "back": address_of(request, link, _step(link)),
    }
    return render_page(request, link, "phone/agreement_change.html", context)


def to_print(request: PhoneRequest, link: Link) -> HttpResponse:
    """One page in Danish and the language that is read, side by side."""
    match = match_of(link)
    if not contact_is_open(match, timezone.now()):
        raise LinkRefused(REVOKED, link)
    other = request.phone_language if request.phone_language != pages.DANISH else pages.ENGLISH
    context = pages.print_context(match, other, request.GET.get("version", ""))
    if context is None:
        raise LinkRefused(REVOKED, link)
    context |= {"languages": [one for one in phone_languages() if one.code != pages.DANISH], "chosen": other}
    context["back"] = address_of(request, link, _step(link))
    return render_page(request, link, "phone/agreement_print.html", context)


def _act(request: PhoneRequest, link: Link, match: Match, side: Side) -> HttpResponse:
    now, record = timezone.now(), record_of(link)
    try:
        language, how = request.phone_language, GivenHow.OWN_PHONE
        pages.act(match, side, request.POST, language=language, how=how, now=now, record=record)
    except AgreementNotPossible:
        return go_to(request, link, _step(link), besked=CHANGED)
    return go_to(request, link, _step(link))


def _step(link: Link) -> str:
    return "" if link.purpose == LinkPurpose.AGREEMENT else STEP

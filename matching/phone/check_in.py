"""The page behind a CHECK_IN link: how is it going? Three buttons, one tap, thanks."""

from django.http import HttpResponse
from django.utils import timezone

from matching.models import CheckIn
from matching.models.check_in import HowItGoes
from matching.models.match import Side
from matching.phone.pages import PhoneRequest, go_to, record_of, render_page
from matching.services.check_ins import CheckInOver, answer_check_in
from matching.states import CheckInState
from portal.messages.links import LinkRefused, use
from portal.messages.models import Link
from portal.municipalities.rls import in_force
from portal.privacy.models import GivenHow

# Button, icon of the sprite, and code of the answer, in the order of the page.
FACES = ((HowItGoes.GOOD, "good"), (HowItGoes.SO_SO, "so-so"), (HowItGoes.TALK, "talk"))


def check_in(request: PhoneRequest, link: Link) -> HttpResponse:
    """The question, or what came of it where the adviser has noted an answer already."""
    row = _row(link)
    if row.state in (CheckInState.ANSWERED, CheckInState.SKIPPED):
        return answered(request, link)
    if request.method == "POST" and request.POST.get("svar") in HowItGoes.values:
        return _answer(request, link, row)
    return render_page(request, link, "phone/check_in.html", {**_about(row), "faces": FACES})


def answered(request: PhoneRequest, link: Link) -> HttpResponse:
    """Thanks, and who calls if somebody is to call."""
    row = _row(link)
    return render_page(request, link, "phone/check_in_thanks.html", _about(row))


def _answer(request: PhoneRequest, link: Link, row: CheckIn) -> HttpResponse:
    now, record = timezone.now(), record_of(link)
    try:
        # The question first, then its link: as by whoever ends the match.
        answer_check_in(row, answer=request.POST["svar"], how=GivenHow.OWN_PHONE, now=now, record=record)
        use(link, now=now, record=record)
    except (LinkRefused, CheckInOver):  # a second tap, or the match has ended at this moment
        return answered(request, link)
    return go_to(request, link)


def _row(link: Link) -> CheckIn:
    rows = CheckIn.objects.following("what the link is about").select_related("match__proposal")
    return rows.get(pk=link.subject_id)


def _about(row: CheckIn) -> dict[str, object]:
    """What the page may say of the match: which kind of help, and which employee calls; nothing of the other side."""
    match = row.match
    with in_force(municipality=match.municipality_id):
        adviser = match.household.adviser
    card = match.proposal.household_card if row.side == Side.HOUSEHOLD else match.proposal.volunteer_card
    return {"check_in": row, "kind": card["kind"], "caller": adviser.get_full_name() if adviser else ""}

"""Which match a link is about."""

from matching.models import Match
from matching.phone.proposal import side_of
from matching.services import asking
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link


def match_of(link: Link) -> Match:
    """The link's match, as far as it is its party's. Raises LinkRefused."""
    rows = Match.objects.following("the link's own party's match, wherever the other one lives")
    whose = {"volunteer__party": link.party} if side_of(link) == asking.VOLUNTEER else {"household_party": link.party}
    found = rows.filter(pk=link.subject_id, **whose).first()
    if found is None:
        raise LinkRefused(REVOKED, link)
    return found

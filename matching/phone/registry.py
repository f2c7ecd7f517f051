"""Which page a link opens, by its purpose and, for a page with more than one address, by the step below it."""

from matching.phone import agreement, check_in, concern, consent, ending, hand_over, match, meeting, proposal
from matching.phone.pages import Page
from portal.messages.models import LinkPurpose

PAGES: dict[tuple[str, str], Page] = {
    (LinkPurpose.PROPOSAL, ""): Page(proposal.proposal, after=proposal.answered),
    (LinkPurpose.CONSENT, ""): Page(consent.consent, after=consent.consent_answered),
    (LinkPurpose.MATCH, ""): Page(match.match),
    (LinkPurpose.MEETING, ""): Page(meeting.meeting_page),
    (LinkPurpose.MEETING, meeting.CALENDAR): Page(meeting.calendar_file),
    (LinkPurpose.MATCH, meeting.STEP): Page(meeting.meeting_page),
    (LinkPurpose.MATCH, meeting.CALENDAR): Page(meeting.calendar_file),
    (LinkPurpose.CHECK_IN, ""): Page(check_in.check_in, after=check_in.answered),
    (LinkPurpose.HAND_OVER, ""): Page(hand_over.hand_over, after=hand_over.answered),
    (LinkPurpose.MATCH, concern.STEP): Page(concern.concern),
    (LinkPurpose.MATCH, ending.STEP): Page(ending.end),
    (LinkPurpose.AGREEMENT, ""): Page(agreement.agreement),
    (LinkPurpose.AGREEMENT, agreement.CHANGE_STEP): Page(agreement.change),
    (LinkPurpose.AGREEMENT, agreement.PRINT_STEP): Page(agreement.to_print),
    (LinkPurpose.MATCH, agreement.STEP): Page(agreement.agreement),
    (LinkPurpose.MATCH, agreement.CHANGE_STEP): Page(agreement.change),
    (LinkPurpose.MATCH, agreement.PRINT_STEP): Page(agreement.to_print),
}

"""Where a proposal stands for one of the two: what their page says, and never who of them said no."""

from datetime import datetime, timedelta

from matching.models import Proposal
from matching.states import ProposalState

QUESTION, SAID_YES, SAID_NO, MATCHED = "question", "said_yes", "said_no", "matched"
FITS_NO_LONGER, OVER = "fits_no_longer", "over"
# So long after a no its reason can be told.
REASON_WITHIN = timedelta(hours=1)


def stage_of(proposal: Proposal, side: str, now: datetime) -> str:
    """The question, thanks for this side's answer, that both have said yes, or that it came to nothing."""
    answered_at = getattr(proposal, f"{side}_answered_at")
    if proposal.state == ProposalState.ACCEPTED:
        return MATCHED
    if proposal.can_be_answered(now):
        return QUESTION if answered_at is None else SAID_YES
    if said_no(proposal, side):
        return SAID_NO
    if proposal.state == ProposalState.WITHDRAWN and answered_at is not None and answered_at == proposal.ended_at:
        return FITS_NO_LONGER
    return OVER


def may_give_reason(proposal: Proposal, side: str, now: datetime) -> bool:
    """Whether this side said no, within the hour: then it may say why, or not."""
    return said_no(proposal, side) and proposal.ended_at is not None and now - proposal.ended_at <= REASON_WITHIN


def said_no(proposal: Proposal, side: str) -> bool:
    """Whether it was this side's no that ended the proposal."""
    answered_at = getattr(proposal, f"{side}_answered_at")
    return proposal.state == ProposalState.DECLINED and answered_at == proposal.ended_at

"""The life of a message is whole: every state is named, owned and, where somebody must act, has a way on."""

from portal.lifecycle import events, live
from portal.messages.lifecycle import MESSAGE, MessageState


def test_every_state_has_a_label_and_an_owner():
    assert [state.code for state in MESSAGE.states] == list(MessageState.values)
    assert all(state.owners for state in MESSAGE.states)


def test_where_somebody_must_act_there_is_a_way_on():
    assert set(live(MESSAGE)) == {"queued", "sending", "failed"}
    assert all(events(MESSAGE, state) for state in live(MESSAGE))


def test_what_was_cancelled_or_has_arrived_stays_so():
    assert events(MESSAGE, "cancelled") == events(MESSAGE, "delivered") == ()

"""What the ground floor tells those upstairs."""

from django.dispatch import Signal

# A party answered an SMS: `reply`, `meaning` ("yes", "no" or None), `now` and `record`, inside the transaction and with
# the party's municipality in force. A receiver that has dealt with it returns True; one that has answered it and leaves
# the rest to an adviser returns ANSWERED.
reply_received = Signal()
ANSWERED = "answered"

"""What other rooms of the portal want to hear of the boundary."""

from django.dispatch import Signal

# A task has got another side. Sent by `volunteers.services.boundary_sides` with `codes` (the task type and the
# municipalities' own kinds of it), `municipality` (None: everywhere), `now` and `record`, in the transaction of the
# change. A receiver takes down what it keeps with such a task and answers {municipality's code: how many}.
side_changed = Signal()

"""Day by day: what is scarce is kept for those whom nobody else can serve."""

import numpy as np
import pytest

from matching.domain.assignment_loops import NOBODY
from matching.domain.daily import faded, past_prices, propose, reserved, sought
from matching.domain.instance import instance_of

DARI, DANISH = 0, 1
#: Today: one household that both volunteers can serve, the Dari speaker a little better.
TODAY = instance_of(1, [1, 1], [(0, DARI, 800), (0, DANISH, 700)])
#: Lately: two households that only the Dari speaker could have served, and one for the other.
LATELY = instance_of(3, [1, 1], [(0, DARI, 900), (1, DARI, 600), (2, DANISH, 700)])


def test_without_prices_the_day_takes_its_best():
    assert propose(TODAY, np.zeros(2)).tolist() == [DARI]


def test_the_only_dari_speaker_is_not_spent_on_a_household_that_another_can_serve():
    prices = past_prices(LATELY, np.array([True, True]))

    assert prices.tolist() == [600, 0]
    assert propose(TODAY, prices).tolist() == [DANISH]


def test_a_volunteer_who_arrives_today_has_the_price_that_the_past_would_have_paid():
    prices = past_prices(LATELY, np.array([False, True]))

    assert prices.tolist() == [900, 0]


def test_at_half_weight_a_volunteer_is_not_held_back_for_a_better_past():
    alone = instance_of(1, [1, 0], [(0, DARI, 500)])

    assert propose(alone, np.array([900, 0])).tolist() == [DARI]
    assert propose(alone, np.array([900, 0]), weight=1.0).tolist() == [NOBODY]


def test_a_price_fades_as_the_time_of_the_offer_runs_out():
    assert faded(np.array([600, 600, 600, 600]), np.array([120, 60, 0, -5]), 120).tolist() == [600, 300, 0, 0]


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_0_to_1_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        propose(TODAY, np.zeros(2), weight=weight)


def test_an_offer_is_sought_when_one_whom_few_can_serve_came_lately():
    only_dari = np.array([False, True, False])

    assert sought(LATELY, only_dari).tolist() == [True, False]
    assert sought(LATELY, np.zeros(3, bool)).tolist() == [False, False]


def test_a_kept_offer_is_for_those_whom_few_can_serve_and_the_others_for_everybody():
    row, offer = np.array([0, 0, 1, 1]), np.array([DARI, DANISH, DARI, DANISH])
    kept, only_dari = np.array([True, False]), np.array([False, True])

    assert reserved(row, offer, kept, only_dari).tolist() == [False, True, True, True]

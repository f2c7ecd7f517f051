"""What a pair is worth to the solver: its score in the high bits, what decides between equals in the low bits.

    fine = (score + bonus) * 2**shift + tie        tie = one match * 2**step + hash of the pair's keys

`step` and `shift` leave so many bits that no number of ties can outweigh one point of score, and no number of
hashes one match. Where 64 bits do not hold all of it, the hash goes first, then the count of matches.
"""

from dataclasses import dataclass

import numpy as np

from matching.domain.assignment_loops import Numbers
from matching.domain.instance import BadInstance, Instance, Ints

#: Sums of three worths must fit in 63 bits.
WORTH_BITS = 60
MOST_HASH_BITS = 16
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worth:
    """The pairs worth matching, in rows as in the instance, with their fine worth (1 or more)."""

    start: Ints
    offer: Numbers
    fine: Ints
    bonus: int
    shift: int

    def to_score(self, prices: Ints) -> Ints:
        """Return prices without their ties: the ties on any chain of moves are less than half a point."""
        return prices if self.shift == 0 else (prices + (1 << (self.shift - 1))) >> self.shift


def worth_of(instance: Instance, *, cardinality_first: bool, seed: int) -> Worth:
    """Return what each pair is worth. Raises BadInstance where 64 bits are not enough."""
    bonus = bonus_for(instance) if cardinality_first else 0
    if instance.pairs == 0:
        return Worth(start=instance.start, offer=instance.offer.copy(), fine=instance.score.copy(), bonus=bonus, shift=0)
    highest = int(instance.score.max()) + bonus
    if highest.bit_length() > WORTH_BITS or bonus.bit_length() > WORTH_BITS:
        raise BadInstance(f"score: {int(instance.score.max())} is too large here, divide all scores")
    if int(instance.score.min()) + bonus < 0:
        instance = instance.only(instance.score >= 0)
    shift, step, hash_bits = _layout(highest.bit_length(), instance.most_matches, counting=bonus == 0)
    fine = (instance.score + bonus) << shift
    if step is not None:
        fine += 1 << step
    if hash_bits:
        fine += _hashes(instance, seed, hash_bits)
    return Worth(start=instance.start, offer=instance.offer.copy(), fine=fine, bonus=bonus, shift=shift)


def bonus_for(instance: Instance) -> int:
    """Return so much for each match that one match more outweighs any difference in scores."""
    if instance.pairs == 0:
        return 1
    low, high = int(instance.score.min()), int(instance.score.max())
    return instance.most_matches * (high - low) + abs(low) + 1


def _layout(score_bits: int, most_matches: int, *, counting: bool) -> tuple[int, int | None, int]:
    """Return shift, step (None where matches are not counted) and the number of bits of the hash."""
    free, sum_bits = WORTH_BITS - score_bits, (most_matches + 1).bit_length()  # a price is about one place more
    if not counting:
        hash_bits = min(MOST_HASH_BITS, free - sum_bits - 1)
        return (hash_bits + sum_bits + 1, None, hash_bits) if hash_bits > 0 else (0, None, 0)
    hash_bits = min(MOST_HASH_BITS, free - 2 * sum_bits - 2)
    if hash_bits > 0:
        return hash_bits + 2 * sum_bits + 2, hash_bits + sum_bits, hash_bits
    return (sum_bits + 1, 0, 0) if free >= sum_bits + 1 else (0, None, 0)


def _hashes(instance: Instance, seed: int, bits: int) -> Ints:
    """Return a number of so many bits for each pair, from the seed and the two keys (splitmix64's finish)."""
    by_request = _mixed(instance.request_key.astype(np.uint64) + np.uint64(seed) * GOLDEN)
    by_offer = _mixed(instance.offer_key.astype(np.uint64) * GOLDEN + np.uint64(1))
    both = _mixed(by_request[instance.row] ^ by_offer[instance.offer])
    return (both >> np.uint64(64 - bits)).astype(np.int64)


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))

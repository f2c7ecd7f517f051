"""What a pair is worth to the solver: its score in the high bits, what decides between equals in the low bits.

    worth = (score + bonus) * 2**shift + tie        tie = one match + hash of the pair's keys

The bits are laid out so that no sum of ties can outweigh one point of score, and no sum of hashes one match.
Where 64 bits do not hold all of it, the hash goes first, then the count of matches.
"""

from typing import NamedTuple

import numpy as np

from matching.domain.instance import BadInstance, Instance, Ints
from matching.domain.jit import compiled

#: Sums of three worths must fit in 63 bits.
WORTH_BITS = 60
MOST_HASH_BITS = 16
#: Keys are mixed to so many bits, so that the product of two stays within 63; its middle bits are the hash.
MIXED_BITS = 31
MIDDLE = 20


class Recipe(NamedTuple):
    """How to reckon a pair's worth."""

    bonus: int
    shift: int
    match: int
    """What one match counts."""
    hash_mask: int
    request_mix: Ints
    """Shape n: each request's key, mixed with the seed."""
    offer_mix: Ints
    """Shape m: each offer's key, mixed."""


@compiled
def worth_of(recipe: Recipe, request, offer, score):  # type: ignore[no-untyped-def]
    """Return what a pair is worth (above 0 where it is worth matching), or an array of worths for arrays."""
    mixed = (recipe.request_mix[request] * recipe.offer_mix[offer]) >> MIDDLE
    return ((score + recipe.bonus) << recipe.shift) + recipe.match + (mixed & recipe.hash_mask)


def recipe_for(instance: Instance, *, cardinality_first: bool, seed: int) -> Recipe:
    """Return the recipe for an instance. Raises BadInstance where its scores are too large for 64 bits."""
    bonus = bonus_for(instance) if cardinality_first else 0
    highest = max(int(instance.score.max()) + bonus, 0) if instance.pairs else 0
    if max(highest, bonus).bit_length() > WORTH_BITS:
        raise BadInstance(f"score: {int(instance.score.max())} is too large here, divide all scores")
    shift, match, hash_bits = _layout(highest.bit_length(), instance.most_matches, counting=bonus == 0)
    return Recipe(
        bonus=bonus,
        shift=shift,
        match=match,
        hash_mask=(1 << hash_bits) - 1,
        request_mix=_mixed(instance.request_key, seed),
        offer_mix=_mixed(instance.offer_key, 0),
    )


def bonus_for(instance: Instance) -> int:
    """Return so much for each match that one match more outweighs any difference in scores."""
    if instance.pairs == 0:
        return 1
    low, high = min(int(instance.score.min()), 0), int(instance.score.max())
    return instance.most_matches * (high - low) + abs(low) + 1


def to_score(recipe: Recipe, prices: Ints) -> Ints:
    """Return prices without their ties: the ties along any chain of moves come to less than half a point."""
    half = (1 << recipe.shift) >> 1
    return (prices + half) >> recipe.shift


def _layout(score_bits: int, most_matches: int, *, counting: bool) -> tuple[int, int, int]:
    """Return the shift of the score, what one match counts (0: not counted), and the bits of the hash."""
    # One more than most: a price is about one place more.
    free, sum_bits = WORTH_BITS - score_bits, (most_matches + 1).bit_length()
    if not counting:
        hash_bits = min(MOST_HASH_BITS, free - sum_bits - 1)
        return (hash_bits + sum_bits + 1, 0, hash_bits) if hash_bits > 0 else (0, 0, 0)
    hash_bits = min(MOST_HASH_BITS, free - 2 * sum_bits - 2)
    if hash_bits > 0:
        return hash_bits + 2 * sum_bits + 2, 1 << (hash_bits + sum_bits), hash_bits
    return (sum_bits + 1, 1, 0) if free >= sum_bits + 1 else (0, 0, 0)


def _mixed(keys: Ints, seed: int) -> Ints:
    """Return an odd number of `MIXED_BITS` bits for each key and a seed (splitmix64, Steele et al. 2014)."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    z = (keys.astype(np.uint64) + np.uint64(1)) * golden + np.array([seed % 2**64], np.uint64) * golden
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(64 - MIXED_BITS)).astype(np.int64) | 1

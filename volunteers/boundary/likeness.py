"""How alike two words look: a typing error, a part of a compound, or another form of the word.

Danish writes compounds as one word ("lægetolk"), and so a word that begins or ends another counts.
"""

# Shorter words are alike by chance.
SHORTEST_PART, LONG = 4, 7
PART, WHOLE = 0.5, 0.4
ONE_LETTER, ONE_LETTER_OF_FOUR, TWO_LETTERS = 0.8, 0.5, 0.65
MOST_LETTERS = 2
# Of the pairs of letters of two words, so many must be common to both.
COMMON = 0.5


def grams(word: str) -> frozenset[str]:
    """The pairs of letters of a word, with its two ends marked."""
    marked = f"^{word}$"
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))


def likeness(word: str, other: str) -> float:
    """From 0, two words, to nearly 1, one word with a typing error."""
    short, long = sorted((word, other), key=len)
    if len(short) < SHORTEST_PART:
        return 0
    if long.startswith(short) or long.endswith(short):
        return PART + WHOLE * len(short) / len(long)
    changed = distance(word, other)
    if changed == 1:
        return ONE_LETTER if len(short) > SHORTEST_PART else ONE_LETTER_OF_FOUR
    if changed == MOST_LETTERS and len(short) >= LONG:
        return TWO_LETTERS
    here, there = grams(word), grams(other)
    common = len(here & there) / len(here | there)
    return common if common > COMMON else 0


def distance(one: str, other: str) -> int:
    """How many letters are changed, missing, added or swapped with the next; MOST_LETTERS + 1 for all above."""
    if abs(len(one) - len(other)) > MOST_LETTERS:
        return MOST_LETTERS + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > MOST_LETTERS:
            return MOST_LETTERS + 1
    return min(row[-1], MOST_LETTERS + 1)

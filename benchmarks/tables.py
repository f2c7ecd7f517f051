"""Measurements as tables: what is asked for and what was measured, and each case by itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: One JSON object of the benchmark's output.
Line = dict[str, Any]
Lines = Sequence[Line]
#: What was measured in words, and whether it is enough.
Verdict = tuple[str, bool]

NOT_MEASURED = "not measured"
LARGE = "L"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing asked for, and how to read from the lines whether it is reached. Raises LookupError without them."""

    what: str
    asked: str
    judge: Callable[[Lines], Verdict]


def lines_of(lines: Lines, case: str, **members: object) -> list[Line]:
    """Return the lines of a case that have all these members. Raises LookupError where there is none."""
    found = [line for line in lines if line["case"] == case and members.items() <= line.items()]
    if not found:
        raise LookupError(f"no line of {case} with {members}")
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    every = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in every)


def seconds(value: float) -> str:
    """Return a time with three significant digits, in s or ms."""
    return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"


def percent(share: float, digits: int = 1) -> str:
    """Return a share as a percentage."""
    return f"{share * 100:.{digits}f} %"


def signed(difference: Sequence[float]) -> str:
    """Return a difference and, where there is one, its standard error."""
    return f"{difference[0]:+.2f}" + "".join(f" ± {error:.2f}" for error in difference[1:])


# -- what is asked for -----------------------------------------------------------------------------------------------


def _one_request(lines: Lines) -> Verdict:
    loops = lines_of(lines, "suggest", size=LARGE, against="loop over all offers, geopy geodesic")
    told = [f"{line['engine']} {line['ratio']:,.0f} times, p95 {seconds(line['p95_s'])}" for line in loops]
    # The compiled search is what is used where there is one; NumPy alone must do as well.
    return "; ".join(told), all(line["ratio"] >= 20_000 and line["p95_s"] <= 0.001 for line in loops)


def _web(lines: Lines) -> Verdict:
    line = lines_of(lines, "suggest_web", size=LARGE, what="all pages")[0]
    told = f"p50 {seconds(line['median_s'])}, p95 {seconds(line['p95_s'])}, {line['queries']:g} queries"
    return told, line["median_s"] <= 0.015 and line["p95_s"] <= 0.040 and line["queries"] <= 3


def _load(lines: Lines) -> Verdict:
    line = lines_of(lines, "load", size=LARGE, what="PostgreSQL, binary COPY")[0]
    return f"{seconds(line['median_s'])}, {line['memory_mb']:g} MB", line["median_s"] <= 0.5


def _refresh(lines: Lines) -> Verdict:
    line = lines_of(lines, "load", size=LARGE, what="PostgreSQL, refresh of 100 rows")[0]
    return f"{seconds(line['median_s'])} (p95 {seconds(line['p95_s'])})", line["median_s"] <= 0.010


def _best_few(size: str) -> Callable[[Lines], Verdict]:
    def judge(lines: Lines) -> Verdict:
        line = lines_of(lines, "batch", size=size, against="the best 64 of each, not proven")[0]
        took, share = line["graph_s"] + line["solve_s"], line["share_of_total"]
        return f"{percent(share, 3)} in {seconds(took)}", share >= 0.9999 and took <= 1

    return judge


def _proven(size: str) -> Callable[[Lines], Verdict]:
    def judge(lines: Lines) -> Verdict:
        line = lines_of(lines, "batch", size=size, against="OR-Tools")[0]
        pairs = f"{line['feasible_pairs'] / 1e6:.2f} million pairs"
        told = f"{seconds(line['median_s'])}, {line['memory_mb']:.0f} MB, {pairs}"
        return told, line["median_s"] <= 4 and line["memory_mb"] <= 600

    return judge


def _growth(lines: Lines) -> Verdict:
    requests = lines_of(lines, "suggest", size=LARGE, against="size S: times as long")
    exponent = lines_of(lines, "batch", size=LARGE, against="size S")[0]["exponent"]
    told = [f"{line['engine']} {line['ratio']:.2f} times" for line in requests]
    return f"{', '.join(told)}; exponent {exponent:.2f}", all(
        [exponent <= 1.25, *(line["ratio"] <= 1.5 for line in requests)]
    )


def _months(lines: Lines) -> Verdict:
    line = lines_of(lines, "months", policy="daily, half prices", volunteers="as in the register")[0]
    points, days = line["above_daily"], line["above_daily_in_days"]
    # Beyond what chance could make: two standard errors. Days may differ by no more than chance.
    error, error_days = points[1] if len(points) > 1 else 0, days[1] if len(days) > 1 else 0
    told = f"{signed(points)} points, {signed(days)} days, over {line['years']} years"
    return told, points[0] > 2 * error and days[0] <= 2 * error_days


def _rare(lines: Lines) -> Verdict:
    line = lines_of(lines, "months", policy="daily, half prices, reserve", volunteers="same languages")[0]
    told = (
        f"within 30 days {percent(line['rare'])} of rare, {percent(line['common'])} of common; all year nobody "
        f"at all for {percent(line['rare_without_any'])} and {percent(line['common_without_any'])}; of the others "
        f"in time {percent(line['rare_if_any'])} and {percent(line['common_if_any'])}"
    )
    return told, line["rare"] >= line["common"]


def _places(lines: Lines) -> Verdict:
    found = lines_of(lines, "places", policy="weekly prices", capacity=0.85)
    told = [f"{percent(line['of_hindsight'])} (size {line['size']})" for line in found]
    return ", ".join(told), all(line["of_hindsight"] >= 0.97 for line in found)


def _lernfair(lines: Lines) -> Verdict:
    found = lines_of(lines, "lernfair", subject_weight=1.0)
    told = [f"{_cadence(line)}: {line['mean_days']:.2f} days, {line['mean_subjects']:.2f} subjects" for line in found]
    return f"{'; '.join(told)}; {found[0]['matched']:,} matched", all(line["holds"] for line in found)


def _cadence(line: Line) -> str:
    return "daily" if line["every_days"] == 1 else f"every {line['every_days']} days"


TARGETS = (
    Target("one request, best twenty", "20,000 times a geodesic loop; p95 1 ms; same list", _one_request),
    Target("the same on the page", "above an empty view p50 15 ms, p95 40 ms; 1–3 queries", _web),
    Target("load 100,000 offers", "0.5 s", _load),
    Target("100 changed offers", "10 ms", _refresh),
    Target("whole country, best 64 of each", "99.99 % in 1 s", _best_few("L")),
    Target("whole country, proven optimum", "4 s, 600 MB; same total as OR-Tools", _proven("L")),
    Target("dense country, best 64 of each", "99.99 % in 1 s", _best_few("L-dense")),
    Target("dense country, proven optimum", "4 s, 600 MB; same total as OR-Tools", _proven("L-dense")),
    Target("growth from S to L", "1.5 times; exponent 1.25", _growth),
    Target("12 months: prices against none", "more score, no more days", _months),
    Target("12 months: rare languages at equal supply", "no worse than common ones", _rare),
    Target("places at 0.85 for each newcomer", "97 % of hindsight", _places),
    Target("Lern-Fair's replay", "3.97 days and 1.63 subjects daily; 7.96 and 1.65 every ten days", _lernfair),
)


def targets(lines: Lines, *, reasons: dict[str, str]) -> str:
    """Return the table of all targets; `reasons` says by `what` why one is not reached."""
    rows = []
    for target, told, is_met in _judged(lines):
        why = f": {reasons[target.what]}" if target.what in reasons else ""
        met = {True: "yes", False: f"**no**{why}", None: "–"}[is_met]
        rows.append((target.what, target.asked, told, met))
    return table(("Case", "Asked for", "Measured", "Reached"), rows)


def short(lines: Lines) -> str:
    """Return what was measured of all that was asked for."""
    rows = [
        (target.what, f"{told} (not reached)" if is_met is False else told)
        for target, told, is_met in _judged(lines)
        if is_met is not None
    ]
    if not rows:
        raise LookupError("nothing was measured")
    return table(("Case", "Measured"), rows)


def _judged(lines: Lines) -> Iterator[tuple[Target, str, bool | None]]:
    for target in TARGETS:
        try:
            yield target, *target.judge(lines)
        except LookupError:
            yield target, NOT_MEASURED, None


# -- each case by itself ---------------------------------------------------------------------------------------------


def one_request(lines: Lines) -> str:
    """Return how long one request takes at size L, by way."""
    found = lines_of(lines, "suggest", size=LARGE)
    loops = {line["against"]: line["against_s"] for line in found if line["against"].startswith("loop")}
    engines = {line["engine"]: (line["median_s"], line["p95_s"]) for line in found}
    rows = [(name, seconds(took), "") for name, took in loops.items()]
    rows += [(name, seconds(took), seconds(p95)) for name, (took, p95) in engines.items()]
    return table(("Way", "Median", "p95"), rows)


def page(lines: Lines) -> str:
    """Return how long the page takes above an empty view."""
    found = lines_of(lines, "suggest_web")
    rows = [
        (
            *(line["size"], line["what"], seconds(line["median_s"]), seconds(line["p95_s"])),
            *(seconds(line["against_s"]), f"{line['queries']:g} (most {line['most_queries']})"),
        )
        for line in found
    ]
    return table(("Size", "Pages", "Median above", "p95 above", "The empty view", "Queries above"), rows)


def load(lines: Lines) -> str:
    """Return how long offers take into columns."""
    rows = [
        (line["size"], line["what"], f"{line['offers']:,}", seconds(line["median_s"]), f"{line['memory_mb']:g} MB")
        for line in lines_of(lines, "load")
    ]
    return table(("Size", "Way", "Offers", "Median", "Columns"), rows)


def country(lines: Lines) -> str:
    """Return the whole country by ways to solve it; times of others are of their solving alone."""
    rows = []
    for line in lines_of(lines, "batch"):
        if "share_of_total" in line:
            took = line["solve_s"]
            matched = f"{line['matched']:,} of {line['engine_matched']:,}" if "matched" in line else ""
            rows.append((line["size"], line["against"], seconds(took), percent(line["share_of_total"], 3), matched))
        elif line["against"] in ("loops", "the engine without Numba"):
            rows.append((line["size"], line["against"], _long(line["ratio"] * line["median_s"]), "", ""))
    return table(("Size", "Way", "Solving", "Share of the best score", "Households"), rows)


def _long(value: float) -> str:
    return f"{value / 3600:.1f} hours, reckoned from a sample" if value > 3600 else seconds(value)


def months(lines: Lines) -> str:
    """Return the simulated years by policy."""
    head = (
        *("Size, volunteers", "Policy", "Score", "Above daily, points", "Median days", "Within 30 days"),
        *("rare", "common", "rare, if any could", "common, if any could", "only in a rare one"),
    )
    rows = [
        (
            *(f"{line['size']}, {line['volunteers']}", line["policy"], percent(line["of_hindsight_score"], 2)),
            *(signed(line["above_daily"]), f"{line['median_days']:.1f}", percent(line["within_30_days"])),
            *(percent(line[name]) for name in ("rare", "common", "rare_if_any", "common_if_any", "rare_only")),
        )
        for line in lines_of(lines, "months")
    ]
    return table(head, rows)


def places(lines: Lines) -> str:
    """Return the year of places by capacity and policy."""
    rows = [
        (
            *(line["size"], str(line["capacity"]), line["policy"], percent(line["of_hindsight"])),
            *(percent(line["lowest"]), str(line["years"])),
        )
        for line in lines_of(lines, "places")
    ]
    return table(("Size", "Places for each", "Policy", "Of hindsight", "Lowest year", "Years"), rows)


def lernfair(lines: Lines) -> str:
    """Return the frontier of wait and shared subjects."""
    rows = [
        (
            *(str(line["every_days"]), f"{line['subject_weight']:g}", str(line["matched"])),
            *(f"{line['mean_days']:.2f}", f"{line['mean_subjects']:.2f}", "yes" if line["holds"] else "no"),
        )
        for line in lines_of(lines, "lernfair")
    ]
    return table(("Days between runs", "Weight of a subject", "Matched", "Days", "Subjects", "At least theirs"), rows)

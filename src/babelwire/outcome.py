"""Decides how a run ended: from what became of its inputs, by source, and from what its sources usually give."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from babelwire.article import NEW, PENDING, REJECTED, REVISION, RUN_STATES, UNCHANGED
from babelwire.nightly.settings import SilentSource, Thresholds

COMPLETED, WARNINGS, FAILED = RUN_STATES
NOT_TRANSLATED = "not_translated"
_MOST_REASONS = 5

Ledger = Mapping[tuple[str | None, str, str | None], int]
"""How many inputs there are by origin (null where no source named them), disposition and reason code."""


@dataclass(frozen=True)
class Outcome:
    """The state of a run, one of `article.RUN_STATES`, and the sentences that say why it is not `completed`."""

    state: str
    warnings: tuple[str, ...] = ()


Judge = Callable[[Ledger], Outcome]


@dataclass(frozen=True)
class Nights:
    """What sources gave on earlier nights.

    Attributes:
        date: the night's own.
        earlier: articles by source on each of the nights before, by date.
        tonight: articles by source in earlier runs of this very night.
    """

    date: dt.date
    earlier: Mapping[dt.date, Mapping[str, int]] = field(default_factory=dict)
    tonight: Mapping[str, int] = field(default_factory=dict)


def judge_run(ledger: Ledger) -> Outcome:
    """The outcome of a run that nobody set thresholds for: whatever is rejected or waits is a warning, nothing fails."""
    any_at_all = Thresholds(
        warn_rejected_share=0, fail_rejected_share=1, warn_untranslated_share=0, fail_untranslated_share=1
    )
    return _sum_up(_shares(ledger, any_at_all))


def judge_night(
    ledger: Ledger,
    thresholds: Thresholds,
    *,
    sources: Collection[str] = (),
    silent: SilentSource | None = None,
    nights: Nights | None = None,
    missing: Sequence[str] = (),
) -> Outcome:
    """The outcome of a night.

    Args:
        sources: the names of the sources that the configuration has.
        silent: the guard against silent sources; without it there is none.
        nights: what they gave before.
        missing: sentences about places that were not there; each is a warning.
    """
    found = [(WARNINGS, sentence) for sentence in missing]
    found += _shares(ledger, thresholds)
    if silent is not None and silent.state != "ignore" and nights is not None:
        state = FAILED if silent.state == "fail" else WARNINGS
        found += [(state, sentence) for sentence in _silent(ledger, sources, silent, nights)]
    return _sum_up(found)


def articles_by_source(ledger: Ledger) -> dict[str, int]:
    """How many articles each source gave: new, revised, or waiting for their translation alone."""
    given: Counter[str] = Counter()
    for (origin, disposition, reason), count in ledger.items():
        if origin is not None and (disposition in {NEW, REVISION} or _waits_for_translation(disposition, reason)):
            given[origin] += count
    return dict(given)


def _sum_up(found: Sequence[tuple[str, str]]) -> Outcome:
    worst = max((state for state, _ in found), key=RUN_STATES.index, default=COMPLETED)
    worst_first = sorted(found, key=lambda each: -RUN_STATES.index(each[0]))
    return Outcome(worst, tuple(sentence for _, sentence in worst_first))


def _shares(ledger: Ledger, thresholds: Thresholds) -> list[tuple[str, str]]:
    read = sum(count for (_, disposition, _), count in ledger.items() if disposition != UNCHANGED)
    untranslated = sum(count for (_, d, reason), count in ledger.items() if _waits_for_translation(d, reason))
    articles = untranslated + sum(count for (_, d, _), count in ledger.items() if d in {NEW, REVISION})
    reasons: Counter[str] = Counter()
    for (_, disposition, reason), count in ledger.items():
        if disposition in {REJECTED, PENDING} and not _waits_for_translation(disposition, reason):
            reasons[reason or disposition] += count
    stopped = reasons.total()
    # Less than so many inputs say little: one empty file of two is no failure.
    most = FAILED if read >= thresholds.least_inputs else WARNINGS
    found = []
    if state := _passed(stopped, read, thresholds.warn_rejected_share, thresholds.fail_rejected_share, most):
        why = ", ".join(f"{n} {code}" for code, n in reasons.most_common(_MOST_REASONS))
        more = " and others" if len(reasons) > _MOST_REASONS else ""
        what = f"{stopped} of {read} inputs ({_percent(stopped, read)}) were rejected or could not be read"
        found.append((state, f"{what}: {why}{more}."))
    if state := _passed(
        untranslated, articles, thresholds.warn_untranslated_share, thresholds.fail_untranslated_share, most
    ):
        what = f"{untranslated} of {articles} articles ({_percent(untranslated, articles)}) wait for their translation"
        found.append((state, f"{what}. The next run with an engine finishes them."))
    return found


def _passed(count: int, total: int, warn: float, fail: float, most: str) -> str | None:
    share = count / total if total else 0
    if share > fail:
        return most
    return WARNINGS if share > warn else None


def _silent(ledger: Ledger, sources: Collection[str], silent: SilentSource, nights: Nights) -> list[str]:
    given = articles_by_source(ledger)
    sentences = []
    for source in sources:
        before = {each: nights.earlier[each].get(source, 0) for each in sorted(nights.earlier)[-silent.nights :]}
        # Nights before a source was first there say nothing of it.
        first = next((each for each, count in before.items() if count), nights.date)
        before = {each: count for each, count in before.items() if each >= first}
        usual = median_low(before.values()) if before else 0
        gives_nothing = not given.get(source, 0) + nights.tonight.get(source, 0)
        if gives_nothing and usual >= silent.least_usual and not _is_its_day_off(nights.date, before):
            when = "the night before" if len(before) == 1 else f"most of the last {len(before)} nights"
            sentences.append(
                f"The source {source} gave no article tonight; on {when} it gave {usual} or more. Look whether it "
                "still delivers, and whether its address or folder has changed."
            )
    return sentences


def _is_its_day_off(date: dt.date, before: Mapping[dt.date, int]) -> bool:
    """Whether it gave nothing on this day of the week before, either."""
    same_day = [count for each, count in before.items() if (date - each).days % 7 == 0]
    return bool(same_day) and not any(same_day)


def _waits_for_translation(disposition: str, reason: str | None) -> bool:
    return disposition == PENDING and reason in {None, NOT_TRANSLATED}


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if part / whole >= 0.01 else "less than 1%"

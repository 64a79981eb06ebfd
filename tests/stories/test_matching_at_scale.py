"""Matching however the articles are ordered, split, cut into pieces or dated, and what makes a candidate."""

import random

import numpy as np
import pandas as pd
import pytest

from babelwire.article import MATCHES
from babelwire.frames import values, with_columns
from babelwire.settings import Stories
from babelwire.stories import Corpus, compare, find_copies, find_pairs, group
from babelwire.stories import candidates as candidates_module
from babelwire.stories import corpus as corpus_module
from babelwire.stories import matching as matching_module
from babelwire.stories.judging import measure
from stories.events import FERRY, FERRY_ELSEWHERE, NOON, SETTINGS, article, fingerprinted
from stories.newsroom_days import thirty_days

WITHOUT = Stories(encoder="none")


@pytest.fixture(scope="module")
def month():
    """A thousand articles of thirty days, in no order."""
    return fingerprinted(*thirty_days(1000), settings=WITHOUT)


@pytest.fixture(scope="module")
def pairs(month):
    return find_pairs(month, None, SETTINGS)


def in_order(*frames):
    found = pd.concat(frames, ignore_index=True)
    return found.sort_values(["article_id", "matched_to"], ignore_index=True)


def stories_of(assigned):
    return dict(zip(values(assigned, "article_id"), values(assigned, "story_id"), strict=True))


def relations_of(assigned):
    columns = (values(assigned, c) for c in ("article_id", "relation", "related_to", "similarity"))
    return {a: tuple(row) for a, *row in zip(*columns, strict=True)}


def sets_of(stories):
    found = {}
    for one, story in stories.items():
        found.setdefault(story, set()).add(one)
    return {frozenset(members) for members in found.values()}


def test_the_month_has_something_of_everything(pairs):
    counts = pairs["relation"].value_counts()
    assert counts["overlap"] > 200
    assert counts["near_duplicate"] > 20
    assert counts["duplicate"] > 10


@pytest.mark.parametrize("seed", range(5))
def test_any_split_of_the_articles_gives_the_same_pairs(month, pairs, seed):
    part = np.random.default_rng(seed).integers(0, 3, len(month))
    corpora = [Corpus.of(month[part == p]) for p in range(3)]
    found = [find_copies(month, None)] + [compare(one, None, SETTINGS) for one in corpora]
    found += [compare(corpora[i], corpora[j], SETTINGS) for i, j in ((0, 1), (2, 0), (1, 2))]
    assert in_order(*found).equals(pairs)


def test_which_of_two_corpora_comes_first_changes_nothing(month):
    early, late = Corpus.of(month[:300]), Corpus.of(month[300:])
    assert compare(early, late, SETTINGS).equals(compare(late, early, SETTINGS))


def test_fifty_shuffles_give_the_same_pairs_and_stories(month):
    some = month[:150]
    expected = find_pairs(some, None, SETTINGS)
    grouped = group(some, expected, {})
    for seed in range(50):
        shuffled = some.sample(frac=1, random_state=seed).reset_index(drop=True)
        found = find_pairs(shuffled, None, SETTINGS)
        assert found.equals(expected)
        assert group(shuffled, found.sample(frac=1, random_state=seed), {}).equals(grouped)


def test_thirty_days_one_by_one_are_the_same_as_all_at_once(month, pairs):
    at_once = group(month, pairs, {})
    day = ((pd.Series(values(month, "published_at")) - NOON).dt.total_seconds() // 86400).to_numpy()
    found, stories, relations = [], {}, {}
    for today in sorted(set(day)):
        so_far = month[day <= today]
        found.append(find_pairs(so_far, set(values(month[day == today], "article_id")), SETTINGS))
        grouped = group(so_far, in_order(*found), stories, whole=set(stories.values()))
        stories |= stories_of(grouped)
        relations |= relations_of(grouped)
    assert in_order(*found).equals(pairs)
    assert sets_of(stories) == sets_of(stories_of(at_once))
    assert relations == relations_of(at_once)


def test_the_sizes_of_pieces_and_blocks_change_nothing(month, pairs, monkeypatch):
    monkeypatch.setattr(corpus_module, "SLICE", 37)
    monkeypatch.setattr(candidates_module, "PIECE", 150)
    monkeypatch.setattr(candidates_module, "CELLS", 2_000)
    monkeypatch.setattr(candidates_module, "MOST_ROWS", 41)
    monkeypatch.setattr(matching_module, "JUDGED", 13)
    monkeypatch.setattr(matching_module, "THREADS", 3)
    assert find_pairs(month, None, SETTINGS).equals(pairs)


def test_no_accepted_pair_is_missed(month, pairs):
    """Judging all pairs of the month finds those that the candidates find: here none agrees in too little."""
    corpus = Corpus.of(month[:400])
    later, earlier = np.tril_indices(len(corpus), -1)
    far = np.abs(corpus.times[later] - corpus.times[earlier]) > SETTINGS.window_days * matching_module.DAY
    allowed = ~(far & corpus.dated[later] & corpus.dated[earlier]) & (corpus.hashes[later] != corpus.hashes[earlier])
    later, earlier = later[allowed], earlier[allowed]
    parts = measure(corpus, later, corpus, earlier, SETTINGS)
    accepted = np.flatnonzero(parts["near"] | parts["overlapping"])
    expected = set(zip(corpus.ids[later[accepted]], corpus.ids[earlier[accepted]], strict=True))
    chosen = pairs[(pairs["relation"] != "duplicate").to_numpy(bool)]
    ids = set(corpus.ids)
    found = set(zip(values(chosen, "article_id"), values(chosen, "matched_to"), strict=True))
    assert expected == {pair for pair in found if set(pair) <= ids}
    assert len(expected) > 50


def test_a_name_that_everybody_writes_is_not_passed_over():
    crowd = [article(f"z{i}", f"Report {i} on another matter, says Stella Bruna of Tarvella." * 2) for i in range(300)]
    frame = fingerprinted(article("a"), article("b", FERRY_ELSEWHERE), *crowd, settings=WITHOUT)
    found = find_pairs(frame, {"a"}, SETTINGS)
    assert ("b", "a") in set(zip(values(found, "article_id"), values(found, "matched_to"), strict=True))


def test_names_that_the_others_do_not_know_still_count_among_the_heaviest():
    """Whether two are a candidate is said by the two alone, and not by what else is in one of the corpora."""
    luck = random.Random(3)
    frame = fingerprinted(*(article(str(i), f"text {i}", hours=i) for i in range(20)), settings=WITHOUT)
    shared = [f"n:shared{i}" for i in range(90)]
    terms = [
        [
            {"term": t, "weight": 1.0 + luck.random()}
            for t in [*luck.sample(shared, 20), *(f"n:own{i}x{k}" for k in range(9))]
        ]
        + [{"term": f"w{k}", "weight": 1.0} for k in luck.sample(range(30), 20)]
        for i in range(20)
    ]
    frame = with_columns(frame, terms=terms)
    together = find_pairs(frame, None, SETTINGS)
    alone = [Corpus.of(frame.iloc[[i]]) for i in range(20)]
    apart = [compare(alone[i], alone[j], SETTINGS) for i in range(20) for j in range(i)]
    assert in_order(*apart).equals(together)
    assert 0 < len(together) < 20 * 19 // 2


def test_articles_in_two_languages_without_a_translation_meet_by_their_vectors():
    text = {"de": "Die Faehre lief am Dienstag vor Tarvella auf Grund.", "en": FERRY, "fr": "Le verger de Pomarolo."}
    rows = [
        article(f"{lang}{i}", text[lang], language=lang, text_en=FERRY if lang == "en" else None)
        for lang in text
        for i in range(2)
    ]
    for row in rows:
        row["content_hash"] += row["article_id"]
    frame = fingerprinted(*rows, settings=WITHOUT)
    meaning = {"de": [90, 90, 0, 0], "en": [80, 95, 10, 0], "fr": [0, 0, 127, 0]}
    frame = with_columns(frame, vector=[meaning[row["language"]] for row in rows], signature=[None] * len(rows))
    blocks = candidates_module.blocks(Corpus.of(frame), None, 10**15)
    ids = Corpus.of(frame).ids
    found = {frozenset((ids[r], b.piece.ids[o])) for b in blocks for r, o in zip(*b.candidates(), strict=True)}
    across = {pair for pair in found if len({one[:2] for one in pair}) == 2}
    assert across == {frozenset((f"de{i}", f"en{j}")) for i in range(2) for j in range(2)}
    assert {frozenset(("en0", "en1"))} < found


def test_a_corpus_of_nothing_has_no_pairs():
    nothing, one = Corpus.of(fingerprinted(settings=WITHOUT)), Corpus.of(fingerprinted(article("a"), settings=WITHOUT))
    for found in (compare(nothing, None, SETTINGS), compare(nothing, one, SETTINGS), compare(one, nothing, SETTINGS)):
        assert len(found) == 0
        assert list(found.columns) == MATCHES.schema.names


def test_copies_need_no_more_than_who_when_and_which_text():
    frame = fingerprinted(article("b", hours=30 * 24), article("a"), article("c", FERRY_ELSEWHERE), settings=WITHOUT)
    light = frame[["article_id", "published_at", "published_from", "content_hash"]]
    assert find_copies(light, {"b"}).equals(find_pairs(frame, {"b"}, SETTINGS))
    assert len(find_copies(light, {"c"})) == 0

"""What changed between two texts: every word is told once, nothing is told that did not happen, in bounded time."""

import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artefacts import comparing
from artefacts.comparing import Changes, Place, Word, compare, match, words_of

VOCABULARY = [
    *("key", "party", "signs", "message", "never", "always", "verifies", "5.2", "(a)"),
    *("certificate,", "expires.", "renewal", "within", "days;", "30"),
]
lines = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=9).map(" ".join)
pages = st.lists(lines, max_size=comparing.BODY - 1).map("\n".join)  # too short to have heads
texts = st.lists(pages, max_size=6)


@st.composite
def revised(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A text and a revision of it: pages put in, taken out, rewritten, and words within them."""
    before = draw(texts)
    after: list[str] = []
    for page in before:
        how = draw(st.sampled_from(["keep", "keep", "keep", "drop", "rewrite", "insert", "edit", "join"]))
        if how == "insert":
            after.append(draw(pages))
        if how == "edit":
            words = page.split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(VOCABULARY))
            after.append(" ".join(words))
        elif how == "join" and after:
            after[-1] = f"{after[-1]}\n{page}".strip()
        elif how == "rewrite":
            after.append(draw(pages))
        elif how != "drop":
            after.append(page)
    return before, after


pairs = st.one_of(revised(), st.tuples(texts, texts))


def told(changes: Changes, earlier: Sequence[str], later: Sequence[str]) -> dict[str, list[Word]]:
    """The words of the output by kind, in its order."""
    found: dict[str, list[Word]] = {"same": [], "added": [], "removed": [], "later": []}
    for block in changes.blocks:
        if block.kind == "same":
            found["same"] += words_of(later[block.page - 1])
            found["later"] += words_of(later[block.page - 1])
        for run in block.runs:
            source = earlier if run.kind == "removed" else later
            words = words_of(source[run.page - 1])[run.start : run.end]
            found[run.kind] += words
            found["later"] += words if run.kind != "removed" else []
    return found


def keys(words: Sequence[Word]) -> Counter[str]:
    return Counter(word.key for word in words)


def all_words(text: Sequence[str]) -> list[Word]:
    return [word for page in text for word in words_of(page)]


@given(pairs)
@settings(deadline=None, max_examples=200)
def test_every_word_of_both_is_told_once(pair: tuple[list[str], list[str]]) -> None:
    earlier, later = pair
    found = told(compare(earlier, later), earlier, later)
    assert found["later"] == all_words(later)
    assert keys(found["same"]) + keys(found["removed"]) == keys(all_words(earlier))
    assert keys(found["same"]) + keys(found["added"]) == keys(all_words(later))


@given(texts)
@settings(deadline=None)
def test_a_text_has_not_changed_from_itself(text: list[str]) -> None:
    changes = compare(text, text)
    assert {block.kind for block in changes.blocks} <= {"same", "blank"}
    assert [block.page for block in changes.blocks] == list(range(1, len(text) + 1))
    assert changes.places == [Place(page if words_of(row) else 0, False) for page, row in enumerate(text, 1)]


@given(pairs)
@settings(deadline=None, max_examples=200)
def test_swapped_texts_give_the_mirror(pair: tuple[list[str], list[str]]) -> None:
    earlier, later = pair
    there, back = compare(earlier, later), compare(later, earlier)
    one, two = told(there, earlier, later), told(back, later, earlier)
    assert (keys(one["added"]), keys(one["removed"])) == (keys(two["removed"]), keys(two["added"]))
    assert (there.count("added"), there.count("removed")) == (back.count("removed"), back.count("added"))
    assert there.blank == back.blank[::-1]


@given(pairs)
@settings(deadline=None)
def test_pages_come_in_order_and_every_page_of_the_earlier_has_a_place(pair: tuple[list[str], list[str]]) -> None:
    earlier, later = pair
    changes = compare(earlier, later)
    assert [block.page for block in changes.blocks if block.page] == list(range(1, len(later) + 1))
    removed = [block.earlier[0] for block in changes.blocks if block.kind == "removed"]
    assert removed == sorted(set(removed))
    assert len(changes.places) == len(earlier)
    for number, place in enumerate(changes.places, 1):
        assert (place == Place(0, True)) == (number in removed)


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
@settings(deadline=None)
def test_matches_are_the_same_words_in_order(one: list[str], two: list[str]) -> None:
    found = match(one, two)
    for row in found:
        assert row.size > 0
        assert one[row.earlier : row.earlier + row.size] == two[row.later : row.later + row.size]
    for before, after in pairwise(found):
        assert before.earlier + before.size <= after.earlier
        assert before.later + before.size <= after.later
    assert [(row.later, row.earlier, row.size) for row in found] == [tuple(row) for row in match(two, one)]


# --------------------------------------------------------------------------------------------------------- what is told

BODY = (
    "Certificates go to parties.\nA party holds one of each kind.\nNone is lent.\nEach is kept.\nSo it is done.",
    "Keys are made in public.\nTwo officers and a guest watch.\nThe script is read.\nIt is signed.\nIt is kept.",
    "Messages are signed whole.\nReceipts are not signed.\nFailures are told.\nThree raise an alarm.\nIt is answered.",
    "Events are kept for a year.\nAlarms are seen at once.\nClocks agree.\nNobody waits.\nEverybody is told.",
)


def headed(bodies: Sequence[str], label: str) -> list[str]:
    """Pages as documents have them: the same head on each, and at the foot its number."""
    return [f"Key policy {label}\n{body}\nPage {number} of {len(bodies)}" for number, body in enumerate(bodies, 1)]


def kinds(changes: Changes) -> list[tuple[str, int]]:
    return [(block.kind, block.page or block.earlier[0]) for block in changes.blocks]


def test_a_page_put_in_changes_no_other_though_heads_and_numbers_do() -> None:
    new = "Backups are held by five.\nAny three restore.\nNone travels.\nThey are counted.\nOnce a year."
    earlier, later = headed(BODY, "0.1"), headed((*BODY[:2], new, *BODY[2:]), "0.2")
    there, back = compare(earlier, later), compare(later, earlier)
    assert kinds(there) == [("same", 1), ("same", 2), ("added", 3), ("same", 4), ("same", 5)]
    assert kinds(back) == [("same", 1), ("same", 2), ("removed", 3), ("same", 3), ("same", 4)]
    assert [place.page for place in there.places] == [1, 2, 4, 5]


def test_a_paragraph_that_moved_to_the_next_page_has_not_changed() -> None:
    one = [BODY[0], BODY[1]]
    moved = [BODY[0].rpartition("\n")[0], f"So it is done.\n{BODY[1]}"]
    assert {kind for kind, _ in kinds(compare(one, moved))} == {"same"}


def test_one_word_is_told_where_it_is() -> None:
    later = [BODY[0], BODY[1].replace("Two", "Three"), *BODY[2:]]
    changes = compare(BODY, later)
    found = told(changes, BODY, later)
    assert kinds(changes) == [("same", 1), ("changed", 2), ("same", 3), ("same", 4)]
    assert [word.text for word in found["added"] + found["removed"]] == ["Three", "Two"]
    assert [place.changed for place in changes.places] == [False, True, False, False]


def test_a_figure_in_the_text_is_no_page_number() -> None:
    """Numbers that repeat at the foot of pages are set aside only where they count them."""
    levels = [f"{body}\n{level}" for body, level in zip(BODY, "1312", strict=True)]
    raised = [*levels[:3], levels[3].replace("\n2", "\n3")]
    assert [kind for kind, _ in kinds(compare(levels, raised))] == ["same", "same", "same", "changed"]


def test_wrapping_hyphens_and_quotation_marks_are_no_change() -> None:
    one = ["A well-known “party” renews in time, and signs for every mes\u00adsage of its own. A message is kept."]
    two = ['A well\u2011\nknown "party" renews\nin time, and signs for every message of its own.\nA message is kept.']
    assert kinds(compare(one, two)) == [("same", 1)]


def test_a_word_goes_on_over_a_few_lines_and_no_more() -> None:
    """A word that grew with every line of a hostile text would take the square of its lines."""
    assert [word.text for word in words_of("inter\u2010\noper\u2010\nability holds")] == [
        "inter\u2010oper\u2010ability",
        "holds",
    ]
    found = words_of("\n".join(["ab\u2010"] * 90_000))
    assert max(len(word.text) for word in found) == 3 * comparing.MOST_LINES
    assert sum(len(word.text) for word in found) == 3 * 90_000


def test_pages_without_text_are_named_and_not_compared() -> None:
    changes = compare(["", BODY[0]], [BODY[0], "", ""])
    assert kinds(changes) == [("same", 1), ("blank", 2), ("blank", 3)]
    assert changes.blank == ([1], [2, 3])


def test_running_heads_that_differ_are_told_once() -> None:
    assert compare(headed(BODY, "draft"), headed(BODY, "final")).heads == (["Key policy draft"], ["Key policy final"])


def heads_of(earlier: str, later: str, pages: int = 8, more: int = 0) -> tuple[list[str], list[str]]:
    """What is told of a head, or foot, with ``{}`` for the number of its page."""
    texts = [
        [f"{head.format(page, many)}\n{BODY[page % 4]}" for page in range(1, many + 1)]
        for head, many in ((earlier, pages), (later, pages + more))
    ]
    return compare(*texts).heads


def test_a_figure_that_changed_in_a_head_is_told() -> None:
    one, two = "Keys are rotated every 30 days", "Keys are rotated every 90 days"
    assert heads_of(one, two) == ([one], [two])
    assert heads_of(f"{one}, page {{}}", f"{two}, page {{}}") == ([f"{one}, page 1"], [f"{two}, page 1"])
    assert heads_of("Policy 2026-03, page {} of {}", "Policy 2026-03, page {} of {}", more=2) == ([], [])


def test_a_number_of_pages_that_begins_anew_is_still_one() -> None:
    pages = [f"Annex, page {page - 6 if page > 6 else page}\n{BODY[page % 4]}" for page in range(1, 13)]
    longer = [*pages, f"Annex, page 7\n{BODY[1]}"]
    changes = compare(pages, longer)
    assert changes.heads == ([], [])
    assert [kind for kind, _ in kinds(changes)] == ["same"] * 12 + ["added"]


@pytest.mark.parametrize("pages", [3, 8, 12])
def test_a_short_text_loses_no_line_that_some_pages_share(pages: int) -> None:
    """Three pages of a short text begin alike, but for a figure, and the figure of one changed."""
    earlier = [
        f"Level of assurance: {page}\n{BODY[page % 4]}" if page <= 3 else BODY[page % 4] for page in range(1, pages + 1)
    ]
    later = [earlier[0].replace(": 1", ": 3"), *earlier[1:]]
    assert kinds(compare(earlier, later))[0] == ("changed", 1)


def test_a_line_whose_figure_goes_up_and_down_is_no_head() -> None:
    earlier = [f"Level of assurance: {level}\n{body}" for level, body in zip("31213121", BODY * 2, strict=True)]
    later = [earlier[0], earlier[1].replace(": 1", ": 3"), *earlier[2:]]
    assert ("changed", 2) in kinds(compare(earlier, later))


HOSTILE = {
    "one word": (["a"] * 120_000, ["a"] * 119_999),
    "two words": (["a", "b"] * 60_000, ["b", "b", "a"] * 40_000),
    "few words in no order": ([str(n * n % 31) for n in range(120_000)], [str(n * n * n % 37) for n in range(120_000)]),
    "nothing in common": ([f"a{n}" for n in range(120_000)], [f"b{n}" for n in range(120_000)]),
    "backwards": ([str(n) for n in range(120_000)], [str(n) for n in range(120_000, 0, -1)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_three_hundred_pages_take_bounded_time_whatever_is_on_them(name: str) -> None:
    one, two = ([" ".join(words[at : at + 400]) for at in range(0, len(words), 400)] for words in HOSTILE[name])
    started = time.process_time()
    compare(one, two)
    assert time.process_time() - started < 20


def test_a_text_too_long_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST_WORDS", 10)
    with pytest.raises(comparing.TooLong):
        compare(BODY, ["short"])

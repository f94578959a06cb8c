"""The extractive answer shows the guide's own statements that answer the question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ragprep.answer.extract import choose_entries, extract, omitted
from ragprep.types.guide import KeyPoint
from ragprep.types.search import Cosines, Hit, SearchResult

Finder = Callable[..., SearchResult]
Maker = Callable[..., Hit]
Points = dict[str, tuple[KeyPoint, ...]]


def texts(question: str, hits: tuple[Hit, ...], points: Points) -> list[str]:
    return [sentence.text for sentence in extract(question, hits, points)]


def test_a_question_about_the_whole_entry_gets_all_of_it(result_of: Finder, points: Points) -> None:
    """Statements in the guide's order, lists as lists under the line that leads in to them."""
    assert texts("Tell me about dropout", result_of("q1").hits, points) == [
        "Dropout switches off random units during training.",
        "Benefits:",
        "- Prevents overfitting",
        "- Acts as an ensemble",
    ]


def test_every_statement_cites_its_entry(result_of: Finder, points: Points) -> None:
    """The label stands behind each sentence, lead-in lines included."""
    sentences = extract("Tell me about dropout", result_of("q1").hits, points)
    assert {sentence.citations for sentence in sentences} == {("q1",)}


def test_steps_keep_their_numbers(result_of: Finder, points: Points) -> None:
    """A procedure reads as one."""
    shown = texts("how do you implement k-means", result_of("q3").hits, points)
    assert [text[:2] for text in shown] == ["Al", "1.", "2.", "3.", "4."]


def test_a_question_about_a_point_gets_the_point(result_of: Finder, points: Points) -> None:
    """What it leaves out of the entry is named apart."""
    hits = result_of("q4").hits
    cosines = {"id-q4": Cosines(0.4, (0.2, 0.7, 0.3, 0.1))}
    sentences = extract("what finds the outline?", hits, points, cosines=cosines)
    assert [s.text for s in sentences] == ["- Sobel filter: Edge detection"]
    assert [s.text for s in omitted(sentences, hits, points)] == [
        "Gaussian filter: Smoothing",
        "Median filter: Noise reduction",
        "Gabor filter: Texture analysis",
    ]


def test_an_entry_given_whole_leaves_nothing_out(result_of: Finder, points: Points) -> None:
    """Nor does an entry that is not cited."""
    hits = result_of("q1", "q4").hits
    assert omitted(extract("Tell me about dropout", hits, points), hits, points) == []


def test_a_comparison_takes_the_entry_of_each_thing(result_of: Finder, points: Points) -> None:
    """Two entries are merged when the question sets them side by side."""
    hits = result_of("q1", "q3", "q2").hits
    chosen = choose_entries("Compare dropout with batch normalization", hits)
    assert [h.entry.label for h in chosen] == ["q1", "q2"]
    shown = texts("Compare dropout with batch normalization", hits, points)
    assert shown.count("Benefits:") == 2
    assert "- Faster training" in shown


def test_things_compared_are_given_whole(result_of: Finder, points: Points) -> None:
    """That a statement names one of the two does not make it the detail asked about."""
    hits = result_of("q4", "q1").hits
    cosines = {"id-q4": Cosines(0.4, (0.2, 0.7, 0.3, 0.1)), "id-q1": Cosines(0.4, (0.9, 0.1, 0.1))}
    sentences = extract("image filters and dropout", hits, points, cosines=cosines)
    assert [s.text for s in sentences].count("- Gabor filter: Texture analysis") == 1
    assert {s.citations for s in sentences} == {("q4",), ("q1",)}


def test_one_entry_is_enough_for_a_comparison_it_makes_itself(result_of: Finder) -> None:
    """Nothing is added to an entry that explains both."""
    chosen = choose_entries("Sobel filter vs Gaussian filter", result_of("q4", "q1").hits)
    assert [h.entry.label for h in chosen] == ["q4"]


def test_another_entry_is_not_added_without_need(result_of: Finder) -> None:
    """A question about one thing is answered from one entry."""
    assert len(choose_entries("What is dropout?", result_of("q1", "q2").hits)) == 1


def test_an_entry_about_as_relevant_is_added(hit: Maker) -> None:
    """Where retrieval cannot tell two entries apart, both answer."""
    hits = [hit("q1", relevance=0.60), hit("q2", relevance=0.59)]
    assert len(choose_entries("What is dropout?", hits)) == 2


def test_a_sure_entry_answers_alone(hit: Maker) -> None:
    """Where the best entry is most likely right, a second would be padding."""
    hits = [hit("q1", relevance=0.80), hit("q2", relevance=0.79)]
    assert len(choose_entries("What is dropout?", hits)) == 1


def test_a_list_that_follows_another_entry_says_what_it_is_about(
    hit: Maker, points: Points
) -> None:
    """The second entry's question stands before its list when no sentence of its own does."""
    hits = [hit("q1", relevance=0.60), hit("q3", relevance=0.59)]
    shown = texts("dropout", tuple(hits), points)
    at = shown.index("How do you implement k-means from scratch?")
    assert shown[at : at + 3] == [
        "How do you implement k-means from scratch?",
        "Algorithm:",
        "1. Initialize: Pick 5 random centroids",
    ]


def test_the_same_statement_is_shown_once(hit: Maker, points: Points) -> None:
    """Near-duplicate entries do not make an answer repeat itself."""
    points["id-q2"] = points["id-q1"]
    hits = (hit("q1", relevance=0.60), hit("q2", relevance=0.59))
    assert texts("dropout", hits, points) == texts("dropout", hits[:1], points)


def test_an_entry_without_key_points_shows_its_answer(hit: Maker) -> None:
    """An answer that is, say, one code block is not silent, and stays code."""
    bare = hit("q1")
    code = replace(bare, entry=replace(bare.entry, answer="```\nx = 1\n```"))
    assert texts("dropout", (code,), {}) == ["```\nx = 1\n```"]


def test_a_long_entry_is_cut_to_its_closest_statements(hit: Maker) -> None:
    """At most ten statements are taken from one entry, in its order."""
    statements = tuple(KeyPoint(f"Fact {n}", n) for n in range(12))
    cosines = {"id-q1": Cosines(1.0, tuple(float(n not in {0, 7}) for n in range(12)))}
    sentences = extract("facts", [hit("q1")], {"id-q1": statements}, cosines=cosines)
    assert [s.text for s in sentences] == [f"Fact {n}" for n in range(12) if n not in {0, 7}]


def test_no_hits_give_no_answer() -> None:
    """Nothing is made up."""
    assert extract("dropout", [], {}) == []


def test_all_text_is_the_guides(result_of: Finder, points: Points) -> None:
    """Every statement shown stands in the guide, but for its list mark."""
    guide = {point.text for statements in points.values() for point in statements}
    shown = texts("dropout or batch normalization", result_of("q1", "q2").hits, points)
    assert {t.removeprefix("- ") for t in shown} - {"Benefits:"} <= guide

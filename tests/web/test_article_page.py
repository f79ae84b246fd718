"""The Article page: what it computes beside what was published."""

from eigfit.web.article.stages import STAGES
from tests.web.pages import settled, words


def test_every_published_number_of_the_article_comes_out():
    at = settled("pages/article.py")
    text = words(at)
    assert "✗" not in text
    published = [each for stage in STAGES for each in stage.published.values()]
    compared = [each for each in published if each.within is not None]
    assert len(compared) == len(published) - 1, "all but the counts from other starts"
    assert text.count("✓") == sum(not each.missed for each in compared)
    assert text.count("≠ wrong") == sum(each.missed for each in published) == 1

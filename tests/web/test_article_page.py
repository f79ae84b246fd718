"""The Article page: what it computes beside what was published."""

from eigfit.web.article.stages import STAGES
from tests.web.pages import settled, words


def test_every_published_number_of_the_article_comes_out():
    at = settled("pages/article.py")
    text = words(at)
    assert "✗" not in text
    assert text.count("✓") == sum(len(stage.published) for stage in STAGES)

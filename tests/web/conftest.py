"""What all tests of pages share."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def quick(quick_pages: None) -> None:
    """Every module here opens pages."""

"""The forms in which a link is shared: to copy, as a QR code, as lines of HTML."""

import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from streamlit.testing.v1 import AppTest

from eigfit.web import share
from eigfit.web.address import LONGEST_ADDRESS, page_address
from eigfit.web.embed import SIZES, THEMES, snippet
from eigfit.web.qr_code import as_png, as_svg, qr_code
from tests.web.pages import caption, opened, settled

LINK = "https://eigfit.example/below/compare?v=1&n=4&target=1,2,-3.5,4"


def buttons(at: AppTest) -> dict[str, dict]:
    """What the buttons that copy were given, by their labels."""
    parts = [part.proto for part in at.get("bidi_component")]
    found = [json.loads(part.json) for part in parts if part.component_name == "eigfit.copy"]
    return {button["label"]: button for button in found}


def frame(lines: str) -> dict[str, str]:
    """The attributes of the one iframe that the lines are."""
    found = ElementTree.fromstring(lines)
    assert found.tag == "iframe"
    return found.attrib


def test_the_link_to_copy_names_only_what_differs():
    link = {"v": "1", "seed": "7", "target": "1,2,4"}
    at = opened(**link)
    assert buttons(at)["Copy link"]["query"] == "v=1&target=1,2,4&seed=7"


@pytest.mark.parametrize(("page", "open_page"), [
    ("app.py", opened), ("pages/compare.py", opened), ("pages/derivatives.py", settled),
])  # fmt: skip
def test_a_page_whose_address_is_known_has_a_code_and_lines_to_embed(
    page: str, open_page, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(share, "page_address", lambda **_: "https://eigfit.example/page")
    at = open_page(page, v="1", seed="7")
    lines = buttons(at)["Copy HTML"]["text"]
    assert frame(lines)["src"] == (
        "https://eigfit.example/page?v=1&seed=7&embed=true&embed_options=light_theme"
    )
    assert lines in [code.value for code in at.code]
    at.selectbox(key="embed_size").select_index(0)
    at.run()
    found = frame(buttons(at)["Copy HTML"]["text"])
    assert (found["width"], found["height"]) == tuple(map(str, SIZES["Small"]))
    assert len(at.get("image")) == 1


def test_a_page_whose_address_is_not_known_says_so():
    at = opened()
    assert "no QR code here, as the link is not known" in caption(at)
    assert "nothing to embed" in caption(at)
    assert "Copy HTML" not in buttons(at)


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("size", SIZES.values())
def test_lines_to_embed_are_one_frame_of_the_link(size, theme: str):
    hostile = f'{LINK}&x="><script>'
    found = frame(snippet(hostile, size, theme))
    assert found["src"] == f"{hostile}&embed=true&embed_options={theme}"
    assert (found["width"], found["height"]) == (str(size.width), str(size.height))
    assert found["title"]


def test_a_code_is_read_as_its_link():
    code = qr_code(LINK)
    assert code is not None
    picture = np.array(Image.open(io.BytesIO(as_png(code))).convert("L"))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == LINK
    quiet = 4 * 16
    assert picture[:quiet].min() == picture[:, :quiet].min() == 255


def test_a_drawing_of_a_code_is_black_on_white_in_itself():
    code = qr_code(LINK)
    assert code is not None
    drawing = as_svg(code)
    side = code.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in drawing
    assert 'fill="#fff"' in drawing
    assert 'stroke="#000"' in drawing


def test_what_is_too_long_for_a_code_has_none():
    assert qr_code(LINK + "0" * 3000) is None


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("http://localhost:8501", "http://localhost:8501"),
        ("https://eigfit.example/below/compare", "https://eigfit.example/below/compare"),
        ("https://eigfit.example/below?x=1#y", "https://eigfit.example/below"),
        (None, None),
        ("", None),
        ("https://", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
        ("https://eigfit.example/" + "x" * LONGEST_ADDRESS, None),
    ],
)
def test_the_address_is_the_browsers_if_it_is_one(
    said: str | None, address: str | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.url", said)
    assert page_address() == address
    assert page_address(first=True) == (address and f"{address}/")

"""What the server says before any script of a page has run, at a host's root and below a path."""

import asyncio
import gzip
import re
import struct
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import plotly
import pytest
from starlette.responses import FileResponse
from streamlit.file_util import get_static_dir

from eigfit.web.live import ADDRESS
from eigfit.web.scripts import Scripts
from tests.serving import ROOT, asked, environment, running

PAGES = ("", *(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "fit"))


@pytest.fixture(scope="module", params=["", "below/it"], ids=["root", "below"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    if not request.param:
        yield request.getfixturevalue("server").address
        return
    home = tmp_path_factory.mktemp("home")
    with running(environment(home, STREAMLIT_SERVER_BASE_URL_PATH=request.param)) as server:
        yield server.address


def html(url: str, **headers: str) -> str:
    answer = asked(url, **headers)
    assert (answer.status, answer.kind) == (200, "text/html")
    return answer.body.decode()


def meta(page: str, name: str) -> str:
    (found,) = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)"', page)
    return unescape(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_own_title_and_description(address: str, name: str):
    page = html(f"{address}/{name}?v=1&n=4")
    (title,) = re.findall("<title>(.*)</title>", page)
    assert title == f"{(name or 'fit').capitalize()} · eigfit" == meta(page, "og:title")
    assert len(meta(page, "description")) > 60
    assert meta(page, "description") == meta(page, "og:description")


def test_no_two_pages_are_described_alike(address: str):
    assert len({meta(html(f"{address}/{name}"), "description") for name in PAGES}) == len(PAGES)


def test_the_preview_is_a_picture_of_the_size_it_is_said_to_have(address: str):
    page = html(f"{address}/compare")
    picture = asked(meta(page, "og:image"))
    assert (picture.status, picture.kind) == (200, "image/png")
    said = (int(meta(page, "og:image:width")), int(meta(page, "og:image:height")))
    assert struct.unpack(">II", picture.body[16:24]) == said


def test_the_preview_is_looked_for_where_the_visitor_is(address: str):
    headers = {
        "X_Forwarded_Proto": "https, http",
        "X_Forwarded_Host": "math.example, inner",
        "X_Forwarded_Prefix": "/apps/",
    }
    below = address.partition("localhost:")[2].partition("/")[2]
    expected = "/".join(
        filter(None, ["https://math.example/apps", below, "app/static/preview.png"])
    )
    assert meta(html(f"{address}/", **headers), "og:image") == expected


def test_what_a_stranger_says_of_the_host_stays_a_word(address: str):
    page = html(f"{address}/", X_Forwarded_Host='"><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_the_icon_is_ours(address: str):
    (icon,) = re.findall('rel="shortcut icon" href="([^"]*)"', html(f"{address}/compare"))
    assert asked(urljoin(f"{address}/compare", icon)).kind == "image/svg+xml"


@pytest.mark.parametrize("path", ["nope", "fit", "a/b/nope", "compare/nope", "static/js/nope.js"])
@pytest.mark.parametrize("headers", [{}, {"Accept_Encoding": "gzip"}], ids=["plain", "packed"])
def test_where_there_is_no_page_that_is_said_with_a_way_home(
    address: str, path: str, headers: dict[str, str]
):
    answer = asked(f"{address}/{path}", **headers)
    assert (answer.status, answer.kind) == (404, "text/html")
    (home,) = re.findall('<a href="([^"]*)"', answer.body.decode())
    assert urljoin(f"{address}/{path}", home) == f"{address}/"


def test_a_browser_that_remembers_streamlits_index_is_told_of_ours(address: str):
    index = Path(get_static_dir(), "index.html")
    etag = FileResponse(index, stat_result=index.stat()).headers["etag"]
    assert "<title>Fit" in html(f"{address}/", If_None_Match=etag)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("_stcore/health", "text/plain"),
        ("_stcore/host-config", "application/json"),
        ("favicon.png", "image/png"),
        ("app/static/icon.svg", "image/svg+xml"),
    ],
)
def test_what_streamlit_serves_is_served(address: str, path: str, kind: str):
    assert asked(f"{address}/{path}")[:2] == (200, kind)


def test_streamlits_own_scripts_are_found_from_every_page(address: str):
    (script,) = re.findall(
        '<script type="module" crossorigin src="([^"]*)"', html(f"{address}/compare")
    )
    assert asked(urljoin(f"{address}/compare", script)).status == 200


@pytest.mark.parametrize("path", ["compare/_stcore/health", "media/nope", "component/no/such"])
def test_what_streamlit_refuses_is_refused_in_its_words(address: str, path: str):
    assert asked(f"{address}/{path}")[:2] == (404, "text/plain")


def test_plotlys_script_is_the_installed_one(address: str):
    installed = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    script = f"{address}/{ADDRESS}/plotly/plotly.min.js"
    assert script.removeprefix(f"{address}/") in html(f"{address}/compare")
    assert asked(script).body == installed.read_bytes()


@pytest.mark.parametrize("script", ["plotly/plotly.min.js", "view.js"])
def test_a_script_is_compressed_where_that_is_taken_and_kept_for_ever(address: str, script: str):
    url = f"{address}/{ADDRESS}/{script}"
    for coding in ("gzip", "br, gzip;q=0.8", "identity", ""):
        request = urllib.request.Request(url, headers={"Accept-Encoding": coding})
        with urllib.request.urlopen(request, timeout=20) as answer:
            body, headers = answer.read(), answer.headers
        assert (headers["Content-Encoding"] == "gzip") == ("gzip" in coding)
        assert headers["Content-Type"].startswith(("application/javascript", "text/javascript"))
        assert "immutable" in headers["Cache-Control"]
        assert headers["Vary"].lower() == "accept-encoding"
        plain = gzip.decompress(body) if "gzip" in coding else body
        assert int(headers["Content-Length"]) == len(body)
        assert plain == asked(url).body


def test_a_script_is_compressed_once_for_all_visitors(tmp_path: Path, monkeypatch):
    (tmp_path / "a.js").write_text("1;" * 1000)
    made: list[bytes] = []
    monkeypatch.setattr(
        "eigfit.web.scripts.gzip.compress", lambda plain, mtime: made.append(plain) or b"small"
    )
    scripts = Scripts(directory=tmp_path)
    scope = {"type": "http", "method": "GET", "headers": [(b"accept-encoding", b"gzip")]}
    answers = [asyncio.run(scripts.get_response("a.js", scope)) for _ in range(3)]
    assert [answer.body for answer in answers] == [b"small"] * 3
    assert len(made) == 1

"""Query strings as nobody should write them, and what must hold of each all the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, quote_from_bytes, urlencode

from eigfit.experiment.links import full_link, read_link, short_link
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.structures.named import STRUCTURES

SETTINGS: Final = sorted({s.name for row in OPTIMISERS.values() for s in row.settings})
NAMES: Final = (*FIELDS, *SETTINGS, "v", "embed", "unknown", "", "<script>", "n[]", "__class__")
NUMBERS: Final = (
    *("nan", "-nan", "inf", "-inf", "1e300", "1e-300", "-1e300", "1e999", "1e-999", "-0", "-0.0"),
    *("0", "1", "2", "3", "12", "13", "-1", "0.5", "1e-5", "2147483647", "2147483648", "0x10"),
    *(
        "9" * 40,
        "9" * 41,
        "9" * 5000,
        "1_000",
        "٣",
        "\uff11\uff12",
        "1e",
        "e5",
        "+7",
        " 7 ",
        "7\n",
        "1.5.2",
    ),
)
WORDS: Final = (
    *STRUCTURES,
    *OPTIMISERS,
    *("uniform", "normal", "explicit", "float32", "float64", "true", "false", "True", "yes", "no"),
    *("starts", "optimisers", "learning_rates", "targets", "symmetric", "lower", "matrix", "run"),
)
TEXTS: Final = (
    *(
        "",
        " ",
        "\x00",
        "\r\n",
        "\ud800",
        "\U0001d4b3" * 50,
        "\u202e",
        "<script>alert(1)</script>",
        "${7*7}",
    ),
    *("{{7*7}}", "';--", "../../etc/passwd", "%s%n", "None", "[]", "{}", "a" * 20_000, "`x`"),
    *(",", ",,,", ";", ":", ";;:,;", ":" * 3000, "1," * 30_000, "nan," * 2000, "1;" * 49_000),
    *("5:tolerance:1", "5:tolerance:1;9:n:4", "0:", "5:beta_1:2", "5:earlier:5:v:1", "5:" * 500),
    *("1:learning_rate:0.1;2:learning_rate:0.2", "199999:tolerance:1e-300;200000", "run," * 1990),
)


def queries(seed: int, count: int) -> Iterator[str]:
    """So many query strings, the same for the same seed."""
    source = random.Random(seed)
    for _ in range(count):
        kind = source.randrange(4)
        if kind == 0:
            yield _anything(source)
        elif kind == 1:
            yield _pairs(source)
        else:
            yield _mutated(source, urlencode(full_link(likely(source))))


def likely(source: random.Random) -> Setup:
    """An experiment of which most fields are not the default."""
    n = source.randrange(2, 13)
    numbers = [f"{source.uniform(-5, 5):.6g}" for _ in range(source.choice((n, n, n, n * n, 78)))]
    link = {name: source.choice(WORDS + NUMBERS) for name in source.sample(NAMES, 12)}
    link |= {
        "n": str(n),
        "structure": source.choice(tuple(STRUCTURES)),
        "optimiser": source.choice(tuple(OPTIMISERS)),
        source.choice(("target", "targets", "matrix", "start")): ",".join(numbers),
    }
    until = sorted(source.sample(range(1, 200_001), source.randrange(4)))
    link["earlier"] = ";".join(f"{k}:learning_rate:{source.uniform(1e-6, 9)}" for k in until)
    return read_link(link)[0]


def broken_rule(query: str) -> str:
    """What a link breaks of what holds of every one; nothing where nothing."""
    link = parsed(query)
    setup, ignored = read_link(link)
    if Setup(**vars(setup)) != setup:
        return "it gives an experiment that is none"
    if not set(ignored) <= set(link):
        return "something is ignored that it does not name"
    for write in (full_link, short_link):
        again = parsed(urlencode(write(setup)))
        if read_link(again) != (setup, ()):
            return f"{write.__name__} does not give the same experiment back"
    return ""


def parsed(query: str) -> dict[str, str]:
    """The names and values of a query as Streamlit reads them; of the same names the last."""
    return dict(parse_qsl(query, keep_blank_values=True))


def _value(source: random.Random) -> str:
    kind = source.randrange(5)
    if kind == 0:
        return source.choice(NUMBERS)
    if kind == 1:
        return source.choice(WORDS)
    if kind == 2:
        return source.choice(TEXTS)
    if kind == 3:
        separator = source.choice((",", ";", ":", ",,", "%2C"))
        return separator.join(source.choice(NUMBERS + WORDS) for _ in range(source.randrange(20)))
    return repr(source.uniform(-1, 1) * 10.0 ** source.randrange(-320, 308))


def _pairs(source: random.Random) -> str:
    """Known names with values of each other, some of them twice."""
    names = [source.choice(NAMES) for _ in range(source.randrange(1, 15))]
    own = getattr(Setup(), source.choice(tuple(FIELDS)))
    values = [_value(source) if source.random() < 0.9 else str(own) for _ in names]
    quoted = source.choice((_encoded, lambda text: text.encode("utf-8", "replace").decode()))
    return "&".join(f"{quote(name)}={quoted(value)}" for name, value in zip(names, values))  # noqa: B905


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _anything(source: random.Random) -> str:
    """Random bytes, as they are or percent-encoded."""
    noise = source.randbytes(source.randrange(200))
    if source.random() < 0.5:
        return noise.decode("latin-1")
    return f"{source.choice(NAMES)}={quote_from_bytes(noise)}"


def _mutated(source: random.Random, query: str) -> str:
    """A link of the app's own with a few things wrong."""
    for _ in range(source.randrange(1, 6)):
        i, j = sorted(source.randrange(len(query) + 1) for _ in range(2))
        kind = source.randrange(7)
        if kind == 0:
            query = query[:i] + query[j:]
        elif kind == 1:
            query = query[:j] + query[i:j] * source.randrange(1, 4) + query[j:]
        elif kind == 2:
            query = query[:i] + _encoded(_value(source)) + query[i:]
        elif kind == 3:
            query = query[:i] + source.choice("&=%;,:+.eE-0123456789\x00é") + query[i + 1 :]
        elif kind == 4:
            pairs = [pair.split("=", 1) for pair in query.split("&")]
            values = [pair[-1] for pair in pairs]
            source.shuffle(values)
            query = "&".join(
                f"{pair[0]}={value}" for pair, value in zip(pairs, values, strict=True)
            )
        elif kind == 5:
            query += f"&{source.choice(NAMES)}={_encoded(_value(source))}"
        else:
            query = query[:i] + f"%{source.randrange(256):02x}" + query[i:]
        query = query[:200_000] or "v=1"
    return query

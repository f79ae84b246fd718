"""Pages of the app without a browser, opened under a link and read.

The app's test double fires no timers, so a run is waited for and the page then run again.
"""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.web.article.stages import STAGES
from eigfit.web.runs import OPENING_STEPS

STAGES_NUMBERS = tuple(f"stage_{number}_numbers" for number in range(1, len(STAGES) + 1))
NUMBERS = ("sensitivities", "chain_rule", "second_order", *STAGES_NUMBERS)
PATIENT = 180.0  # seconds; TensorFlow's first import is among what is waited for
ROOT = Path(__file__).parents[2]
FOLDED = ("more", "share", "explanation")  # what visitors open for themselves
PAGES = ("app.py", *(f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("*.py"))))


def folded(page: str = "app.py", **link: str) -> AppTest:
    """A page with a link, which it reads when it is run, as a visitor finds it."""
    at = AppTest.from_file(ROOT / page, default_timeout=PATIENT)
    for name, value in link.items():
        at.query_params[name] = value
    return at


def unopened(page: str = "app.py", **link: str) -> AppTest:
    """The same with all that is folded laid open."""
    at = folded(page, **link)
    for key in FOLDED:
        at.session_state[key] = True
    return at


def opened(page: str = "app.py", **link: str) -> AppTest:
    """A page that shows the first step of its run."""
    return drawn(unopened(page, **link))


def drawn(at: AppTest) -> AppTest:
    """The page once its run has come as far as it goes by itself."""
    at.run()
    assert not at.exception
    run = run_of(at)
    assert run.ready(PATIENT)
    while run.moving and not run.playing:
        run.advance(OPENING_STEPS)
    at.run()
    assert not at.exception
    assert not at.error
    return at


def settled(page: str, **link: str) -> AppTest:
    """A page whose numbers have come from the background."""
    return wait_for_numbers(unopened(page, **link).run())


def wait_for_numbers(at: AppTest) -> AppTest:
    """The page once all its numbers have come, those that others have to come first for too."""
    for _ in range(2):
        assert not at.exception
        for key in NUMBERS:
            if key in at.session_state:
                at.session_state[key][1].result(PATIENT)
        at.run()
    assert not at.exception
    assert not at.error
    return at


def run_of(at: AppTest) -> Run:
    """The run of the Compare page, else that of the Fit page."""
    key = "run_compare" if "run_compare" in at.session_state else "run_fit"
    return at.session_state[key]


def frame_of(at: AppTest) -> dict[str, Any]:
    """What the page's live view was sent last."""
    (view,) = (part.proto for part in at.get("bidi_component")
               if part.proto.component_name == "eigfit.view")  # fmt: skip
    return json.loads(json.loads(view.json)["frame"])


def setup_of(at: AppTest) -> Setup:
    """The session's experiment."""
    return at.session_state["setup"]


def linked(at: AppTest) -> dict[str, Any]:
    """The page's address."""
    params: dict[str, Any] = dict(at.query_params)
    return {name: value[-1] if isinstance(value, list) else value for name, value in params.items()}


def targets(at: AppTest) -> list[float]:
    """The numbers in the fields of the target."""
    fields = [field for field in at.text_input if (field.key or "").startswith("target_")]
    return [float(str(field.value)) for field in fields]


def caption(at: AppTest) -> str:
    """All captions in one string."""
    return " ".join(caption.value for caption in at.caption)


def words(at: AppTest) -> str:
    """All text of the page in one string."""
    return " ".join(text.value for text in (*at.markdown, *at.caption, *at.warning, *at.code))


def status(at: AppTest) -> str:
    """The sentence that says how the page's run stands."""
    return frame_of(at)["status"]

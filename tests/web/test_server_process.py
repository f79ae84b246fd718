"""The process that serves pages computes nothing: TensorFlow is for the workers."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VISIT = """
import sys
from eigfit.engine import workplace
from tests.web.pages import PAGES, drawn, opened, settled

settled("pages/derivatives.py")
settled("pages/article.py")
at = opened("pages/compare.py", starts="16", max_steps="40")
at.button(key="run_survey").click().run()
while at.session_state["survey"].moving:
    at.session_state["survey"].advance()
at.run()
assert not at.exception
assert any(metric.label == "Step limit" for metric in at.metric)
at = opened("app.py", max_steps="400")
at.button(key="step").click().run()
at.button(key="play").click().run()
assert not at.exception
found = [name for name in ("tensorflow", "keras", "tf_keras", "distributed") if name in sys.modules]
workplace.stop()
print("loaded:", found)
"""


def test_pages_and_surveys_leave_the_server_without_tensorflow():
    found = subprocess.run(
        [sys.executable, "-c", VISIT], cwd=ROOT, capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    assert found.stdout.splitlines()[-1] == "loaded: []"

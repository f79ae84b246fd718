"""The app on a server that is slow and uneven on purpose, to find what needs luck.

`EIGFIT_SLOW=1 pytest tests/browser` runs the tests on it. Each element of a page is late by some
time, and so is each frame before and after it is made; what passes here passes on a busy machine.
"""

import asyncio
import random
import time
from typing import Final

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.web.cli import main

from eigfit.web.said import Ask
from eigfit.web.screen import Screen

# Seconds, one of which is drawn each time: mostly little, as many small delays change the order of
# things as much as a long one and take less.
AN_ELEMENT: Final = (0, 0, 0.01, 0.02, 0.06)
A_FRAME: Final = (0, 0, 0.05, 0.3, 1.0)

_enqueue = ScriptRunContext.enqueue
_answer = Screen.answer


def _enqueue_late(self: ScriptRunContext, msg: ForwardMsg) -> None:
    time.sleep(random.choice(AN_ELEMENT))
    _enqueue(self, msg)


async def _answer_late(self: Screen, ask: Ask) -> str:
    await asyncio.sleep(random.choice(A_FRAME))
    answer = await _answer(self, ask)
    await asyncio.sleep(random.choice(A_FRAME))
    return answer


if __name__ == "__main__":
    ScriptRunContext.enqueue = _enqueue_late
    Screen.answer = _answer_late
    main()

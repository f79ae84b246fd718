"""The starting experiment as a guided walk: code, numbers computed now, numbers published then."""

import streamlit as st

from eigfit.web.article.stages import ADDRESS, STAGES, TITLE
from eigfit.web.article.walk import head, stage
from eigfit.web.cards import introduction
from eigfit.web.sidebar import sidebar

sidebar()

with st.container(horizontal_alignment="center"), st.container(width=860):
    introduction(
        "Differentiating through an eigendecomposition",
        f"Where this project comes from: a short article, [{TITLE}]({ADDRESS}), here in an English "
        "rendering, written with TensorFlow 2.1 and Python 3.7. It is retold in ten stages. The "
        "code you see is the code that runs, now, and beside what it gives stand the published "
        "numbers. They are float32, right to about seven digits; other pages compute in float64. "
        "*L* is the loss, *t* the target, *λ* the eigenvalues in ascending order.",
    )
    head()
    for number, shown in enumerate(STAGES, 1):
        stage(number, shown)

"""The sections of the Derivatives page on derivatives at one place: first, second, chain rule."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from eigfit.experiment.setup import Setup
from eigfit.figures import heatmaps
from eigfit.figures.style import SUBSCRIPTS
from eigfit.results.convention import CONVENTIONS
from eigfit.study import derivatives
from eigfit.web.background import when_ready
from eigfit.web.controls import bound
from eigfit.web.live import live_chart
from eigfit.web.session import sentence

SETTLED: Final = 1e-3  # finite differences that are farther off have met no derivative
LARGEST_N_FOR_TAPES: Final = 6  # nested tapes over 21 parameters take half a second
LOST: Final = """with tf.GradientTape() as tape:
    eigenvalues, _ = tf.linalg.eigh(A)
chosen = eigenvalues[k]           # computed after the tape has closed
print(tape.gradient(chosen, A))   # {outside}"""


def sensitivity(setup: Setup) -> None:
    """dλ_k/dA in both conventions with its checks, the sum over k, and the tape's None."""

    def draw(found: derivatives.Sensitivities) -> None:
        titles = {"symmetric": "v vᵀ, symmetric", "lower": "lower, as TensorFlow's tape"}
        name = f"∂λ{setup.k}/∂A".translate(SUBSCRIPTS)
        for column, convention in zip(st.columns(2), CONVENTIONS, strict=True):
            with column:
                st.markdown(f"**{titles[convention]}**")
                chart = heatmaps.plain(found.matrices[convention], name)
                live_chart(chart, f"d_{convention}", f"The derivative, {titles[convention]}")
                error, steps = found.errors[convention], found.steps[convention]
                st.caption(
                    f"Finite differences of steps {steps.min():.0e} to {steps.max():.0e} agree to "
                    f"{error:.1e} of the largest entry."
                    if error < SETTLED
                    else "Finite differences do not settle on it, as there is no derivative here."
                )
        difference = np.abs(found.tape - found.matrices["lower"]).max()
        st.markdown(
            "TensorFlow differentiates by recording what is computed on a *tape* and going back "
            "through the record. It reads the lower triangle only, so an entry below the diagonal "
            "stands for its mirror too and counts twice: *lower* is "
            f"$v_kv_k^{{\\mathsf T}}$ written so. The tape itself says {_same(difference)}."
        )
        st.markdown(
            "Differentiated all at once, the eigenvalues give the sum of their derivatives, and "
            "that is always $\\sum_k v_kv_k^{\\mathsf T}=VV^{\\mathsf T}=I$, the identity. The "
            f"tape says {_same(np.abs(found.sum_over_all - np.eye(setup.n)).max())}."
        )
        st.markdown(
            "What is computed after the tape has closed is not on the record, and its derivative "
            "is Python's `None`. This ran just now:"
        )
        st.code(LOST.format(outside=found.outside), language="python", wrap_lines=True)

    _cluster_note(setup)
    relevant = (setup.matrix, setup.n, setup.k)
    when_ready("sensitivities", (setup,), derivatives.sensitivities, draw, relevant, 560)


def chain_rule(setup: Setup) -> None:
    """The three factors of the chain rule at the experiment's start, and their product."""

    def draw(found: derivatives.ChainRule) -> None:
        m = setup.parameter
        inner = np.einsum("kij,ij->k", found.by_matrix, found.basis[m])
        left, right = st.columns(2)
        with left:
            st.markdown(f"**∂A/∂r{str(m).translate(SUBSCRIPTS)}**: where the parameter stands")
            live_chart(heatmaps.plain(found.basis[m], "∂A/∂r"), "basis", "Where r stands in A")
        with right:
            st.markdown("**A(r)** at the start")
            live_chart(heatmaps.plain(found.matrix, "A"), "chain_matrix", "The matrix A at r")
        st.dataframe(
            {
                "k": list(range(setup.n)),
                "λ": found.eigenvalues,
                "t": np.sort(setup.target),
                "∂L/∂λ = 2(λ − t)": found.by_eigenvalues,
                "⟨∂λ/∂A, ∂A/∂r⟩": inner,
                "product": found.by_eigenvalues * inner,
            },
            hide_index=True,
            height="content",
            key="chain_table",
            column_config={"λ": _DIGITS, "t": _DIGITS, "product": _DIGITS,
                           "∂L/∂λ = 2(λ − t)": _DIGITS, "⟨∂λ/∂A, ∂A/∂r⟩": _DIGITS},
        )  # fmt: skip
        st.markdown(
            f"The products add up to **{found.product[m]:.8g}**; the tape's $dL/dr_{{{m}}}$ is "
            f"**{found.tape[m]:.8g}**. Over all {len(found.tape)} parameters the largest "
            f"difference is {_size(np.abs(found.product - found.tape).max())}."
        )

    st.markdown(
        "Here *A* is filled by the parameters *r* of the experiment in the sidebar, at its start; "
        "*t* is its target and $L=\\sum(t-\\lambda)^2$ its loss, which a fit makes small by going "
        "against $dL/dr$. With $\\langle X,Y\\rangle=\\sum_{ij}X_{ij}Y_{ij}$ the chain rule is"
    )
    st.latex(
        r"\frac{\partial L}{\partial r_m}=\sum_k\frac{\partial L}{\partial\lambda_k}"
        r"\left\langle\frac{\partial\lambda_k}{\partial A},"
        r"\frac{\partial A}{\partial r_m}\right\rangle"
    )
    st.selectbox(
        "Parameter m",
        range(setup.parameters),
        format_func=lambda m: f"r{m}".translate(SUBSCRIPTS),
        width=160,
        **bound("parameter", setup.parameter),
    )
    start = (setup.distribution, setup.seed, setup.low, setup.high, setup.start, setup.dtype)
    relevant = (setup.n, setup.structure, setup.target, start)
    when_ready("chain_rule", (setup,), derivatives.chain_rule, draw, relevant, 560)


def second_order(setup: Setup) -> None:
    """The Hessian in closed form, beside what nested tapes say."""
    if setup.n > LARGEST_N_FOR_TAPES:
        st.caption(f"Shown up to n = {LARGEST_N_FOR_TAPES}, where it can still be read.")
        return

    st.markdown(
        "Rows and columns number the entries on and above the diagonal: the diagonal first, then "
        "one superdiagonal after the other. *t* is the target in the sidebar."
    )

    def draw(found: derivatives.SecondOrder) -> None:
        left, right = st.columns(2)
        with right:
            st.markdown("**Nested tapes** through `tf.linalg.eigh`")
            chart = heatmaps.plain(found.nested, "H", found.closed)
            live_chart(chart, "nested", "Hessian by nested tapes")
        with left:
            st.markdown("**Closed form**")
            if found.closed is None or found.curvatures is None:
                st.warning(sentence(found.kink), icon=":material/change_history:")
                st.caption("The numbers beside mean nothing here; the tapes do not notice.")
                return
            live_chart(heatmaps.plain(found.closed, "H"), "closed", "Hessian in closed form")
        error = np.abs(found.nested - found.closed).max()
        share = error / np.abs(found.closed).max()
        verdict = (
            f"The nested tapes are wrong by **{error:.3g}**, in silence: where two eigenvalues "
            "are equal they take $1/(\\lambda_i-\\lambda_j)$ for 0."
            if not share < 1e-6
            else f"The two say {_same(error)}: no two eigenvalues are equal, or almost."
        )
        if len(set(setup.target)) == 1:
            verdict += (
                " As all targets are equal, $L$ is quadratic and its Hessian the same anywhere."
            )
        curvatures = ", ".join(f"{value:.4g}" for value in found.curvatures)
        st.markdown(f"{verdict} The eigenvalues of the Hessian are {curvatures}.")

    relevant = (setup.matrix, setup.n, setup.target)
    when_ready("second_order", (setup,), derivatives.second_order, draw, relevant, 420)


def _same(difference: float) -> str:
    """That two say the same, and how nearly."""
    return f"the same to {difference:.0e}" if difference > 0 else "exactly the same"


def _size(difference: float) -> str:
    return f"{difference:.1e}" if difference > 0 else "exactly 0"


_DIGITS: Final = st.column_config.NumberColumn(format="%.8g")


def _cluster_note(setup: Setup) -> None:
    """Say so where λ_k has no derivative, and how its cluster moves instead."""
    cluster, slopes = derivatives.cluster_along(setup)
    if len(cluster) > 1:
        named = ", ".join(f"λ{k}".translate(SUBSCRIPTS) for k in cluster)
        moves = ", ".join(f"{slope:.4g}" for slope in slopes)
        st.warning(
            f"{named} are equal to rounding. None of them has a derivative of its own; what "
            "stands below belongs to the eigenvectors that TensorFlow's decomposition happened to "
            "choose, which need not be those above: all mixtures of them are eigenvectors too. "
            f"Moving the entry ({setup.row}, {setup.column}), as along the path below, they leave "
            f"their common value with slopes {moves}.",
            icon=":material/call_split:",
        )

"""The words under the charts: what is being seen, with formulas."""

from __future__ import annotations

import streamlit as st

from eigfit.setup import Setup

TEXT = r"""
**What moves.** The parameters $r$ fill a symmetric $n\times n$ matrix $A(r)$. Its eigenvalues
$\lambda_0\le\lambda_1\le\dots$ are compared with the target $t$, sorted the same way, by the loss

$$L(r)=\sum_k\bigl(t_k-\lambda_k(A(r))\bigr)^2 .$$

**Where the gradient comes from.** If $A$ moves by a small $E$, a simple eigenvalue with unit
eigenvector $v_k$ moves by $v_k^{\mathsf T}E\,v_k$, so $\partial\lambda_k/\partial A=v_kv_k^{\mathsf T}$:
that is the right-hand heatmap. TensorFlow differentiates through the decomposition itself and reads
only the lower triangle of $A$; what it returns (*lower*) has zeros above the diagonal and twice the
value below, because such an entry stands for its mirror too. The chain rule
does the rest:

$$\frac{\partial L}{\partial r_m}=\sum_k 2(\lambda_k-t_k)\;v_k^{\mathsf T}\frac{\partial A}{\partial r_m}v_k .$$

**Why Adam needs thousands of steps.** Adam divides the gradient by its running size, so far from the
target every parameter moves by about the learning rate $\eta$ in each step, however steep the loss.
With $\eta=10^{-3}$ a distance of $1$ takes about a thousand steps; close to the target the steps
shrink only as fast as the running averages forget. A larger learning rate gets there sooner and
then oscillates: try $10^{-2}$ while it plays.

**Why all ones end at the identity.** A symmetric matrix is $A=V\Lambda V^{\mathsf T}$. If every eigenvalue is
$1$, then $A=VV^{\mathsf T}=I$, whatever the eigenvectors: there is one answer, and
$L=\lVert A-I\rVert_F^2$ exactly. With differing targets every choice of orthonormal $V$ is an answer,
and each start ends at one of its own. Not every structure can have every spectrum:
if the target is out of reach, the run stalls and says so.
"""


def explanation(setup: Setup) -> None:
    """The expandable explanation, with the size of the experiment at hand."""
    with st.expander("What am I looking at?", icon=":material/school:", key="explanation"):
        st.markdown(
            f"Here $n={setup.n}$ and {setup.parameters} parameters fill the matrix.\n" + TEXT
        )

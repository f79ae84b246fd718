"""The starting experiment, retold: the stages of the Article page and the published numbers.

The experiment and its printed numbers are those of a short article of 2020 on differentiating
through `tf.linalg.eigh`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.web.article import code


class Published(NamedTuple):
    """A number to compare with, and how far from it rounding may take another machine's."""

    value: Any
    within: float
    source: str = "published"


class Stage(NamedTuple):
    """A stage of the walk."""

    title: str
    before: str  # Markdown, above the code
    functions: tuple[Callable, ...]  # the code shown; the last one is run
    published: dict[str, Published]
    after: str  # Markdown, below the numbers


PRINTED: Final = 5e-7  # a few float32 roundings of numbers about 1
R_AFTER: Final = (0.12208588, 0.8866114, 0.00549729, 0.22099583, 0.8401281, 0.5465196)

STAGES: Final = (
    Stage(
        "Differentiate an eigenvalue",
        "An eigenvalue is a function of the matrix, and TensorFlow knows how to differentiate "
        "it. A *tape* records what is computed while it is open; afterwards it goes back "
        "through the record by the chain rule. The matrix is the article's. It is not "
        "symmetric, and that does not matter: `eigh` reads the lower triangle only.",
        (code.smallest_eigenvalue,),
        {
            "λ": Published((-0.25994763, 0.34044334, 1.5629349), PRINTED),
            "dλ₀/dA": Published(
                (
                    (5.3867564e-4, 0, 0),
                    (3.0038984e-2, 0.41877732, 0),
                    (-3.5372321e-2, -0.98626012, 0.58068389),
                ),
                PRINTED,
            ),
        },
        "The derivative is $v_0v_0^{\\mathsf T}$ for the unit eigenvector $v_0$. The tape "
        "gives it for the entries that were read: an entry below the diagonal stands for its "
        "mirror too and counts twice, one above was never read and counts nothing. The "
        "*Derivatives* page shows both ways of writing it.",
    ),
    Stage(
        "Keep everything inside the tape",
        "Taking the smallest eigenvalue one line after the tape has closed is enough to lose it.",
        (code.outside_the_tape,),
        {"dλ₀/dA": Published(None, 0, "as documented")},
        "Python's `None` says that no connection was recorded. It is no error message, which "
        "makes it a popular trap.",
    ),
    Stage(
        "Build the matrix from six numbers",
        "Operations before the decomposition join the same record. Six numbers $r$ fill a "
        "symmetric matrix: the diagonal first, then one superdiagonal after the other. The "
        "loss compares its eigenvalues with the target $t=(1,1,1)$.",
        (code.matrix, code.eigenvalues, code.loss, code.six_numbers),
        {
            "λ": Published((-0.5661403, 0.07189684, 0.9309651), PRINTED),
            "L": Published(3.3189366, 2e-6),
            "λ, one step on": Published((-0.564147, 0.07343995, 0.9304282), PRINTED),
            "L, one step on": Published(3.3099096, 2e-6),
        },
        "Eigenvalues and loss are functions of their own, so that the eigenvalues can be watched.",
    ),
    Stage(
        "Follow the gradient",
        "The tape multiplies three derivatives for us: of the loss by the eigenvalues, of the "
        "eigenvalues by the matrix, of the matrix by $r$. By hand one would need the roots of "
        "$\\det(A-\\lambda I)$, and their derivatives.",
        (code.gradient_of_the_loss,),
        {
            "dL/dr": Published(
                (-1.757829, -0.22877683, -1.991005, 0.88798404, 3.3645139, 2.1900787), 2e-6
            )
        },
        "The *Derivatives* page writes these three factors out for any start.",
    ),
    Stage(
        "Take one step",
        "An optimiser moves each number against its gradient, again and again, to make the "
        "loss small. Adam, the one used here, divides by the gradient's usual size. So its "
        "first step moves every number by the same amount, the learning rate 0.001, and only "
        "the direction comes from the gradient: compare with the numbers above.",
        (code.one_step_of_adam,),
        {"r": Published(R_AFTER, 1.5e-7)},
        "",
    ),
    Stage(
        "Repeat until the eigenvalues are there",
        "The article's loop needed 3066, 2341 and 3035 steps from its three random starts, "
        "some milliseconds each. `ef.fit` takes the same steps, many in one compiled call. "
        "Random starts differ, so the counts do too; the end does not.",
        (code.loop,),
        {"A": Published(np.eye(3), 1e-3)},
        "",
    ),
    Stage(
        "The same with minimize",
        "`minimize` bundled tape and step. Its first argument is the loss as a *function* "
        "without arguments, because it has to be computed while the tape is open. Passing the "
        "number it had computed gave the article's author `TypeError: 'EagerTensor' object is "
        "not callable`. Keras 3 runs on TensorFlow, JAX and PyTorch alike: its optimisers are "
        "handed gradients and know no tape, so `minimize` is gone. A tape and "
        "`apply_gradients` take its place, and `ef.minimize` is those two lines.",
        (code.with_minimize,),
        {"r": Published(R_AFTER, 1.5e-7), "Keras' own": Published(False, 0, "as documented")},
        "",
    ),
    Stage(
        "Four starts side by side",
        "The article's last picture draws four random starts next to each other, each bending "
        "its three eigenvalues to 1. Here the four times six numbers move together, in one call.",
        (code.four_starts,),
        {"λ": Published(np.ones((4, 3)), 1e-3)},
        "The *Compare* page shows them moving.",
    ),
    Stage(
        "Derive twice, with care",
        "A tape inside a tape gives second derivatives. Where eigenvalues are equal, which is "
        "just where this experiment ends, TensorFlow's are silently wrong: they contain "
        "differences of first derivatives over differences of eigenvalues, here 0/0, which is "
        "taken for 0. The true curvature of $L=\\lVert A-I\\rVert_F^2$ in an off-diagonal number "
        "is 4, as it stands in the matrix twice.",
        (code.distance, code.higher_derivatives),
        {"ef.spectral_function": Published(4.0, 1e-6, "in theory")},
        "`ef.spectral_function` takes a function of the eigenvalues and a matrix, and its second "
        "derivatives stay right there.",
    ),
    Stage(
        "Why always the identity?",
        "A symmetric matrix is $A=V\\Lambda V^{\\mathsf T}$. If all eigenvalues are 1, then "
        "$A=VV^{\\mathsf T}=I$ whatever the eigenvectors: one answer. With different targets "
        "every choice of eigenvectors is an answer, and each start finds its own. Below are "
        "the distances between the answers of two starts.",
        (code.why_the_identity,),
        {"t = (1.0, 1.0, 1.0)": Published(0.0, 1e-3, "in theory")},
        "The first distance is what the tolerance leaves. The second is no error: both matrices "
        "have the eigenvalues 1, 2 and 4. Which of them a start reaches, and how fast, is what "
        "the other pages are for.",
    ),
)

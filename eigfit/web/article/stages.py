"""The starting experiment, retold: the stages of the Article page and the published numbers.

The experiment and its printed numbers are those of the article named below, on differentiating
through `tf.linalg.eigh`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.figures.courses import side_by_side
from eigfit.figures.figure import Figure
from eigfit.web.article import code

TITLE: Final = (
    "“Tensorflow, it seems that even the eigenvalues of the matrix can be automatically "
    "differentiated”"
)
ADDRESS: Final = "https://memotut.com/en/1afa0bb8b3a7ee36600d"


class Published(NamedTuple):
    """A number to compare with, and how far from it rounding may take another machine's.

    Attributes:
        value: the number, or several.
        within: the largest difference; None where the one here is another's, and only beside it.
        source: of the number.
        missed: whether the stage shows how it is missed.
    """

    value: Any
    within: float | None
    source: str = "published"
    missed: bool = False


class Stage(NamedTuple):
    """A stage of the walk."""

    title: str
    before: str  # Markdown, above the code
    functions: tuple[Callable, ...]  # the code shown; the last one is run
    published: dict[str, Published]
    after: str  # Markdown, below the numbers
    picture: tuple[str, Callable[[Any], Figure]] | None = None  # of what came out by that name


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
        "eigenvalues by the matrix, of the matrix by $r$. The one in the middle looks hard: an "
        "eigenvalue is a root of $\\det(A-\\lambda I)$, and has no formula for larger matrices. "
        "Its derivative needs none: it is the $v_kv_k^{\\mathsf T}$ of the first stage.",
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
        "The article's loop needed some thousand steps from each of its three random starts, "
        "some milliseconds each. `ef.fit` takes the same steps, many in one compiled call. "
        "Random starts differ, so the counts do too; the end does not.",
        (code.loop,),
        {
            "steps": Published((3066, 2341, 3035), None, "published, from other starts"),
            "A": Published(np.eye(3), 1e-3),
        },
        "",
    ),
    Stage(
        "The same with minimize",
        "Each step so far took two moves: find the gradient of the loss at $r$, then move $r$ "
        "against it. Keras, the part of TensorFlow that has rules such as Adam ready, used to do "
        "both in one call, `minimize`. To differentiate the loss it must watch it being computed. "
        "So it wants the *function* that turns $r$ into $L$, and not the number $L$ that came "
        "out, as a number no longer tells what it was made from. The article passed the number "
        "first, and was told `TypeError: 'EagerTensor' object is not callable`: what was given is "
        "a number (an *EagerTensor*) and cannot be asked to compute anything. Keras 3 has no "
        "`minimize` any more; `ef.minimize` is the two moves in two lines.",
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
        ("course", lambda course: side_by_side(course[0], course[1], code.TARGET)),
    ),
    Stage(
        "Derive twice, with care",
        "A tape inside a tape gives second derivatives. Here the loss is differentiated twice by "
        "$r_3$, which stands beside the diagonal, in row 0 and in row 1; the place is $A=I$, where "
        "this experiment ends and all eigenvalues are equal. There "
        "$L=\\sum(1-\\lambda)^2=\\lVert A-I\\rVert_F^2$ is $2r_3^2$ and what does not hang on "
        "$r_3$, so the true $d^2L/dr_3^2$ is 4. TensorFlow says 0, without a warning: how "
        "eigenvectors turn contains $1/(\\lambda_i-\\lambda_j)$, which it takes for 0 where two "
        "eigenvalues are equal.",
        (code.distance, code.higher_derivatives),
        {
            "d²L/dr₃², tf.linalg.eigvalsh": Published(4.0, 1e-6, "in theory", missed=True),
            "d²L/dr₃², ef.spectral_function": Published(4.0, 1e-6, "in theory"),
        },
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

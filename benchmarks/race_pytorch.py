"""The plain eager loop in PyTorch."""

from collections.abc import Callable

import torch  # pyright: ignore[reportMissingImports]

from benchmarks.workload import BETA_1, BETA_2, EPSILON, LEARNING_RATE, Reached, Workload


def prepare(workload: Workload, steps: int) -> Callable[[], Reached]:
    """A run of so many steps, each a backward pass and `Adam.step`; its curves kept."""
    n, start = workload.n, torch.as_tensor(workload.start)
    index, target = torch.as_tensor(workload.index).ravel(), torch.as_tensor(workload.target)

    def run() -> Reached:
        r = start.clone().requires_grad_()
        adam = torch.optim.Adam([r], lr=LEARNING_RATE, betas=(BETA_1, BETA_2), eps=EPSILON)
        curve = []
        for _ in range(steps + 1):
            # index_select: its backward pass adds up faster than that of r[..., index]
            matrix = r.index_select(-1, index).unflatten(-1, (n, n))
            values = torch.linalg.eigvalsh(matrix)
            losses = torch.sum((target - values) ** 2, dim=-1)
            curve.append(Reached(values.detach().numpy(), losses.detach().numpy()))
            adam.zero_grad()
            losses.sum().backward()
            adam.step()
        return curve[-1]

    return run

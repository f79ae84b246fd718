"""Whether the colours of members can be told apart, measured."""

import numpy as np
import pytest

from eigfit.experiment.consistency import MOST_MEMBERS
from eigfit.figures.member_lines import SOLID
from eigfit.figures.style import MEMBERS

# From linear sRGB to OKLab: Ottosson, "A perceptual color space for image processing" (2020). In it
# 0.02 is about what a careful eye just sees.
TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
# What colour-blind eyes see: Machado, Oliveira and Fernandes, "A physiologically-based model for
# simulation of color vision deficiency" (2009), table 1, severity 1.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colours: tuple[str, ...]) -> np.ndarray:
    """The colours in linear sRGB, shape [count, 3]."""
    parts = np.array([list(bytes.fromhex(colour[1:])) for colour in colours]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def least_distance(colours: tuple[str, ...], eyes: str) -> float:
    """Between any two of the colours, in OKLab."""
    seen = np.clip(linear(colours) @ np.array(EYES[eyes]).T, 0, 1)
    lab = np.cbrt(seen @ TO_CONES.T) @ TO_LAB.T
    distances = np.linalg.norm(lab[:, None] - lab, axis=-1)
    return distances[np.triu_indices(len(colours), 1)].min()


def test_the_distance_is_that_of_oklab():
    assert least_distance(("#000000", "#ffffff"), "normal") == pytest.approx(1, abs=1e-6)


def test_every_member_has_a_colour_that_normal_eyes_tell_from_all_others():
    assert len(MEMBERS) == MOST_MEMBERS
    assert least_distance(MEMBERS, "normal") > 0.12


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("half", [MEMBERS[:SOLID], MEMBERS[SOLID:]], ids=["solid", "dotted"])
def test_lines_of_one_kind_are_told_apart_by_colour_blind_eyes_too(
    eyes: str, half: tuple[str, ...]
):
    assert least_distance(half, eyes) > 0.08


@pytest.mark.parametrize("page", ["#ffffff", "#10141c"])
def test_they_stand_out_on_a_light_and_a_dark_page(page: str):
    def luminance(*colours: str) -> np.ndarray:
        return linear(colours) @ [0.2126, 0.7152, 0.0722]

    pairs = np.sort([luminance(*MEMBERS), np.broadcast_to(luminance(page), len(MEMBERS))], axis=0)
    assert ((pairs[1] + 0.05) / (pairs[0] + 0.05)).min() > 2.9

"""Weights that are taught a little at a time: steps that become smaller where much was learned (AdaGrad)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass
class Taught:
    """Weights, with what was learned of each so far."""

    weights: NDArray[np.float64]
    grown: NDArray[np.float64]
    size: float
    """Of a step."""
    decay: float
    """How strongly each weight is drawn towards nothing."""

    @classmethod
    def fresh(cls, shape: int | tuple[int, ...], begun: float, *, size: float, decay: float) -> "Taught":
        """Nothing is known; `begun` keeps the first steps short."""
        return cls(np.zeros(shape), np.full(shape, begun), size, decay)

    def step(self, places: NDArray[np.int64] | slice, slope: NDArray[np.floating]) -> None:
        """Against the slope at these places, and a little towards nothing."""
        slope = slope + self.decay * self.weights[places]
        self.grown[places] += slope * slope
        self.weights[places] -= self.size * slope / np.sqrt(self.grown[places])

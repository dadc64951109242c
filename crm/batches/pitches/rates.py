"""A share with its 80 % range. Pure."""

from dataclasses import dataclass
from math import sqrt

Z80 = 1.2816  # normal quantile at 90 %: one tenth on each side


@dataclass(frozen=True)
class Share:
    """`wins` of `n`, with the range in which the true share lies with 80 % (Wilson's interval)."""

    wins: int
    n: int

    @property
    def mean(self) -> float:
        """The plain share."""
        return self.wins / self.n if self.n else 0.0

    @property
    def low(self) -> float:
        """Lower end."""
        return self._ends()[0]

    @property
    def high(self) -> float:
        """Upper end."""
        return self._ends()[1]

    def _ends(self) -> tuple[float, float]:
        if not self.n:
            return 0.0, 1.0
        p, n, z2 = self.mean, self.n, Z80 * Z80
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = Z80 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)

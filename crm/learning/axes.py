"""Pure: an axis of factors around 1, as percentages from the left."""

import math
from collections.abc import Sequence


def log_axis(values: Sequence[float]) -> tuple[float, list[str]]:
    """Reach of a symmetric axis of factors around 1 (as log) and its five labels."""
    reach = max([abs(math.log(v)) for v in values if v > 0], default=0.0)
    end = next((e for e in (2.0, 4.0, 9.0) if reach <= math.log(e)), 16.0)
    middle = math.sqrt(end)
    return math.log(end), [f"÷{end:g}", f"÷{middle:.2g}", "×1", f"×{middle:.2g}", f"×{end:g}"]


def place(factor: float, reach: float) -> float:
    """Percent from the left of a factor on such an axis."""
    return round(50 + 50 * max(-1.0, min(1.0, math.log(max(factor, 1e-9)) / reach)), 1)

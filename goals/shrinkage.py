"""Drawing noisy estimates towards what they have in common."""

from collections.abc import Sequence

CAUTION = 1.0


def shrunk(estimates: Sequence[float], variances: Sequence[float], centre: float = 1.0) -> list[float]:
    """Each estimate drawn towards `centre`, the more the noisier it is (the normal-normal empirical Bayes rule:
    Efron and Morris, JASA 1973, after James and Stein).

    The true spread is what the estimates scatter beyond their own noise, found by the method of moments; where they
    scatter no more than noise would, all fall on the centre.
    """
    return [value for value, _ in shrunk_with_doubt(estimates, variances, centre)]


def shrunk_with_doubt(
    estimates: Sequence[float], variances: Sequence[float], centre: float = 1.0
) -> list[tuple[float, float]]:
    """The same, each with the variance that is left about it."""
    precisions = [1 / variance if variance > 0 else 0.0 for variance in variances]
    whole = sum(precisions)
    if not whole:
        return [(x, 0.0) for x in estimates]
    scatter = sum(p * ((x - centre) ** 2 - v) for p, x, v in zip(precisions, estimates, variances, strict=True)) / whole
    # What noise alone would often show is not believed: one standard error of the scatter is taken off.
    scatter -= (2 * sum(1 for p in precisions if p)) ** 0.5 / whole * CAUTION
    if scatter <= 0:
        return [(x if not v else centre, 0.0) for x, v in zip(estimates, variances, strict=True)]
    shares = [scatter / (scatter + v) for v in variances]
    return [
        (centre + (x - centre) * share, v * share) for x, v, share in zip(estimates, variances, shares, strict=True)
    ]

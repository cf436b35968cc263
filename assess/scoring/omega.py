"""McDonald's omega total of one dimension over the organisation (measurement, section 4.2)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.alpha import Unavailable, alpha_of, negative_rest, scatter_matrix
from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import FloatArray, IntArray

OMEGA_FROM = 100  # persons
LOWEST_UNIQUENESS = 0.005  # share of an item's variance
_SINGULAR = 1e-10  # smallest eigenvalue of the correlations that is not rounding
_FLAT = 1e-5  # largest slope of a minimum
_ZERO = 1e-6  # standardised loading that is only rounding


@dataclass(frozen=True)
class Omega:
    """Omega total; `loadings` and error variances `uniquenesses` in raw units, one per item, empty for two items.

    Two items do not identify a factor: `omega` is then their alpha and `is_alpha` true. `keying_warnings` are places
    of items that load negatively, when most loadings are positive.
    """

    persons: int
    omega: float
    is_alpha: bool
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]
    keying_warnings: tuple[int, ...]


def omega_total(ratings: npt.NDArray[np.integer], complete: BoolArray) -> Omega | Unavailable:
    """Compute omega = (sum of loadings)^2 / ((sum of loadings)^2 + sum of error variances) (McDonald, 1999).

    One factor by maximum likelihood. `ratings` are recoded, shape (persons, items), `complete` has shape (persons,).
    Edges: one item, fewer than 100 persons, an item that does not vary or that the others foretell without error, an
    error variance at its lower bound: a reason. Two items: alpha.
    """
    persons, scatter = scatter_matrix(ratings, complete)
    items = scatter.shape[0]
    if items < 2:
        return Unavailable.SINGLE_ITEM
    if persons < OMEGA_FROM:
        return Unavailable.TOO_FEW
    if bool((np.diag(scatter) == 0).any()):
        return Unavailable.CONSTANT_ITEM
    if items == 2:
        alpha = alpha_of(scatter)
        if alpha is None:
            return Unavailable.NO_VARIANCE
        return Omega(persons, alpha, True, (), (), negative_rest(scatter))
    return _from_factor(persons, scatter)


def _from_factor(persons: int, scatter: IntArray) -> Omega | Unavailable:
    deviations = np.sqrt(np.diag(scatter) / (persons * (persons - 1.0)))
    roots = np.sqrt(np.diag(scatter).astype(float))
    correlations = scatter / np.outer(roots, roots)
    if float(np.linalg.eigvalsh(correlations)[0]) < _SINGULAR:
        return Unavailable.REDUNDANT_ITEM
    shares = fit_uniquenesses(correlations)
    if isinstance(shares, Unavailable):
        return shares
    loadings = _loadings(correlations, shares) * deviations
    if float(loadings.sum()) < 0.0:
        loadings = -loadings
    errors = shares * deviations**2
    common = float(loadings.sum()) ** 2
    return Omega(
        persons=persons,
        omega=common / (common + float(errors.sum())),
        is_alpha=False,
        loadings=tuple(loadings.tolist()),
        uniquenesses=tuple(errors.tolist()),
        keying_warnings=tuple(np.flatnonzero(loadings < -_ZERO * deviations).tolist()),
    )


def fit_uniquenesses(correlations: FloatArray) -> FloatArray | Unavailable:
    """Minimise sum over i >= 2 of l_i - ln l_i - 1 over the uniquenesses Psi in [.005, 1] (L-BFGS-B on ln Psi).

    l_1 >= l_2 >= ... are the eigenvalues of Psi^-1/2 C Psi^-1/2 (Joreskog, 1967). Since d l_i / d ln Psi_a =
    -l_i e_ia^2 with e_i the eigenvectors, the slope is the sum over i >= 2 of (1 - l_i) e_ia^2. `correlations` are
    positive definite, shape (items, items), at least three. The start is near the share the others do not foretell.
    """
    from scipy.optimize import minimize  # 20 MB that nobody needs who only draws reports

    start = np.log(np.clip((1.0 - 0.5 / correlations.shape[0]) / np.diag(np.linalg.inv(correlations)), 0.01, 1.0))
    bounds = (float(np.log(LOWEST_UNIQUENESS)), 0.0)
    fit = minimize(
        _misfit,
        start,
        args=(correlations,),
        jac=True,
        method="L-BFGS-B",
        bounds=[bounds] * start.size,
        options={"maxiter": 1_000, "maxfun": 10_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    logs = np.asarray(fit.x, dtype=np.float64)
    if bool((logs <= bounds[0] + 1e-6).any()):
        return Unavailable.AT_BOUND
    # The optimiser's own word is no use: at full precision it may end on a failed line search right at the minimum.
    # A minimum reproduces the variances, Psi = 1 - loading^2, so that the slope is 0 even at the upper bound.
    if bool((np.abs(_misfit(logs, correlations)[1]) > _FLAT).any()):
        return Unavailable.NO_CONVERGENCE
    return np.exp(logs)


def _misfit(logs: FloatArray, correlations: FloatArray) -> tuple[float, FloatArray]:
    values, vectors = _scaled_eigen(correlations, np.exp(logs))
    rest = np.maximum(values[:-1], np.finfo(float).tiny)
    slope = (vectors[:, :-1] ** 2) @ (1.0 - rest)
    return float((rest - np.log(rest) - 1.0).sum()), np.asarray(slope)


def _loadings(correlations: FloatArray, shares: FloatArray) -> FloatArray:
    values, vectors = _scaled_eigen(correlations, shares)
    return np.asarray(np.sqrt(shares) * vectors[:, -1] * np.sqrt(max(float(values[-1]) - 1.0, 0.0)))


def _scaled_eigen(correlations: FloatArray, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues, smallest first, and eigenvectors of Psi^-1/2 C Psi^-1/2."""
    scale = np.sqrt(shares)
    values, vectors = np.linalg.eigh(correlations / np.outer(scale, scale))
    return values, vectors

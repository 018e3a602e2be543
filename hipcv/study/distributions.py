"""Quantiles of distributions, by SciPy, which is imported when the first one is asked for."""

from types import ModuleType

from hipcv.core.errors import EnvironmentFault
from hipcv.language import _


def require() -> ModuleType:
    """Return `scipy.special`, whose quantiles load in a fraction of the time of `scipy.stats`.

    Raises:
        EnvironmentFault: SciPy is not installed.
    """
    try:
        from scipy import special  # type: ignore[import-untyped]
    except ImportError as error:
        raise EnvironmentFault(
            _(
                "hipcv validate needs the library SciPy, which is not installed. Install hipcv "
                'with it: pip install "hipcv[study]".'
            )
        ) from error
    module: ModuleType = special
    return module


def normal(share: float) -> float:
    """Return the quantile of the standard normal distribution."""
    return float(require().ndtri(share))


def t(share: float, freedom: float) -> float:
    """Return the quantile of Student's distribution."""
    return float(require().stdtrit(freedom, share))


def chi_square(share: float, freedom: float) -> float:
    """Return the quantile of the chi-square distribution."""
    return float(require().chdtri(freedom, 1 - share))


def f(share: float, upper: float, lower: float) -> float:
    """Return the quantile of the F distribution with these degrees of freedom."""
    return float(require().fdtri(upper, lower, share))


def noncentral_t(share: float, freedom: float, shift: float) -> float:
    """Return the quantile of the noncentral t distribution."""
    return float(require().nctdtrit(freedom, shift, share))

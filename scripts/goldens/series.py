"""Writes shared/series/tests/goldens.json: what statsforecast says about a few synthetic series.

    python3 -m venv /tmp/goldens && /tmp/goldens/bin/pip install --requirement scripts/goldens/requirements.txt
    /tmp/goldens/bin/python scripts/goldens/series.py

Two kinds of answers. `given`: forecasts with smoothing parameters passed in. statsforecast offers that through its
models for simple smoothing and the averages. For damped Holt, theta and Holt-Winters its models always choose the
initial states by Nelder-Mead, so its recursions (`ets.calc`, `ets.forecast`, `theta.pegels_resid`) are called with
initial states worked out here, apart from the crate: by least squares for Holt and theta (one-step errors are linear
in the initial states, so calls with unit states give the design), by the means of whole periods for Holt-Winters.

`fitted`: the sum of squared one-step errors of statsforecast's own optimised fits. Of Holt-Winters also the least sum
there is with the first states above, found by another optimiser over statsforecast's recursion. With a period of 12
statsforecast's own fit, which chooses all first states as well, has sums about an eighth smaller than that; with a
period of 52 its sums are larger, and the crate is compared with both.
"""

import json
import pathlib

import numpy as np
from scipy import optimize
from statsforecast import ets, models, theta

HORIZON = 8
SMOOTHING = [0.1, 0.35, 0.8]
HOLT = [(0.3, 0.1, 0.9), (0.7, 0.05, 0.98), (0.15, 0.15, 0.8)]
THETA = [0.2, 0.5, 0.9]
HOLT_WINTERS = [(0.2, 0.05, 0.1, 0.95), (0.5, 0.01, 0.3, 0.9)]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def synthetic():
    """Name, period of the season (0: none) and values."""
    random = np.random.default_rng(20261122)
    noise = lambda n, deviation: np.exp(random.normal(0.0, deviation, n))
    weeks = lambda n: np.arange(n)
    wave = lambda n, period, size: 1.0 + size * np.sin(2 * np.pi * weeks(n) / period)
    walk = lambda n, deviation: np.exp(np.cumsum(random.normal(0.0, deviation, n)))
    yield "level", 0, 1000 * noise(60, 0.1)
    yield "short", 0, 250 * noise(12, 0.15)
    yield "growth", 0, (400 + 6.0 * weeks(80)) * noise(80, 0.05)
    yield "decline", 0, (900 - 7.0 * weeks(104)) * noise(104, 0.08)
    yield "walk", 0, 5000 * walk(130, 0.05)
    yield "shift", 0, np.where(weeks(70) < 40, 300.0, 520.0) * noise(70, 0.06)
    yield "large", 0, 2e9 * walk(50, 0.04)
    yield "small", 0, 3e-9 * walk(50, 0.04)
    yield "zeros", 0, np.where(weeks(40) % 3 == 0, 0.0, 80 * noise(40, 0.2))
    yield "months", 12, (500 + 3.0 * weeks(50)) * wave(50, 12, 0.3) * noise(50, 0.05)
    yield "year", 52, 2000 * wave(110, 52, 0.2) * noise(110, 0.05)
    yield "years", 52, (1500 + 4.0 * weeks(170)) * wave(170, 52, 0.25) * noise(170, 0.06)


def residuals(y, state, trend, season, parameters, period):
    """One-step errors and the last state. Both errors are additive: the update is the same for either kind."""
    alpha, beta, gamma, phi = parameters
    _, errors, states, _ = ets.pegelsresid_C(
        y, max(period, 1), np.asarray(state, float), "A", trend, season, True, alpha, beta, gamma, phi, 1
    )
    return errors, states[-1]


def follow(y, state, trend, season, parameters, period):
    """Forecasts, one week after the other, each taken for the truth by the next.

    Not `ets.forecast` with a horizon: statsforecast 2.1.1 adds phi + phi + phi^2 + ... of the trend, where the method
    (Gardner and McKenzie 1985) says phi + phi^2 + phi^3 + ... Its one-step forecasts are right.
    """
    ahead = []
    for _ in range(HORIZON):
        _, last = residuals(np.append(y, ahead), state, trend, season, parameters, period)
        step = np.zeros(1)
        kinds = ets.switch(trend), ets.switch(season)
        ets.etsforecast(last, max(period, 1), *kinds, parameters[3], 1, step)
        ahead.append(step[0])
    return np.array(ahead)


def holt(y, alpha, beta, phi):
    run = lambda values, state: residuals(values, state, "A", "N", (alpha, beta, 0.0, phi), 1)[0]
    nothing = np.zeros_like(y)
    design = np.column_stack([run(nothing, [1.0, 0.0]), run(nothing, [0.0, 1.0])])
    unit = np.abs(y).max()
    state = np.linalg.lstsq(-design, run(y / unit, [0.0, 0.0]), rcond=None)[0] * unit
    return follow(y, state, "A", "N", (alpha, beta, 0.0, phi), 1)


def theta_model(y, alpha):
    standard = theta.switch_theta("STM")
    run = lambda level: theta._theta.pegels_resid(y, standard, level, alpha, 2.0, 1)
    at_zero, at_unit = run(0.0)[1][3:], run(y.mean())[1][3:]
    slope = (at_unit - at_zero) / y.mean()
    level = -(slope @ at_zero) / (slope @ slope)
    states = run(level)[2]
    out = np.zeros(HORIZON)
    theta._theta.forecast(states, len(y), standard, out, alpha, 2.0)
    return out


def first_states(y, season, period):
    """Level, trend and seasonal states (newest first) from the means of the whole periods."""
    whole = len(y) // period
    means = y[: whole * period].reshape(whole, period).mean(axis=1)
    trend = (means[-1] - means[0]) / ((whole - 1) * period)
    level = means[0] - trend * (period + 1) / 2
    line = level + trend * np.arange(1, whole * period + 1)
    ratio = y[: whole * period] - line if season == "A" else y[: whole * period] / line
    index = ratio.reshape(whole, period).mean(axis=0)
    index = index - index.mean() if season == "A" else index / index.mean()
    return np.concatenate([[level, trend], index[::-1]])


def least_squares(y, season, period):
    """The smoothing parameters with the least squares, found by differential evolution, and those squares."""
    state = first_states(y, season, period)

    def loss(parameters):
        # Beyond this a season forgets its own past; the crate leaves it out as well.
        if parameters[2] > 1 - parameters[0]:
            return 1e300
        return squares(residuals(y, state, "A", season, parameters, period)[0])

    bounds = [(1e-4, 0.9999), (1e-4, 0.2), (1e-4, 0.9999), (0.8, 0.98)]
    return optimize.differential_evolution(loss, bounds, seed=1, tol=1e-10, maxiter=300).fun


def squares(errors):
    return float(np.sum(np.square(errors)))


def given(y, period):
    yield {"method": "naive"}, models.Naive().forecast(y, HORIZON)["mean"]
    for weeks in (4, 13):
        if len(y) >= weeks:
            mean = models.WindowAverage(weeks).forecast(y, HORIZON)["mean"]
            yield {"method": "moving_average", "weeks": weeks}, mean
    for alpha in SMOOTHING:
        mean = models.SimpleExponentialSmoothing(alpha).forecast(y, HORIZON)["mean"]
        yield {"method": "simple_smoothing", "alpha": alpha}, mean
    for alpha, beta, phi in HOLT:
        keys = {"method": "damped_holt", "alpha": alpha, "beta": beta, "phi": phi}
        yield keys, holt(y, alpha, beta, phi)
    for alpha in THETA:
        yield {"method": "theta", "alpha": alpha}, theta_model(y, alpha)
    if period:
        keys = {"method": "seasonal_naive", "period": period}
        yield keys, models.SeasonalNaive(period).forecast(y, HORIZON)["mean"]
        for season in "AM":
            for parameters in HOLT_WINTERS:
                keys = dict(zip(("alpha", "beta", "gamma", "phi"), parameters))
                name = {"A": "additive", "M": "multiplicative"}[season]
                keys |= {"method": "holt_winters", "season": name, "period": period}
                state = first_states(y, season, period)
                yield keys, follow(y, state, "A", season, parameters, period)


def fitted(y, period):
    smoothing = models._ses_optimized(y, 1, True)
    yield {"family": "simple_smoothing"}, squares(y[1:] - smoothing["fitted"][1:])
    fit = ets.ets_f(y, 1, "AAN", damped=True, opt_crit="mse")
    yield {"family": "damped_holt"}, squares(fit["residuals"])
    fit = theta.auto_theta(y, 1, "STM")
    yield {"family": "theta"}, squares(fit["residuals"][3:])
    if period:
        for season, model in (("additive", "AAA"), ("multiplicative", "MAM")):
            keys = {"family": "holt_winters", "season": season, "period": period}
            yield keys, least_squares(y, model[2], period)
            if period == 52:
                fit = ets.ets_f(y, period, model, damped=True, opt_crit="mse")
                yield keys, squares(y - fit["fitted"])


def main():
    cases = []
    for name, period, values in synthetic():
        y = np.array([float(f"{value:.6g}") for value in values])
        cases.append(
            {
                "name": name,
                "values": y.tolist(),
                "given": [keys | {"forecast": mean.tolist()} for keys, mean in given(y, period)],
                "fitted": [keys | {"squared_errors": loss} for keys, loss in fitted(y, period)],
            }
        )
    lines = ",\n".join(json.dumps(case) for case in cases)
    (ROOT / "shared/series/tests/goldens.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()

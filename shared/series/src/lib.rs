//! Forecasts of one time series by simple, well-tested methods.

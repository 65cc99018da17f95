//! What the function runs on, and what that costs.

use runs::Host;

use crate::{VarError, var};

/// US dollars for one GB of memory for one second on x86-64: the list price in us-east-1, first tier, as AWS published it
/// (aws.amazon.com/lambda/pricing) in May 2026.
const USD_PER_GB_SECOND_X86_64: f64 = 0.000_016_666_7;

/// The same on arm64.
const USD_PER_GB_SECOND_ARM64: f64 = 0.000_013_333_4;

/// US dollars for a call, on both.
const USD_PER_CALL: f64 = 0.000_000_2;

/// Where the kernel tells what this process uses.
const STATUS: &str = "/proc/self/status";

/// What this function runs on; `None` where nobody says how much memory it has, as outside of Lambda.
pub(crate) fn host(cold_start: bool) -> Result<Option<Host>, VarError> {
    let memory_mb = match var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") {
        Ok(memory_mb) => memory_mb,
        Err(VarError::Missing { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(Host {
        cold_start,
        memory_mb,
        peak_mb: peak_mb(),
        architecture: std::env::consts::ARCH.to_owned(),
    }))
}

/// What a call of so many milliseconds costs, estimated: without free tiers, and without starting the environment.
pub(crate) fn usd(host: &Host, milliseconds: i64) -> f64 {
    let by_architecture = match host.architecture.as_str() {
        "aarch64" => USD_PER_GB_SECOND_ARM64,
        _ => USD_PER_GB_SECOND_X86_64,
    };
    let gb_seconds = host.memory_mb as f64 / 1024.0 * milliseconds as f64 / 1000.0;
    gb_seconds * by_architecture + USD_PER_CALL
}

/// The most memory that this process has used since it started.
fn peak_mb() -> Option<u64> {
    let status = std::fs::read_to_string(STATUS).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_costs_by_its_memory_time_and_architecture() {
        let on = |architecture: &str| Host {
            cold_start: false,
            memory_mb: 2_048,
            peak_mb: None,
            architecture: architecture.to_owned(),
        };
        assert!((usd(&on("x86_64"), 3_000) - 0.000_100_200_2).abs() < 1e-12);
        assert!((usd(&on("aarch64"), 3_000) - 0.000_080_200_4).abs() < 1e-12);
    }

    #[test]
    fn the_kernel_tells_what_this_process_has_used() {
        assert!(peak_mb().unwrap() > 0);
    }
}

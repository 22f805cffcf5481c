//! What Linux says about a process.

use std::fs;
use std::time::Duration;

/// CPU time of all threads of a process so far, in nanoseconds of the scheduler.
pub(crate) fn cpu_time(pid: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("Linux");
    let nanos = tasks.flatten().filter_map(|task| {
        let stat = fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// A line of a process's memory in KiB: `VmRSS` now, `VmHWM` at most so far.
pub(crate) fn memory(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let value = status
        .lines()
        .find_map(|text| text.strip_prefix(line))
        .expect("a known line");
    value
        .trim_matches(|char: char| !char.is_ascii_digit())
        .parse()
        .expect("a number")
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of = |key: &str| {
        let line = cpu.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split(": ").nth(1))
            .unwrap_or("unknown")
            .to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Machine: {} (model {}), {} MHz, {cores} cores",
        of("model name"),
        of("model\t"),
        of("cpu MHz")
    )
}

//! The log files that were set aside: their names, and how many stay.
//!
//! Touches only files that are called exactly as it would call them: `name.2026-11-20.001`.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::LogSettings;

/// Sets files aside within their directory, and removes them again.
#[derive(Debug)]
pub(super) struct Archive {
    dir: PathBuf,
    name: String,
    max_files: usize,
    max_age: Duration,
}

impl Archive {
    pub(super) fn new(settings: &LogSettings, dir: PathBuf) -> Self {
        Self {
            dir,
            name: settings.name.clone(),
            max_files: settings.max_files,
            max_age: settings.max_age,
        }
    }

    /// Renames `file`, whose last line was written on `day`, behind those of the same day.
    pub(super) fn take(&self, file: &Path, day: Date) -> io::Result<()> {
        let all = self.list()?;
        let last = all
            .iter()
            .filter(|old| old.day == day)
            .map(|old| old.number)
            .max();
        let number = last
            .unwrap_or(0)
            .checked_add(1)
            .ok_or(io::ErrorKind::AlreadyExists)?;
        fs::rename(file, self.path(Old { day, number }))
    }

    /// Removes what is too many or too old at `now`, which is in seconds.
    ///
    /// One that cannot be removed is left for the next time.
    pub(super) fn clean(&self, now: i64, zone: &TimeZone) {
        let mut all = self.list().unwrap_or_default();
        all.sort_unstable_by(|a, b| b.cmp(a));
        let first_day = self.first_day(now, zone);
        for (newer, old) in all.into_iter().enumerate() {
            let too_many = self.max_files > 0 && newer >= self.max_files;
            let too_old = first_day.is_some_and(|first| old.day < first);
            if too_many || too_old {
                let _ = fs::remove_file(self.path(old));
            }
        }
    }

    fn first_day(&self, now: i64, zone: &TimeZone) -> Option<Date> {
        if self.max_age.is_zero() {
            return None;
        }
        let age = i64::try_from(self.max_age.as_secs()).ok()?;
        let then = jiff::Timestamp::from_second(now.checked_sub(age)?).ok()?;
        Some(zone.to_datetime(then).date())
    }

    fn list(&self) -> io::Result<Vec<Old>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            all.extend(
                entry?
                    .file_name()
                    .to_str()
                    .and_then(|name| self.parse(name)),
            );
        }
        Ok(all)
    }

    fn parse(&self, name: &str) -> Option<Old> {
        let rest = name.strip_prefix(&self.name)?.strip_prefix('.')?;
        let (day, number) = rest.split_once('.')?;
        let old = Old {
            day: day.parse().ok()?,
            number: number.parse().ok()?,
        };
        // Both parsers know more spellings than the one that is ours.
        (self.name(old) == name).then_some(old)
    }

    fn name(&self, Old { day, number }: Old) -> String {
        format!("{}.{day}.{number:03}", self.name)
    }

    fn path(&self, old: Old) -> PathBuf {
        self.dir.join(self.name(old))
    }
}

/// A file that was set aside. Ordered by age, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Old {
    day: Date,
    number: u32,
}

#[cfg(test)]
mod tests;

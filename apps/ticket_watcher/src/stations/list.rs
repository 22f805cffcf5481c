//! The list: read from the program's own file or from the site's script, and written.

use std::collections::HashMap;
use std::fmt::Write as _;

/// A station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// 北京南
    pub name: String,
    /// `VNP`
    pub telecode: String,
    /// `beijingnan`
    pub pinyin: String,
    /// `bjn`
    pub initials: String,
    /// 北京
    pub city: String,
}

/// All stations.
#[derive(Clone, Debug)]
pub struct Stations {
    /// When the list was made, and from where: the first line of the file.
    pub origin: String,
    pub(super) all: Vec<Station>,
    pub(super) by_name: HashMap<String, usize>,
    by_telecode: HashMap<String, usize>,
    /// How many stations a city has, where one of them has its name.
    pub(super) cities: HashMap<String, usize>,
}

/// Why a text is no list of stations.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// A line is no station.
    #[error("line {line} is not name|telecode|pinyin|initials|city")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// There are too few.
    #[error("only {found} stations, where there are more than {MIN_STATIONS}")]
    Few {
        /// How many.
        found: usize,
    },
}

impl Stations {
    /// The list that is part of the program.
    pub fn bundled() -> Self {
        // Reading it is a test of its own.
        Self::parse(BUNDLED).unwrap_or_else(|_| Self::of(String::new(), Vec::new()))
    }

    /// Reads the program's own form: a line for each station, `#` before the others.
    ///
    /// # Errors
    /// [`ListError`] when a line is none, or there are suspiciously few.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let mut origin = String::new();
        let mut all = Vec::new();
        for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                if origin.is_empty() {
                    comment.trim().clone_into(&mut origin);
                }
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let fields: Vec<&str> = line.split('|').collect();
            let [name, telecode, pinyin, initials, city] = *fields.as_slice() else {
                return Err(ListError::Line { line: at + 1 });
            };
            let station = Station::new([name, telecode, pinyin, initials, city]);
            all.push(station.ok_or(ListError::Line { line: at + 1 })?);
        }
        Self::checked(origin, all)
    }

    /// Reads the site's script, `station_name.js`: records that begin with `@`, their fields split by `|`.
    ///
    /// Records that are no stations are left out.
    ///
    /// # Errors
    /// [`ListError::Few`] when it holds suspiciously few.
    pub fn from_script(script: &str, origin: &str) -> Result<Self, ListError> {
        let text = script
            .split_once(['\'', '"'])
            .and_then(|(_, text)| text.split(['\'', '"']).next())
            .unwrap_or("");
        let read = |record: &str| {
            let fields: Vec<&str> = record.split('|').collect();
            let field = |at: usize| fields.get(at).copied();
            // Scripts before 2021 had no city.
            let (name, city) = (field(1)?, field(7).unwrap_or(""));
            let city = if city.is_empty() { name } else { city };
            Station::new([name, field(2)?, field(3)?, field(4)?, city])
        };
        Self::checked(
            origin.to_owned(),
            text.split('@').filter_map(read).collect(),
        )
    }

    /// The program's own form.
    pub fn to_text(&self) -> String {
        let mut text = format!("# {}\n# name|telecode|pinyin|initials|city\n", self.origin);
        for station in &self.all {
            let Station {
                name,
                telecode,
                pinyin,
                initials,
                city,
            } = station;
            let _ = writeln!(text, "{name}|{telecode}|{pinyin}|{initials}|{city}");
        }
        text
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The station of a telecode.
    pub fn of_telecode(&self, telecode: &str) -> Option<&Station> {
        self.all.get(*self.by_telecode.get(telecode)?)
    }

    /// The name of a telecode.
    pub fn name(&self, telecode: &str) -> Option<&str> {
        Some(&self.of_telecode(telecode)?.name)
    }

    fn checked(origin: String, all: Vec<Station>) -> Result<Self, ListError> {
        if all.len() < MIN_STATIONS {
            return Err(ListError::Few { found: all.len() });
        }
        Ok(Self::of(origin, all))
    }

    fn of(origin: String, all: Vec<Station>) -> Self {
        let mut by_name = HashMap::with_capacity(all.len());
        let mut by_telecode = HashMap::with_capacity(all.len());
        for (at, station) in all.iter().enumerate() {
            by_name.entry(station.name.clone()).or_insert(at);
            by_telecode.entry(station.telecode.clone()).or_insert(at);
        }
        let mut cities: HashMap<String, usize> = HashMap::new();
        for station in &all {
            *cities.entry(station.city.clone()).or_default() += 1;
        }
        cities.retain(|city, _| {
            let main = by_name.get(city).and_then(|at| all.get(*at));
            main.is_some_and(|station| station.city == *city)
        });
        Self {
            origin,
            all,
            by_name,
            by_telecode,
            cities,
        }
    }
}

impl Station {
    /// Takes name, telecode, pinyin, initials and city; `None` when they cannot be those of a station.
    fn new(fields: [&str; 5]) -> Option<Self> {
        let [name, telecode, pinyin, initials, city] = fields;
        let is_code = telecode.len() == 3 && telecode.bytes().all(|byte| byte.is_ascii_uppercase());
        // Some old lists have blanks inside of names.
        let tidy = |text: &str| {
            text.chars()
                .filter(|char| !char.is_whitespace())
                .collect::<String>()
        };
        let (name, city) = (tidy(name), tidy(city));
        let fits = !name.is_empty() && name.len() <= MAX_NAME && city.len() <= MAX_NAME;
        (is_code && fits && pinyin.len() <= MAX_NAME && initials.len() <= MAX_NAME).then(|| Self {
            name,
            telecode: telecode.to_owned(),
            pinyin: pinyin.to_owned(),
            initials: initials.to_owned(),
            city,
        })
    }
}

const BUNDLED: &str = include_str!("../../assets/stations.txt");

/// There were 2,100 in 2013, and there are 3,364 in 2026.
const MIN_STATIONS: usize = 2000;

/// In bytes.
const MAX_NAME: usize = 60;

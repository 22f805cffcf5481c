//! From what people write to a station.

use std::fmt;

use pinyin::ToPinyin as _;

use super::list::{Station, Stations};

/// Where a journey begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The name, as it is shown.
    pub name: String,
    /// What the site is asked with.
    pub telecode: String,
    /// Whether any station of the city will do.
    pub whole_city: bool,
}

/// Why there is no station. `Display` is for the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotFound {
    /// There is none of that name.
    Unknown {
        /// What was written, cut where it is long.
        text: String,
        /// Names that are near it.
        near: Vec<String>,
    },
    /// Several have it: a city without a station of its own name, or pinyin.
    Several {
        /// What was written.
        text: String,
        /// The stations.
        among: Vec<String>,
    },
}

impl Place {
    /// Whether a train that stops at `telecode` stops there. For a city the site has chosen already.
    pub fn takes(&self, telecode: &str) -> bool {
        self.whole_city || self.telecode == telecode
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { text, near } if near.is_empty() => {
                write!(
                    f,
                    "没有叫“{text}”的车站。请写站名、城市名或拼音, 例如 北京南、上海、hangzhou"
                )
            }
            Self::Unknown { text, near } => {
                write!(
                    f,
                    "没有叫“{text}”的车站。您要找的是不是: {}?",
                    near.join("、")
                )
            }
            Self::Several { text, among } => {
                write!(
                    f,
                    "“{text}”有好几个车站, 请写其中一个: {}",
                    among.join("、")
                )
            }
        }
    }
}

impl Stations {
    /// Finds what one means by a name, a city, pinyin, its initials, or a telecode.
    ///
    /// A city's name stands for all its stations; with 站 behind it, and for any other name, it is that one station.
    ///
    /// # Errors
    /// [`NotFound`], with what is near.
    pub fn find(&self, text: &str) -> Result<Place, NotFound> {
        let text = text.trim();
        self.find_exactly(text).unwrap_or_else(|| {
            Err(NotFound::Unknown {
                text: clip(text),
                near: self.near(&clip(text)),
            })
        })
    }

    /// The same without a search for what is near, which takes a while.
    pub(crate) fn find_exactly(&self, text: &str) -> Option<Result<Place, NotFound>> {
        if let Some(place) = self.find_name(text) {
            return Some(Ok(place));
        }
        if text.is_ascii() {
            return self.by_letters(text);
        }
        let city = text.strip_suffix('市').unwrap_or(text);
        let of_city: Vec<&Station> = self
            .all
            .iter()
            .filter(|station| station.city == city)
            .collect();
        self.one_of(&of_city, text)
    }

    /// Finds a station by its whole Chinese name, 站 or 市 behind it or not.
    pub(crate) fn find_name(&self, text: &str) -> Option<Place> {
        if let Some(station) = self.named(text) {
            return Some(self.place(station));
        }
        if let Some(station) = text.strip_suffix('站').and_then(|name| self.named(name)) {
            return Some(self.alone(station));
        }
        let station = self.named(text.strip_suffix('市')?)?;
        Some(self.place(station))
    }

    fn by_letters(&self, text: &str) -> Option<Result<Place, NotFound>> {
        if let Some(station) = self.of_telecode(text) {
            return Some(Ok(self.alone(station)));
        }
        let letters = text.to_ascii_lowercase();
        let fields: [fn(&Station) -> &str; 2] = [|it| &it.pinyin, |it| &it.initials];
        fields.iter().find_map(|field| {
            let found: Vec<&Station> = self
                .all
                .iter()
                .filter(|station| field(station) == letters)
                .collect();
            let main = found
                .iter()
                .copied()
                .filter(|station| station.name == station.city);
            let main: Vec<&Station> = main.collect();
            self.one_of(if main.is_empty() { &found } else { &main }, text)
        })
    }

    fn one_of(&self, found: &[&Station], text: &str) -> Option<Result<Place, NotFound>> {
        match found {
            [] => None,
            [station] => Some(Ok(self.place(station))),
            several => Some(Err(NotFound::Several {
                text: clip(text),
                among: several
                    .iter()
                    .take(MAX_AMONG)
                    .map(|station| station.name.clone())
                    .collect(),
            })),
        }
    }

    fn named(&self, name: &str) -> Option<&Station> {
        self.all.get(*self.by_name.get(name)?)
    }

    /// One station; where its name alone would be the whole city, 站 stands behind it.
    fn alone(&self, station: &Station) -> Place {
        let mut place = station.exactly();
        if self.place(station).whole_city {
            place.name.push('站');
        }
        place
    }

    fn place(&self, station: &Station) -> Place {
        Place {
            whole_city: self
                .cities
                .get(&station.name)
                .is_some_and(|stations| *stations > 1),
            ..station.exactly()
        }
    }

    /// The names that are nearest to `text`: those that sound the same, and those that share most of its characters.
    fn near(&self, text: &str) -> Vec<String> {
        let letters = text.is_ascii();
        let text = &text.to_ascii_lowercase();
        let sound = sound(text).filter(|_| !letters);
        let mut near: Vec<(f64, &Station)> = self
            .all
            .iter()
            .filter_map(|station| {
                let name = if letters {
                    &station.pinyin
                } else {
                    &station.name
                };
                let mut likeness = strsim::normalized_damerau_levenshtein(text, name);
                if name.starts_with(text.as_str()) || text.starts_with(name.as_str()) {
                    likeness += 0.15;
                }
                if let Some(sound) = &sound {
                    let alike = strsim::normalized_damerau_levenshtein(sound, &station.pinyin);
                    if alike >= SOUNDS_LIKE {
                        likeness = likeness.max(alike - 0.1);
                    }
                }
                // Who errs means the larger town.
                if station.name == station.city {
                    likeness += 0.05;
                }
                (likeness >= LIKE).then_some((likeness, station))
            })
            .collect();
        near.sort_by(|one, other| other.0.total_cmp(&one.0));
        near.into_iter()
            .take(MAX_NEAR)
            .map(|(_, station)| station.name.clone())
            .collect()
    }
}

impl Station {
    fn exactly(&self) -> Place {
        Place {
            name: self.name.clone(),
            telecode: self.telecode.clone(),
            whole_city: false,
        }
    }
}

/// The pinyin of a text of Chinese characters, without tones; of a character with several readings the usual one.
fn sound(text: &str) -> Option<String> {
    text.to_pinyin().map(|char| Some(char?.plain())).collect()
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

/// From which likeness on a name is suggested: one wrong character of two.
const LIKE: f64 = 0.5;

/// From which likeness of their pinyin on two names sound alike.
const SOUNDS_LIKE: f64 = 0.85;

const MAX_NEAR: usize = 4;
const MAX_AMONG: usize = 12;

/// Of what was written, in characters.
const MAX_SHOWN: usize = 20;

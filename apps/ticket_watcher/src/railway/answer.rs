//! A whole answer to a question for remaining tickets.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use super::train::Train;

/// The trains of a day between two places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// By departure, then by arrival: the site's own order changes from one answer to the next.
    pub trains: Vec<Train>,
    /// The names of the stops, by telecode.
    pub names: HashMap<String, String>,
    /// Rows that could not be read.
    pub unreadable: usize,
}

impl Answer {
    /// The name of a stop, or its telecode where the answer does not name it.
    pub fn name<'a>(&'a self, telecode: &'a str) -> &'a str {
        self.names.get(telecode).map_or(telecode, String::as_str)
    }

    /// Takes the names of stops that the answer itself does not name from elsewhere.
    pub fn name_stops<'a>(&mut self, name: impl Fn(&str) -> Option<&'a str>) {
        for train in &self.trains {
            for telecode in [&train.from, &train.to] {
                if !self.names.contains_key(telecode)
                    && let Some(name) = name(telecode)
                {
                    self.names.insert(telecode.clone(), name.to_owned());
                }
            }
        }
    }

    pub(super) fn of(data: &Data<'_>) -> Self {
        let rows = data.result.as_deref().unwrap_or_default();
        let mut trains = Vec::with_capacity(rows.len());
        trains.extend(rows.iter().filter_map(|row| Train::read(&row.0)));
        let unreadable = rows.len() - trains.len();
        trains.sort_by(|one, other| order(one).cmp(&order(other)));
        // One row twice would be one ticket twice.
        trains.dedup_by(|one, other| one.key() == other.key());
        let names = data
            .map
            .iter()
            .flatten()
            .map(|(code, name)| (code.0.to_string(), name.0.to_string()))
            .collect();
        Self {
            trains,
            names,
            unreadable,
        }
    }
}

type Order<'a> = (bool, Option<u16>, Option<u16>, (&'a str, &'a str, &'a str));

fn order(train: &Train) -> Order<'_> {
    let minutes = |clock: Option<super::Clock>| clock.map(|clock| clock.minutes);
    (
        train.departs.is_none(),
        minutes(train.departs),
        minutes(train.arrives),
        train.key(),
    )
}

/// What is in `data`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Data<'a> {
    #[serde(borrow)]
    result: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    map: Option<HashMap<Text<'a>, Text<'a>>>,
}

impl Data<'_> {
    pub(super) const fn has_result(&self) -> bool {
        self.result.is_some()
    }
}

/// Text that is borrowed where it holds no escapes; serde borrows no bare `Cow` inside a list.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

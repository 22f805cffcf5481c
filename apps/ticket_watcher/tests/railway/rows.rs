//! Every row that was ever recorded.

use std::path::PathBuf;

use proptest::prelude::*;
use ticket_watcher::railway::verdict::{Verdict, judge};
use ticket_watcher::railway::{Answer, Left, Sale, Seat, Train};

/// The text of a recorded answer.
pub(crate) fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

pub(crate) fn answer(body: &str) -> Answer {
    match judge(200, None, body.as_bytes(), "https://kyfw.12306.cn") {
        Verdict::Trains(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn recorded_trains() -> Vec<Train> {
    let mut trains = Vec::new();
    for (name, rows) in ANSWERS {
        let answer = answer(&fixture(name));
        assert_eq!(
            (answer.trains.len(), answer.unreadable),
            (*rows, 0),
            "{name}"
        );
        trains.extend(answer.trains);
    }
    for line in fixture("rows_2017-2026.tsv").lines() {
        let (_date, row) = line.split_once('\t').unwrap();
        trains.push(Train::read(row).unwrap_or_else(|| panic!("{row}")));
    }
    trains
}

#[test]
fn every_recorded_row_is_read_and_known_in_all_its_seats() {
    for train in recorded_trains() {
        assert_eq!(
            train.sale == Sale::Stopped,
            train.departs.is_none(),
            "{train:?}"
        );
        if train.sale == Sale::Stopped {
            assert!(train.seats.is_empty(), "{train:?}");
            continue;
        }
        assert!(!train.seats.is_empty(), "{train:?}");
        for seat in &train.seats {
            assert!(!matches!(seat.left, Left::Unknown(_)), "{train:?}");
        }
    }
}

/// Field 39 tells each count once more.
#[test]
fn the_counts_of_field_39_agree_with_those_displayed() {
    let mut compared = 0;
    for train in recorded_trains() {
        for seat in &train.seats {
            let Some(count) = seat.count else { continue };
            let displayed = match count {
                0 => Left::SoldOut,
                1..=20 => Left::Count(count),
                _ => Left::Many,
            };
            assert_eq!(seat.left, displayed, "{} {:?}", train.code, seat);
            assert!(seat.price.is_some_and(|price| price > 0), "{train:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} were compared");
}

#[test]
fn a_row_of_2026_says_all_that_one_wants_to_know() {
    let answer = answer(&fixture("q_2026-09-12_rows_in_assembled_envelope.json"));
    let codes: Vec<_> = answer
        .trains
        .iter()
        .map(|train| (&*train.code, &*train.from))
        .collect();
    assert_eq!(
        codes,
        [
            ("G5", "BJP"),
            ("G5", "VNP"),
            ("G811", "VNP"),
            ("G811", "VNP")
        ]
    );
    let train = &answer.trains[2];
    assert_eq!(train.departs.unwrap().to_string(), "09:34");
    assert_eq!(train.arrives.unwrap().to_string(), "15:39");
    assert_eq!(train.minutes, Some(6 * 60 + 5));
    assert_eq!(train.sale_at.unwrap().to_string(), "2026-08-29T12:45:00");
    let seats: Vec<_> = train
        .seats
        .iter()
        .map(|seat| (seat.name, seat.left.clone(), seat.price))
        .collect();
    assert_eq!(
        seats,
        [
            ("商务座", Left::Count(17), Some(23100)),
            ("一等座", Left::Many, Some(10200)),
            ("二等座", Left::Many, Some(6730)),
            ("无座", Left::Many, Some(6730)),
        ]
    );
    assert_eq!(train.seat(Seat::HardSeat), None);
}

#[test]
fn what_the_site_displays_is_understood() {
    for (text, left) in [
        ("有", Left::Many),
        ("7", Left::Count(7)),
        ("0", Left::SoldOut),
        ("无", Left::SoldOut),
        ("", Left::NotOffered),
        ("--", Left::NotOffered),
        ("*", Left::NotOnSale),
        ("候补", Left::WaitingList),
        ("99999999999999999999", Left::Many),
        ("七", Left::Unknown("七".to_owned())),
    ] {
        assert_eq!(Left::read(text), left, "{text}");
    }
    assert!(Left::Count(2).is_enough_for(2) && !Left::Count(2).is_enough_for(3));
    assert!(!Left::WaitingList.is_enough_for(1) && !Left::Unknown("1".to_owned()).is_enough_for(1));
}

#[test]
fn a_row_may_be_long_and_its_button_may_hold_markup() {
    let row = format!(
        "|7月2日<br/>12:45起售|no|G1|A|B|C|D|07:00|11:00|04:00|IS_TIME_NOT_BUY{}",
        "|".repeat(100_000)
    );
    let train = Train::read(&row).unwrap();
    assert_eq!(train.button, "7月2日 12:45起售");
    assert_eq!(train.sale, Sale::NotNow);
    assert_eq!(Train::read("a|b|c"), None);
    assert_eq!(Train::read(&"|".repeat(40)), None);
}

proptest! {
    #[test]
    fn no_row_and_no_body_brings_the_reader_down(
        fields in prop::collection::vec("[0-9A-Z:有无*]{0,24}", 30..60),
        body in ".{0,300}",
    ) {
        if let Some(train) = Train::read(&fields.join("|")) {
            prop_assert_eq!(train.code, fields[3].clone());
        }
        let _ = judge(200, None, body.as_bytes(), "https://kyfw.12306.cn");
    }
}

const ANSWERS: &[(&str, usize)] = &[
    ("q_2017-12-25_YLZ_YSZ_maintenance.json", 3),
    ("q_2018-01-25_VAB_VUQ_suspended.json", 1),
    ("q_2018-10-08_BJP_SHH.json", 2),
    ("q_2019-01-01_HKN_CUW.json", 1),
    ("q_2019-02-14_CQW_TVW_suspended.json", 3),
    ("q_2019-04-16_CQW_TJP.json", 2),
    ("q_2020-06-30_HFH_WHH.json", 20),
    ("q_2024-04-22_SHH_CZH.json", 2),
    ("q_2026-09-12_rows_in_assembled_envelope.json", 4),
];

//! Stations as people write them.
#![allow(clippy::unwrap_used, reason = "in a test a panic is a failure")]

use ticket_watcher::stations::{ListError, Stations};

#[track_caller]
fn check(stations: &Stations, text: &str, expected: &str) {
    let said = match stations.find(text) {
        Ok(place) => format!(
            "{} {}{}",
            place.name,
            place.telecode,
            if place.whole_city { " city" } else { "" }
        ),
        Err(error) => error.to_string(),
    };
    assert_eq!(said, expected, "{text}");
}

#[test]
fn a_name_a_city_pinyin_and_initials_lead_to_a_station() {
    let stations = Stations::bundled();
    assert_eq!(stations.len(), 3364);
    for (text, expected) in [
        ("北京", "北京 BJP city"),
        ("北京市", "北京 BJP city"),
        ("北京站", "北京站 BJP"),
        ("北京南", "北京南 VNP"),
        ("北京南站", "北京南 VNP"),
        ("白山市", "白山市 HJL"),
        (" 上海 ", "上海 SHH city"),
        ("beijing", "北京 BJP city"),
        ("BeiJing", "北京 BJP city"),
        ("shanghaihongqiao", "上海虹桥 AOH"),
        ("shhq", "上海虹桥 AOH"),
        ("VNP", "北京南 VNP"),
        ("东至", "东至 DCH"),
        ("二连浩特", "二连 RLC"),
    ] {
        check(&stations, text, expected);
    }
}

#[test]
fn what_is_no_station_is_told_with_what_is_near() {
    let stations = Stations::bundled();
    for (text, expected) in [
        ("fuzhou", "“fuzhou”有好几个车站, 请写其中一个: 福州、抚州"),
        (
            "儋州",
            "“儋州”有好几个车站, 请写其中一个: 白马井、银滩、海头",
        ),
        ("bj", "“bj”有好几个车站, 请写其中一个: 北京、毕节、宝鸡"),
        (
            "上海虹乔",
            "没有叫“上海虹乔”的车站。您要找的是不是: 上海虹桥、上海、上海南、上海西?",
        ),
        (
            "shanghia",
            "没有叫“shanghia”的车站。您要找的是不是: 上海、尚家、商丘、商河?",
        ),
        (
            "",
            "没有叫“”的车站。请写站名、城市名或拼音, 例如 北京南、上海、hangzhou",
        ),
        (
            "😀😀😀",
            "没有叫“😀😀😀”的车站。请写站名、城市名或拼音, 例如 北京南、上海、hangzhou",
        ),
    ] {
        check(&stations, text, expected);
    }
    let long = stations.find(&"胡".repeat(700)).unwrap_err().to_string();
    assert!(long.chars().count() < 100, "{long}");
}

/// What an input method offers first for the right pinyin, and for one with a slip in it.
#[test]
fn a_name_that_sounds_the_same_is_suggested_first() {
    let stations = Stations::bundled();
    for (text, meant) in [
        ("背景", "北京"),
        ("备井", "北京"),
        ("商海", "上海"),
        ("伤害", "上海"),
        ("难京", "南京"),
        ("航州", "杭州"),
        ("诚都", "成都"),
        ("上海红桥", "上海虹桥"),
        ("背景南", "北京南"),
    ] {
        let error = stations.find(text).unwrap_err().to_string();
        let (_, near) = error.split_once("是不是: ").unwrap();
        let first = near.split(['、', '?']).next();
        assert_eq!(first, Some(meant), "{error}");
    }
}

#[test]
fn the_list_survives_being_written_and_read() {
    let stations = Stations::bundled();
    let again = Stations::parse(&stations.to_text()).unwrap();
    assert_eq!(again.to_text(), stations.to_text());
    assert!(again.origin.contains("2026-02-11"));
    assert_eq!(
        Stations::parse("# x\n北京|BJP|beijing|bj\n").unwrap_err(),
        ListError::Line { line: 2 }
    );
    assert_eq!(
        Stations::parse("<html>").unwrap_err(),
        ListError::Line { line: 1 }
    );
}

#[test]
fn the_script_of_the_site_is_read_record_by_record() {
    let recorded = include_str!("fixtures/station_name_2026-02-11_excerpt.js");
    assert_eq!(
        Stations::from_script(recorded, "x").unwrap_err(),
        ListError::Few { found: 45 }
    );
    let record = |n: u32| {
        let code: String = [n / 676, n / 26 % 26, n % 26]
            .iter()
            .map(|it| char::from(b'A' + u8::try_from(*it).unwrap()))
            .collect();
        format!("@s|站 {n}|{code}|zhan|z|{n}")
    };
    let mut script = "var station_names ='".to_owned();
    script.extend((0..2100).map(record));
    script.push_str("@broken|x@|||';");
    let stations = Stations::from_script(&script, "2020").unwrap();
    assert_eq!(stations.len(), 2100);
    check(&stations, "站7", "站7 AAH");
    assert_eq!(
        Stations::from_script("<html>'sorry'</html>", "").unwrap_err(),
        ListError::Few { found: 0 }
    );
}

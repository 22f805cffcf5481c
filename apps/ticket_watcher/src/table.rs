//! An answer as a table in the terminal, and as JSON.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::railway::{Answer, Clock, Sale, Seat, Train};
use crate::say::yuan;
use crate::wish::Wish;

/// A table of the trains that fulfil the wish, tickets or not. Its columns stand below each other in a terminal, where a
/// Chinese character is as wide as two letters.
pub fn table(wish: &Wish, answer: &Answer) -> String {
    let trains: Vec<&Train> = answer
        .trains
        .iter()
        .filter(|train| wish.takes(train))
        .collect();
    let offered = |seat: &Seat| trains.iter().any(|train| train.seat(*seat).is_some());
    let seats: Vec<Seat> = Seat::ALL.into_iter().filter(offered).collect();
    let mut rows = vec![head(&seats)];
    rows.extend(trains.iter().map(|train| row(train, &seats, answer)));
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| Some(row.get(column)?.width()))
            .max()
    };
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The same as JSON: a list of objects.
pub fn json(wish: &Wish, answer: &Answer) -> Value {
    let trains = answer.trains.iter().filter(|train| wish.takes(train));
    trains
        .map(|train| {
            let seats: Vec<Value> = train
                .seats
                .iter()
                .map(|seat| {
                    json!({
                        "seat": seat.seat,
                        "name": seat.name,
                        "left": seat.left.to_string(),
                        "price": seat.price.map(|price| f64::from(price) / 10.0),
                    })
                })
                .collect();
            json!({
                "train": train.code,
                "number": train.number,
                "from": answer.name(&train.from),
                "from_telecode": train.from,
                "to": answer.name(&train.to),
                "to_telecode": train.to,
                "departs": train.departs.map(|clock| clock.to_string()),
                "arrives": train.arrives.map(|clock| clock.to_string()),
                "minutes": train.minutes,
                "on_sale": train.sale == Sale::Open,
                "says": train.button,
                "sale_at": train.sale_at.map(|at| at.to_string()),
                "waiting_list": train.waiting_list,
                "seats": seats,
            })
        })
        .collect()
}

fn head(seats: &[Seat]) -> Vec<String> {
    let fixed = ["车次", "出发站", "到达站", "出发", "到达", "历时"];
    let seats = seats.iter().map(|seat| seat.name());
    let names = fixed.into_iter().chain(seats).chain(["备注"]);
    names.map(str::to_owned).collect()
}

fn row(train: &Train, seats: &[Seat], answer: &Answer) -> Vec<String> {
    let time =
        |clock: Option<Clock>| clock.map_or_else(|| "--".to_owned(), |clock| clock.to_string());
    let lasts = train
        .minutes
        .map(|minutes| format!("{:02}:{:02}", minutes / 60, minutes % 60));
    let mut row = vec![
        train.code.clone(),
        answer.name(&train.from).to_owned(),
        answer.name(&train.to).to_owned(),
        time(train.departs),
        time(train.arrives),
        lasts.unwrap_or_else(|| "--".to_owned()),
    ];
    row.extend(seats.iter().map(|seat| {
        let Some(left) = train.seat(*seat) else {
            return "--".to_owned();
        };
        let price = left.price.map(|price| format!(" {}", yuan(price)));
        format!("{}{}", left.left, price.unwrap_or_default())
    }));
    row.push(remark(train));
    row
}

fn remark(train: &Train) -> String {
    if train.sale == Sale::Stopped {
        return train.button.clone();
    }
    match train.sale_at {
        Some(at) if (train.sale == Sale::NotNow) => format!("{} 起售", at.strftime("%m-%d %H:%M")),
        _ if (train.sale == Sale::NotNow) => train.button.clone(),
        _ if train.sale != Sale::Open && train.waiting_list => "可候补".to_owned(),
        _ => String::new(),
    }
}

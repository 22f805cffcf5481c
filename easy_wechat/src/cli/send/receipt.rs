use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::own_words::in_own_words;
use crate::BoxError;
use crate::cli::outcome::{Ended, as_json, print, print_sent};
use crate::client::{ClientError, Receipt};
use crate::ids::{MsgId, PartyId, TagId, UserId};
use crate::printable::printable;

/// Prints what came of it: the ids, for `recall`; who was missed is an error of its own.
pub(super) fn show(
    sent: Result<Receipt, ClientError>,
    json_result: bool,
    quiet: bool,
) -> Result<(), BoxError> {
    let receipt = match sent {
        Ok(receipt) => receipt,
        Err(error) => {
            if json_result {
                print(&format!("{}\n", as_json(&error)));
            }
            return Err(in_own_words(error));
        }
    };
    if json_result {
        print_sent(&format!("{}\n", to_json(&receipt)));
    } else if !quiet {
        let ids = receipt.msg_ids.iter().map(|id| format!("{id}\n"));
        let code = receipt.response_code.iter();
        print_sent(
            &ids.chain(code.map(|code| format!("response_code {code}\n")))
                .collect::<String>(),
        );
    }
    if !quiet {
        warn(&receipt);
    }
    if receipt.is_complete() {
        return Ok(());
    }
    Err(Ended::partly(missed(&receipt)).into())
}

/// Warns of what was sent but will not be shown.
fn warn(receipt: &Receipt) {
    let cuts = receipt.cuts.iter().map(ToString::to_string);
    let ignored = receipt.ignored.iter().map(ToString::to_string);
    for line in cuts.chain(ignored) {
        let _ = writeln!(io::stderr(), "warning: {}", printable(&line));
    }
}

fn missed(receipt: &Receipt) -> String {
    let mut missed = receipt.missed.clone();
    let unlicensed: Vec<&str> = receipt
        .missed
        .unlicensed
        .iter()
        .map(UserId::as_str)
        .collect();
    missed.unlicensed.clear();
    let mut sentences = Vec::new();
    if !missed.is_nobody() {
        sentences.push(format!(
            "not delivered to {missed}: unknown, or not in the app's visible range (可见范围)"
        ));
    }
    if !unlicensed.is_empty() {
        sentences.push(format!(
            "not delivered to users {}: missing interface licence (接口许可); assign one in the console",
            unlicensed.join("|")
        ));
    }
    sentences.join("; ")
}

pub(in crate::cli) fn to_json(receipt: &Receipt) -> Value {
    let missed = &receipt.missed;
    let cuts = receipt.cuts.iter().map(|cut| {
        json!({"field": cut.what, "length": cut.length, "limit": cut.limit, "unit": cut.unit})
    });
    let ignored = receipt.ignored.iter();
    let ignored = ignored.map(|it| json!({"field": it.field, "advice": it.advice}));
    json!({
        "msgids": receipt.msg_ids.iter().map(MsgId::as_str).collect::<Vec<_>>(),
        "response_code": receipt.response_code,
        "missed": {
            "users": missed.users.iter().map(UserId::as_str).collect::<Vec<_>>(),
            "parties": missed.parties.iter().map(PartyId::as_str).collect::<Vec<_>>(),
            "tags": missed.tags.iter().map(TagId::as_str).collect::<Vec<_>>(),
            "unlicensed": missed.unlicensed.iter().map(UserId::as_str).collect::<Vec<_>>(),
        },
        "cuts": cuts.collect::<Vec<_>>(),
        "ignored": ignored.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The platform has a list of its own for members without a licence.
    #[test]
    fn members_without_a_licence_are_told_apart() {
        for (answer, has, lacks) in [
            (
                json!({"unlicenseduser": "li|wang"}),
                &["li|wang", "licen"][..],
                &["visible"][..],
            ),
            (json!({"invaliduser": "zhao"}), &["zhao"], &["licen"]),
            (
                json!({"invaliduser": "zhao", "unlicenseduser": "li"}),
                &["zhao", "li", "licen"],
                &[],
            ),
        ] {
            let receipt = Receipt::read(answer.as_object().unwrap());
            assert!(!receipt.is_complete(), "{answer}");
            let said = missed(&receipt);
            assert!(has.iter().all(|word| said.contains(word)), "{said}");
            assert!(!lacks.iter().any(|word| said.contains(word)), "{said}");
        }
    }
}

use serde_json::{Value, json};

use crate::BoxError;
use crate::cli::outcome::{Partly, as_json, print};
use crate::client::{ClientError, Receipt};
use crate::ids::{MsgId, PartyId, TagId, UserId};

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
            return Err(error.into());
        }
    };
    if json_result {
        print(&format!("{}\n", to_json(&receipt)));
    } else if !quiet {
        let ids = receipt.msg_ids.iter().map(|id| format!("{id}\n"));
        let code = receipt.response_code.iter();
        print(
            &ids.chain(code.map(|code| format!("response_code {code}\n")))
                .collect::<String>(),
        );
    }
    if receipt.is_complete() {
        return Ok(());
    }
    let missed = &receipt.missed;
    Err(Partly(format!(
        "it did not reach {missed}: unknown, or not in the app's visible range (可见范围)"
    ))
    .into())
}

pub(in crate::cli) fn to_json(receipt: &Receipt) -> Value {
    let missed = &receipt.missed;
    json!({
        "msgids": receipt.msg_ids.iter().map(MsgId::as_str).collect::<Vec<_>>(),
        "response_code": receipt.response_code,
        "missed": {
            "users": missed.users.iter().map(UserId::as_str).collect::<Vec<_>>(),
            "parties": missed.parties.iter().map(PartyId::as_str).collect::<Vec<_>>(),
            "tags": missed.tags.iter().map(TagId::as_str).collect::<Vec<_>>(),
            "unlicensed": missed.unlicensed.iter().map(UserId::as_str).collect::<Vec<_>>(),
        },
    })
}

use super::body::Body;
use super::keys::cleaned;
use super::opening::{Opening, open};
use super::query::Parameters;
use super::signed::{Reading, Signed, Text};
use super::{Cause, Finding, Keys, Step, blame};
use crate::platform::AccountKind;

/// What there is to be verified and opened.
#[derive(Debug)]
pub(super) struct Material<'a> {
    /// What the signature covers that counts.
    pub(super) signed: Option<Signed<'a>>,
    /// An Official Account's second signature, over the first three parts, beside an encrypted body.
    pub(super) second: Option<Signed<'a>>,
    text: Text<'a>,
    echo: Option<&'a str>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) plain: Option<String>,
    pub(super) receive_id: Option<String>,
    pub(super) belongs_to: Option<String>,
}

impl<'a> Material<'a> {
    pub(super) fn new(
        parameters: &Parameters<'a>,
        body: &'a Body,
        verification: bool,
        encrypted: bool,
    ) -> Self {
        let echo = parameters.raw("echostr");
        let text = match (encrypted, verification) {
            (false, _) => Text::None,
            (true, true) => echo.map_or(Text::None, Text::Query),
            (true, false) => body.ciphertext.as_deref().map_or(Text::None, Text::Body),
        };
        let name = if encrypted {
            "msg_signature"
        } else {
            "signature"
        };
        // Without the text there is nothing that this signature could be compared with.
        let complete = !encrypted || !matches!(text, Text::None);
        Self {
            signed: Signed::new(parameters, name, text).filter(|_| complete),
            second: Signed::new(parameters, "signature", Text::None).filter(|_| encrypted),
            text,
            echo,
        }
    }

    /// The `echostr` as it is to be answered by an Official Account.
    pub(super) fn echo(&self) -> Option<String> {
        super::query::decoded(self.echo?)
    }
}

/// How the keys of one app fit.
pub(super) struct Fit {
    /// The reading with which the token fits, and whether only without white space, quotes and the like.
    pub(super) token: Option<(Reading, bool)>,
    pub(super) opening: Opening,
    /// Whether it is for one of the receive ids.
    for_us: bool,
}

/// Verifies and opens it with `keys`, and with `others` when they do not fit. `kind` is the platform it comes from,
/// `complete` whether no parameter is missing.
pub(super) fn judge(
    material: &Material<'_>,
    (kind, complete): (AccountKind, bool),
    keys: &Keys,
    others: &[Keys],
    found: &mut Vec<Finding>,
) -> Seen {
    let fit = Fit::of(material, keys);
    let mut seen = Seen::default();
    if !fit.is_whole(material) {
        let owner = others
            .iter()
            .filter(|other| other.name != keys.name && other.kind == kind)
            .find(|other| Fit::of(material, other).is_whole(material));
        seen.belongs_to = owner.map(|owner| owner.name.clone());
    }
    if let Some(owner) = &seen.belongs_to {
        found.push(Finding::wrong(
            Cause::OtherSection,
            format!("this request belongs to section [{owner}], not to [{}]", keys.name),
            format!("give each app a route of its own (route_name), and write that of [{owner}] in its console"),
        ));
    } else {
        found.extend(blame::signature(material, complete, &fit, keys));
        found.extend(decryption(material, &fit, keys));
    }
    if let Opening::Open { opened, .. } = fit.opening {
        if seen.belongs_to.is_none() {
            found.push(receiver(&opened.receive_id, keys, others));
        }
        seen.receive_id = Some(opened.receive_id.to_string());
        seen.plain = Some(opened.message);
    }
    seen
}

impl Fit {
    fn of(material: &Material<'_>, keys: &Keys) -> Self {
        let token = keys.token.reveal();
        let fits = |token: &str| {
            material
                .signed
                .as_ref()
                .and_then(|signed| signed.reading(token))
        };
        let token = fits(token)
            .filter(|_| !token.is_empty())
            .map(|reading| (reading, false))
            .or_else(|| Some((fits(cleaned(token)?.reveal())?, true)));
        let opening = open(keys, material.text, token.map(|(reading, _)| reading));
        let for_us = match &opening {
            Opening::Open { opened, .. } => {
                keys.receive_ids.iter().any(|id| **id == *opened.receive_id)
            }
            _ => false,
        };
        Self {
            token,
            opening,
            for_us,
        }
    }

    fn is_whole(&self, material: &Material<'_>) -> bool {
        self.token.is_some() && (self.for_us || matches!(material.text, Text::None))
    }
}

fn decryption(material: &Material<'_>, fit: &Fit, keys: &Keys) -> Option<Finding> {
    let name = &keys.name;
    match &fit.opening {
        Opening::Nothing => None,
        Opening::NoKey => Some(Finding::unknown(
            Step::Decryption,
            format!("it cannot be opened: [{name}] has no key of 43 letters and digits"),
        )),
        Opening::Open { cleaned: true, .. } => Some(
            Finding::wrong(
                Cause::KeyShape,
                "it opens when what is neither letter nor digit is left out of encoding_aes_key",
                "copy EncodingAESKey once more, without white space, quotes, = or full-width letters",
            )
            .at(Step::Decryption),
        ),
        Opening::Open { .. } => Some(Finding::good(Step::Decryption, "the key opens it")),
        Opening::Damaged if fit.token.is_none() => Some(Finding::unknown(
            Step::Decryption,
            "it cannot be opened: it is no base64",
        )),
        Opening::Damaged => Some(
            Finding::wrong(
                Cause::Changed,
                "what was signed is no base64",
                "the platform does not send this: look at the tool or gateway that calls",
            )
            .at(Step::Decryption),
        ),
        Opening::Closed if material.signed.is_some() && fit.token.is_none() => {
            Some(Finding::unknown(Step::Decryption, "the key does not open it"))
        }
        Opening::Closed => Some(Finding::wrong(
            Cause::Key,
            format!("the key does not open it: encoding_aes_key of [{name}] is another than in the console"),
            format!(
                "copy EncodingAESKey from the console once more ({}); after a change there, save here and there",
                keys.kind.platform().console
            ),
        )),
    }
}

/// Whom it is for: no secret.
fn receiver(found: &str, keys: &Keys, others: &[Keys]) -> Finding {
    let quoted: String = found.chars().take(MAX_QUOTED).collect();
    if keys.receive_ids.iter().any(|id| id == found) {
        return Finding::good(Step::Receiver, format!("it is for {quoted:?}"));
    }
    let own = keys.receive_ids.join(", ");
    let key = keys.kind.platform().receive_id_key;
    let name = &keys.name;
    let other = others
        .iter()
        .filter(|other| other.name != *name)
        .find(|other| other.receive_ids.iter().any(|id| id == found));
    let advice = match other {
        _ if found.is_empty() => {
            "an AI bot's messages are for nobody, and so are those of a person's app: both are not taken".to_owned()
        }
        Some(other) => format!("that is the receive id of section [{}]", other.name),
        None if keys.receive_ids.iter().any(|id| id.trim().eq_ignore_ascii_case(found.trim())) => {
            format!("{key} must be written letter by letter as it is there, capital letters too")
        }
        None => format!(
            "if that is the right one, write {key} = {quoted} to [{name}]; a third-party suite has further receive_ids"
        ),
    };
    Finding::wrong(
        Cause::Receiver,
        format!("it is for {quoted:?}, but {key} of [{name}] is {own:?}"),
        advice,
    )
}

/// In characters.
const MAX_QUOTED: usize = 64;

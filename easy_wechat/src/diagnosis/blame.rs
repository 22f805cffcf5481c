use super::opening::Opening;
use super::signed::{Reading, Signed, Text};
use super::suspects::{Fit, Material};
use super::{Cause, Finding, Keys, Step};

/// What there is to be said of the signature.
pub(super) fn signature(
    material: &Material<'_>,
    complete: bool,
    fit: &Fit,
    keys: &Keys,
) -> Vec<Finding> {
    let Some(signed) = &material.signed else {
        let why = if complete {
            "there is nothing in the body that was signed"
        } else {
            "a parameter is missing"
        };
        return vec![Finding::unknown(
            Step::Signature,
            format!("it cannot be checked: {why}"),
        )];
    };
    let Some((reading, was_cleaned)) = fit.token else {
        return vec![no_match(material, fit, keys)];
    };
    if was_cleaned {
        let finding = Finding::wrong(
            Cause::TokenShape,
            "it matches when what is neither letter nor digit is left out of token",
            "copy Token once more, without white space, quotes or full-width letters",
        );
        return vec![finding.at(Step::Signature)];
    }
    let mut found: Vec<Finding> = decoding(signed, reading).into_iter().collect();
    if !found.iter().any(|finding| finding.step == Step::Signature) {
        found.push(Finding::good(
            Step::Signature,
            "it matches: the token is right",
        ));
    }
    found
}

/// What is to be said of the reading that makes the signature match.
fn decoding(signed: &Signed<'_>, reading: Reading) -> Option<Finding> {
    let pass_on = "pass the query on as it comes: let no proxy, gateway or framework decode and encode it anew";
    let in_query = matches!(signed.text, Text::Query(_));
    match reading {
        Reading::Once => match signed.text {
            Text::Query(raw) if raw.contains(['+', '/']) => Some(Finding::odd(
                Cause::DecodedEarly,
                "the echostr came percent-decoded already; here it does no harm, but what reads it as a form makes a \
                 space of each +",
                pass_on,
            )),
            _ => None,
        },
        Reading::Spaces if in_query => Some(Finding::odd(
            Cause::PlusBecameSpace,
            "the signature matches when each space in echostr is a + again: something on the way reads the query as a \
             form; this server mends it, others refuse it",
            pass_on,
        )),
        Reading::Spaces => Some(Finding::wrong(
            Cause::PlusBecameSpace,
            "the signature matches when each space in Encrypt is a + again: something reads the body as a form",
            "pass bodies on as they come",
        )),
        Reading::Twice => Some(Finding::wrong(
            Cause::EncodedTwice,
            "the signature matches when the query is percent-decoded twice: something on the way encodes it once more",
            pass_on,
        )),
        Reading::Raw => Some(Finding::wrong(
            Cause::SignedEncoded,
            "the signature matches when the query is not percent-decoded: whoever signed it signed the encoded text",
            "the platform does not do so: look at the tool or gateway that calls",
        )),
        Reading::LowerCase => Some(Finding::wrong(
            Cause::SignatureShape,
            "the signature matches in lower case",
            "something on the way, or the tool that calls, makes its letters upper-case: the platform's are lower-case",
        )),
        Reading::Unwrapped => Some(
            Finding::wrong(
                Cause::Changed,
                "the signature matches without the white space in the text: something on the way wraps it",
                "pass it on as it comes",
            )
            .at(Step::Body),
        ),
    }
}

/// The token fits in no reading: who is to blame follows from what else fits.
fn no_match(material: &Material<'_>, fit: &Fit, keys: &Keys) -> Finding {
    let name = &keys.name;
    let console = keys.kind.platform().console;
    if keys.token.is_empty() {
        return Finding::unknown(Step::Signature, "it cannot be checked: there is no token");
    }
    let second = material.second.as_ref();
    if second.is_some_and(|signed| signed.reading(keys.token.reveal()).is_some()) {
        return Finding::wrong(
            Cause::Changed,
            "the token is right, for the other signature matches, but the body is not what was signed",
            "something on the way changes bodies, or this body was captured from another request",
        );
    }
    match &fit.opening {
        Opening::Open { .. } => Finding::wrong(
            Cause::Token,
            format!(
                "it does not match, but the key opens what came: it is whole, so the token of [{name}] is another"
            ),
            format!(
                "copy Token from the console once more ({console}) to token; after a change there, save here and there"
            ),
        ),
        Opening::Damaged => Finding::wrong(
            Cause::Changed,
            "it does not match, and what was signed is no base64: it was cut or changed on the way",
            "pass query and body on as they come; when it was copied from a log, see whether the log cut it",
        ),
        Opening::Nothing => Finding::wrong(
            Cause::Token,
            format!("it does not match: the token of [{name}] is another than in the console"),
            format!("copy Token from the console once more ({console}) to token"),
        ),
        Opening::NoKey => Finding::wrong(
            Cause::Token,
            format!(
                "it does not match: the token of [{name}] is another than in the console, or it was changed on the way"
            ),
            format!("copy Token from the console once more ({console}) to token"),
        ),
        Opening::Closed => Finding::wrong(
            Cause::NotOurs,
            format!(
                "it does not match, and the key of [{name}] does not open it: it belongs to another app, or is a fake"
            ),
            format!(
                "see whether the console's page is this app's ({console}), and copy Token and EncodingAESKey once more"
            ),
        ),
    }
}

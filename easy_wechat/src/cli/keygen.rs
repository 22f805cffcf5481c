//! `easy-wechat keygen`.

use std::io::{self, IsTerminal as _, Write as _};

use rand::distr::Alphanumeric;
use rand::seq::IndexedRandom as _;
use rand::{Rng, RngExt as _};
use serde_json::json;

use crate::BoxError;
use crate::secret::Secret;

/// Generate a Token and an EncodingAESKey for the console and config.ini.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Print the keys as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let mut rng = rand::rng();
    let token = token(&mut rng);
    let key = encoding_aes_key(&mut rng);
    let mut out = io::stdout().lock();
    if args.json {
        let keys = json!({"token": token.reveal(), "encoding_aes_key": key.reveal()});
        writeln!(out, "{keys}")?;
    } else {
        writeln!(out, "token = {}", token.reveal())?;
        writeln!(out, "encoding_aes_key = {}", key.reveal())?;
    }
    out.flush()?;
    if io::stdout().is_terminal() {
        writeln!(
            io::stderr(),
            "\nPaste both lines into the app's section of config.ini, and both values into the\n\
             console. Start the server before you save there: saving calls it.\n\
             easy-wechat check --listen 0.0.0.0:6000 answers as well, and reports what is wrong"
        )?;
    }
    Ok(())
}

pub(super) fn token(rng: &mut impl Rng) -> Secret {
    letters(rng, TOKEN_CHARACTERS).into()
}

/// The last of its characters carries 2 bits that are no part of the key. They are zero here, which strict readers of
/// base64 in other programs ask for.
pub(super) fn encoding_aes_key(rng: &mut impl Rng) -> Secret {
    let mut key = letters(rng, KEY_CHARACTERS - 1);
    key.extend(LAST.choose(rng).copied().map(char::from));
    key.into()
}

fn letters(rng: &mut impl Rng, count: usize) -> String {
    rng.sample_iter(Alphanumeric)
        .take(count)
        .map(char::from)
        .collect()
}

/// The most that the console takes.
const TOKEN_CHARACTERS: usize = 32;
const KEY_CHARACTERS: usize = 43;

/// The characters of base64 that end in two zero bits.
const LAST: &[u8] = b"AEIMQUYcgkosw048";

const HELP: &str = "\
Examples:
  easy-wechat keygen                     two lines for config.ini
  easy-wechat keygen >> config.ini       if the app's section is the last one
  easy-wechat keygen --json | jq -r .token

Nothing is stored or sent. Both are secrets: with them anybody can send
messages to your app in any member's name.

Exit codes: 0 printed, 1 cannot write, 2 invalid arguments";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::EncodingAesKey;

    #[test]
    fn every_key_is_one() {
        let mut rng = rand::rng();
        for _ in 0..500 {
            let key = encoding_aes_key(&mut rng);
            assert!(EncodingAesKey::parse(key.reveal()).is_ok());
            assert!(
                key.reveal()
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric())
            );
            assert_eq!(token(&mut rng).reveal().len(), 32);
        }
    }
}

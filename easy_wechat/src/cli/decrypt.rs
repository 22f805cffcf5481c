//! `easy-wechat decrypt`.

mod captured;
mod show;

use std::fs::File;
use std::io::{self, BufRead, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::outcome::usage;
use super::{findings, keys};
use crate::BoxError;
use crate::clock::Clock;
use crate::config::credential_fault;
use crate::diagnosis::{Captured, Diagnosis, Finding, Keys, Step, Verdict, diagnose};
use crate::platform::{AccountKind, Mode};
use crate::printable::{printable, printable_lines};
use crate::secret::Secret;

/// Decrypt a captured callback: print its message, or report why it cannot be decrypted.
///
/// The keys are those of config.ini, or --token and --aes-key. Arguments are visible to all users of this machine and stay
/// in the shell's history: prefer config.ini, the environment, or `-` to type them.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The query, the whole URL, or a log line that holds it; in quotes
    #[arg(long, value_name = "QUERY", value_parser = captured::query)]
    query: String,
    /// The file with the request body, `-` for the standard input; none for the GET of a verification
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    config: Option<PathBuf>,
    /// The section of the app [default: the one whose keys fit]
    #[arg(long, value_name = "SECTION", conflicts_with = "token")]
    app: Option<String>,
    /// The Token; `-` reads a line of the standard input
    #[arg(long, value_name = "TOKEN")]
    token: Option<Secret>,
    /// The EncodingAESKey; `-` reads a line of the standard input
    #[arg(long, value_name = "KEY", requires = "token", conflicts_with_all = ["config", "app"])]
    aes_key: Option<Secret>,
    /// The corpid or AppID [default: any]
    #[arg(long, value_name = "ID", requires = "token", conflicts_with_all = ["config", "app"])]
    receive_id: Vec<String>,
    /// With --token: the callback of an Official Account (公众号)
    #[arg(long, requires = "token", conflicts_with_all = ["config", "app"])]
    official_account: bool,
    /// Print one XML element per line
    #[arg(long, conflicts_with = "json")]
    pretty: bool,
    /// Print all fields as JSON, or the findings if it cannot be decrypted
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let mut stdin = io::stdin().lock();
    let (keys, others) = match (&args.token, &args.app) {
        (Some(token), _) => (typed(args, token, &mut stdin)?, Vec::new()),
        (None, None) => keys::all(args.config.as_deref())?,
        (None, Some(section)) => {
            let (app, others) = keys::choose(args.config.as_deref(), Some(section))?;
            (Keys::from(&app), others)
        }
    };
    let body = match &args.body {
        Some(file) => Some(read(file, &mut stdin)?),
        None if !args.query.contains("echostr=") => {
            return Err(usage(
                "a message needs its body: --body FILE, or - for the standard input",
            ));
        }
        None => None,
    };
    let captured = Captured {
        method: if body.is_some() { "POST" } else { "GET" },
        query: &args.query,
        body: body.as_deref().unwrap_or_default(),
        now: Some(Clock::system().now()),
        max_age: Duration::ZERO,
    };
    let (name, diagnosis) = open(args, &captured, keys, &others);
    if !diagnosis.is_good() {
        return Err(refuse(args, &name, &diagnosis)?);
    }
    note(&name, &diagnosis)?;
    let plain = diagnosis.plain.unwrap_or_default();
    let mut out = io::stdout().lock();
    let shown = if args.json {
        show::json(&plain, body.is_some())
    } else if args.pretty && body.is_some() {
        show::pretty(&plain)
    } else {
        plain
    };
    // In JSON the escapes stand for what was there.
    writeln!(out, "{}", printable_lines(shown.trim_end()))?;
    out.flush()?;
    Ok(())
}

/// Opens it; when no section was named, with the keys that fit, or else with those that fit best.
fn open(
    args: &Args,
    captured: &Captured<'_>,
    mut keys: Keys,
    others: &[Keys],
) -> (String, Diagnosis) {
    let mut diagnosis = diagnose(captured, &keys, others);
    if keys.receive_ids.is_empty() && args.token.is_some() {
        // Nobody said whom it is for, so that it may be for anybody.
        let found = diagnosis
            .receive_id
            .clone()
            .unwrap_or_else(|| "?".to_owned());
        keys.receive_ids.push(found);
        diagnosis = diagnose(captured, &keys, others);
    }
    let mut best = (keys.name, diagnosis);
    if args.app.is_none() {
        for other in others {
            let diagnosis = diagnose(captured, other, &[]);
            if fits(&diagnosis) > fits(&best.1) {
                best = (other.name.clone(), diagnosis);
            }
        }
    }
    best
}

/// Whether all is right, and else how much of it.
fn fits(diagnosis: &Diagnosis) -> (bool, usize) {
    let good = |finding: &&Finding| finding.verdict == Verdict::Good && finding.step != Step::Keys;
    (
        diagnosis.is_good(),
        diagnosis.findings.iter().filter(good).count(),
    )
}

/// The keys of the command line.
fn typed(args: &Args, token: &Secret, stdin: &mut impl BufRead) -> Result<Keys, BoxError> {
    let kind = if args.official_account {
        AccountKind::OfficialAccount
    } else {
        AccountKind::WeCom
    };
    let mut keys = Keys::new("command line", kind);
    keys.mode = if args.aes_key.is_some() {
        Mode::Compatible
    } else {
        Mode::Plain
    };
    keys.token = secret("token", token, stdin)?;
    if let Some(key) = &args.aes_key {
        keys.encoding_aes_key = secret("aes-key", key, stdin)?;
    }
    for id in &args.receive_id {
        check("receive-id", id)?;
    }
    keys.receive_ids.clone_from(&args.receive_id);
    Ok(keys)
}

/// The value of an option, or the next line of the standard input, without white space around it as in config.ini.
fn secret(option: &str, argument: &Secret, stdin: &mut impl BufRead) -> Result<Secret, BoxError> {
    let mut line = String::new();
    let text = if argument.reveal() == "-" {
        stdin.take(MAX_LINE).read_line(&mut line)?;
        line.as_str()
    } else {
        argument.reveal()
    };
    let text = text.trim();
    check(option, text)?;
    Ok(text.into())
}

/// Refuses what cannot belong to a credential, with its kind and place and never with the value.
fn check(option: &str, text: &str) -> Result<(), BoxError> {
    match credential_fault(option, text) {
        Some(what) => Err(usage(format!("invalid --{option}: {what}"))),
        None => Ok(()),
    }
}

fn read(file: &Path, stdin: &mut impl Read) -> Result<Vec<u8>, BoxError> {
    let mut body = Vec::new();
    let read = if file.as_os_str() == "-" {
        stdin.take(MAX_BODY).read_to_end(&mut body)
    } else {
        File::open(file).and_then(|file| file.take(MAX_BODY).read_to_end(&mut body))
    };
    match read {
        Ok(_) => Ok(body),
        Err(error) => Err(usage(format!("{} cannot be read: {error}", file.display()))),
    }
}

/// Says why not, and gives the error to end with.
fn refuse(args: &Args, name: &str, diagnosis: &Diagnosis) -> io::Result<BoxError> {
    if args.json {
        let found = serde_json::json!({"findings": findings::to_json(&diagnosis.findings)});
        writeln!(io::stdout(), "{}", printable_lines(&found.to_string()))?;
    } else {
        findings::print(&mut io::stderr().lock(), &diagnosis.findings, "")?;
    }
    Ok(
        format!("the callback does not open with the keys of [{name}]; what is wrong stands above")
            .into(),
    )
}

/// What is good to know beside the message.
fn note(name: &str, diagnosis: &Diagnosis) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let receive_id = diagnosis.receive_id.as_deref().unwrap_or("anybody");
    let when = diagnosis
        .findings
        .iter()
        .find(|finding| finding.step == Step::Clock)
        .map(|finding| finding.what.as_str());
    writeln!(
        err,
        "opened with the keys of [{name}], for {}; {}",
        printable(receive_id),
        when.unwrap_or_default()
    )?;
    let odd: Vec<Finding> = diagnosis
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Odd)
        .cloned()
        .collect();
    findings::print(&mut err, &odd, "")
}

/// In bytes.
const MAX_BODY: u64 = 1 << 20;
const MAX_LINE: u64 = 4096;

const HELP: &str = "\
Examples:
  easy-wechat decrypt --query 'msg_signature=…&timestamp=…&nonce=…&echostr=…'
  easy-wechat decrypt --query \"$(grep signature= access.log | tail -1)\" \\
      --body a.xml
  easy-wechat decrypt --query \"$Q\" --body a.xml --json | jq -r .Content
  easy-wechat decrypt --query \"$Q\" --body - < a.xml
  easy-wechat decrypt --query \"$Q\" --token - --aes-key -   type each in a line

Control and invisible characters are shown as escapes such as \\u001b; --json
keeps the text exactly. The age of the callback is printed, not judged.
EASY_WECHAT_DEMO_TOKEN and EASY_WECHAT_DEMO_ENCODING_AES_KEY in the environment
are the keys of section [demo].

Exit codes: 0 decrypted, 1 cannot be decrypted,
2 invalid configuration or arguments";

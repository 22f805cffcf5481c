//! `easy-wechat init`: writes a first config.ini.

mod question;

use std::fmt::Write as _;
use std::fs::{self, DirBuilder};
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::keygen;
use super::outcome::Ended;
use crate::BoxError;
use crate::config::{Config, credential_fault};
use crate::diagnosis::{Keys, Verdict};
use crate::platform::AccountKind;
use crate::secret::Secret;
use question::{MAX_VALUE, ask};

/// Write a config.ini for one WeCom app.
///
/// Asks for five values and checks each of them at once. An existing file is never changed.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The file to write [default: `~/.config/easy_wechat/config.ini`, where every program looks]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The name of the section
    #[arg(long, value_name = "SECTION", default_value = "demo")]
    app: String,
    /// The corpid (企业ID)
    #[arg(long, value_name = "ID")]
    corpid: Option<String>,
    /// The `AgentId` of the app
    #[arg(long, value_name = "NUMBER")]
    agent: Option<String>,
    /// The file with the Secret of the app; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The file with the Token; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The file with the EncodingAESKey; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    encoding_aes_key_file: Option<PathBuf>,
    /// Ask nothing: generate a Token and EncodingAESKey unless a file is named, and omit a Secret that is not given
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let place = place(args.config.as_deref())?;
    // Before anything is asked. A file that appears meanwhile is not replaced either: see `write`.
    if fs::symlink_metadata(&place).is_ok() {
        return Err(exists(&place));
    }
    if args.app.trim().is_empty()
        || args.app.contains(['[', ']', '\n', '\r'])
        || args.app == "system"
    {
        return Err(wrong("invalid --app; use a word like demo"));
    }
    let mut section = format!("[{}]\n", args.app.trim());
    for value in VALUES {
        let text = value.get(args)?;
        writeln!(section, "{} = {}", value.key, text.reveal())?;
    }
    let section = Secret::from(section);
    // What is written is what every program reads.
    let config = Config::parse(section.reveal(), [("", "")])?;
    let app = config.app(args.app.trim())?;
    app.account()?;
    write(&place, section.reveal())?;
    let name = if args.app == "demo" {
        String::new()
    } else {
        format!(" --app {}", args.app)
    };
    let shown = place.display();
    let given = args
        .config
        .as_ref()
        .map_or_else(String::new, |_| format!(" --config {shown}"));
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "wrote {shown}; only you can read it\n\n\
         Next:\n  \
         1. easy-wechat check{given}{name}\n     \
            checks the keys, the network and the account; sends no message\n  \
         2. easy-wechat send{given}{name} --to USERID hello\n     \
            sends a first message; needs the Secret, and the address of this\n     \
            machine in 企业可信IP\n  \
         3. to receive messages: start your program, open 应用管理 > the app >\n     \
            接收消息 > 设置API接收, enter a URL that ends in /weixin, and the Token\n     \
            and EncodingAESKey of the file; press 保存"
    )?;
    Ok(out.flush()?)
}

fn place(asked: Option<&Path>) -> Result<PathBuf, BoxError> {
    match asked {
        Some(path) => Ok(Config::expand_home(path)?),
        None => Config::user_file()
            .ok_or_else(|| wrong("no home folder: HOME is not set; name the file with --config")),
    }
}

/// One of the five values.
struct Value {
    key: &'static str,
    question: &'static str,
    /// Whether to hide what is typed.
    is_secret: bool,
    /// What an empty answer means.
    empty: Empty,
    /// The option that gives it.
    option: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    Refused,
    Left,
    Made,
}

const VALUES: [Value; 5] = [
    Value {
        key: "corpid",
        question: "企业ID (我的企业 > 企业信息 > 企业ID)",
        is_secret: false,
        empty: Empty::Refused,
        option: "--corpid",
    },
    Value {
        key: "appid",
        question: "AgentId (应用管理 > the app)",
        is_secret: false,
        empty: Empty::Refused,
        option: "--agent",
    },
    Value {
        key: "secret",
        question: "Secret (the same page; Enter: none, the app cannot send)",
        is_secret: true,
        empty: Empty::Left,
        option: "--secret-file",
    },
    Value {
        key: "token",
        question: "Token (接收消息 > 设置API接收; Enter: make a new one)",
        is_secret: true,
        empty: Empty::Made,
        option: "--token-file",
    },
    Value {
        key: "encoding_aes_key",
        question: "EncodingAESKey (the same page; Enter: make a new one)",
        is_secret: true,
        empty: Empty::Made,
        option: "--encoding-aes-key-file",
    },
];

impl Value {
    /// Reads it from the command line, else asks.
    fn get(&self, args: &Args) -> Result<Secret, BoxError> {
        if let Some(given) = self.given(args)? {
            return match self.fault(given.reveal()) {
                Some(fault) => Err(wrong(format!("invalid {}: {fault}", self.option))),
                None if given.is_empty() => self.without(),
                None => Ok(given),
            };
        }
        if args.yes {
            return self.without();
        }
        loop {
            let typed = ask(self.question, self.is_secret)?
                .ok_or_else(|| wrong(format!("missing {}: the standard input ended", self.key)))?;
            match self.fault(typed.reveal()) {
                Some(fault) if io::stdin().is_terminal() => {
                    writeln!(io::stderr(), "  {fault}; type it again")?;
                }
                Some(fault) => return Err(wrong(format!("invalid {}: {fault}", self.key))),
                None if typed.is_empty() && self.empty == Empty::Refused => {
                    if !io::stdin().is_terminal() {
                        return self.without();
                    }
                }
                None if typed.is_empty() => return self.without(),
                None => return Ok(typed),
            }
        }
    }

    fn given(&self, args: &Args) -> Result<Option<Secret>, BoxError> {
        let file = match self.key {
            "corpid" => return Ok(args.corpid.as_deref().map(cleaned)),
            "appid" => return Ok(args.agent.as_deref().map(cleaned)),
            "secret" => &args.secret_file,
            "token" => &args.token_file,
            _ => &args.encoding_aes_key_file,
        };
        let Some(path) = file else {
            return Ok(None);
        };
        let mut text = String::new();
        let read = if path.as_os_str() == "-" {
            io::stdin().lock().take(MAX_VALUE).read_to_string(&mut text)
        } else {
            let file = fs::File::open(Config::expand_home(path)?);
            file.and_then(|file| file.take(MAX_VALUE).read_to_string(&mut text))
        };
        read.map_err(|error| {
            wrong(format!(
                "cannot read {} {}: {error}",
                self.option,
                path.display()
            ))
        })?;
        Ok(Some(cleaned(
            &Secret::from(text).reveal().replacen('\u{FEFF}', "", 1),
        )))
    }

    /// The value when none is given.
    fn without(&self) -> Result<Secret, BoxError> {
        match (self.empty, self.key) {
            (Empty::Refused, _) => Err(wrong(format!(
                "missing {}; give it with {}",
                self.key, self.option
            ))),
            (Empty::Left, _) => Ok(Secret::default()),
            (Empty::Made, "token") => Ok(keygen::token(&mut rand::rng())),
            (Empty::Made, _) => Ok(keygen::encoding_aes_key(&mut rand::rng())),
        }
    }

    /// What is wrong with it, by the checks of servers, clients and `check`. The value is never shown.
    fn fault(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        if let Some(fault) = credential_fault(self.key, text) {
            return Some(fault);
        }
        let mut keys = Keys::new("demo", AccountKind::WeCom);
        keys.token = "token".into();
        keys.encoding_aes_key = keygen::encoding_aes_key(&mut rand::rng());
        keys.receive_ids = vec!["ww0".to_owned()];
        match self.key {
            "appid" => {
                let is_number =
                    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok();
                return (!is_number).then(|| "expected the AgentId, a number".to_owned());
            }
            "corpid" => keys.receive_ids = vec![text.to_owned()],
            "token" => keys.token = text.into(),
            "encoding_aes_key" => keys.encoding_aes_key = text.into(),
            _ => return None,
        }
        let mut findings = keys.check().into_iter();
        let fault = findings.find(|it| matches!(it.verdict, Verdict::Odd | Verdict::Wrong))?;
        Some(format!("{}; {}", fault.what, fault.advice))
    }
}

/// Without white space and quotes around it, as in config.ini.
fn cleaned(text: &str) -> Secret {
    let text = text.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    Secret::from(inner.unwrap_or(text))
}

/// Writes the file whole or not at all, readable by this user only. An existing file is never replaced.
fn write(place: &Path, section: &str) -> Result<(), BoxError> {
    let cannot = |error: io::Error| -> BoxError {
        format!("cannot write {}: {error}", place.display()).into()
    };
    let folder = place.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut maker = DirBuilder::new();
    maker.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        maker.mode(0o700);
    }
    maker.create(folder).map_err(cannot)?;
    // Mode 0600 from its first byte on.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    file.write_all(HEAD.as_bytes()).map_err(cannot)?;
    file.write_all(section.as_bytes()).map_err(cannot)?;
    file.as_file().sync_all().map_err(cannot)?;
    match file.persist_noclobber(place) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(place)),
        Err(error) => Err(cannot(error.error)),
    }
}

fn exists(place: &Path) -> BoxError {
    wrong(format!(
        "already exists: {}; edit it, or name another file with --config",
        place.display()
    ))
}

fn wrong(why: impl Into<String>) -> BoxError {
    Ended::because(2, why.into()).into()
}

const HEAD: &str = "\
; Written by easy-wechat init. config.ini.example of easy_wechat explains every key.
; 由 easy-wechat init 生成, 全部配置项见 easy_wechat 的 config.ini.example。请勿泄露本文件。
";

const HELP: &str = "\
Examples:
  easy-wechat init                       write ~/.config/easy_wechat/config.ini
  easy-wechat init --config config.ini   write it beside your program
  easy-wechat init --yes --corpid ww1234567890abcdef --agent 1000002 \\
      --secret-file secret.txt           ask nothing, for scripts
  pass wecom | easy-wechat init --yes --corpid ww1234567890abcdef \\
      --agent 1000002 --secret-file -

Secrets are not shown while they are typed, and are not taken from the command
line, which other users can see. Only you can read the file (mode 0600).

Exit codes: 0 written, 1 cannot write, 2 missing or invalid value, invalid
arguments, or the file exists";

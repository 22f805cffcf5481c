use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use serde_json::Value;

use super::Args;
use crate::BoxError;
use crate::cli::app::App;
use crate::cli::outcome::usage;
use crate::cli::progress;
use crate::cli::source::Source;
use crate::client::{ClientError, Webhook};
use crate::ids::MediaId;
use crate::outgoing::{MediaType, NewsArticle, Outgoing, SendOptions, TextCard};
use crate::recipient::Recipient;

/// What is to be sent; a file is still to be uploaded.
#[derive(Debug)]
pub(super) enum Content {
    Ready(Outgoing),
    File {
        kind: MediaType,
        file: Source,
        title: String,
        description: String,
    },
}

/// Reads what the arguments name, before anything is called.
pub(super) fn read(args: &Args) -> Result<Content, BoxError> {
    for (kind, path) in [
        (MediaType::Image, &args.image),
        (MediaType::Voice, &args.voice),
        (MediaType::Video, &args.video),
        (MediaType::File, &args.file),
    ] {
        if let Some(path) = path {
            return Ok(Content::File {
                kind,
                file: Source::open(path, args.name.as_deref(), Some(kind))?,
                title: args.title.clone().unwrap_or_default(),
                description: args.description.clone().unwrap_or_default(),
            });
        }
    }
    if let Some(path) = &args.json {
        return Ok(Content::Ready(of_json(&json_text(path)?)?));
    }
    let text = text(args)?;
    let title = args.title.clone().unwrap_or_default();
    let url = args.url.clone().unwrap_or_default();
    Ok(Content::Ready(if args.textcard {
        Outgoing::TextCard(TextCard {
            title,
            description: text,
            url,
            btntxt: args.button.clone().unwrap_or_default(),
        })
    } else if args.news {
        Outgoing::news([NewsArticle {
            title,
            description: text,
            url,
            pic_url: args.picture.clone().unwrap_or_default(),
            ..NewsArticle::default()
        }])
    } else if args.markdown {
        Outgoing::markdown(text)
    } else {
        Outgoing::text(text)
    }))
}

impl Content {
    /// Uploads the file, if there is one; not for a message that would be refused all the same.
    pub(super) async fn into_outgoing(
        self,
        app: &App,
        to: &Recipient,
        options: &SendOptions,
    ) -> Result<Outgoing, ClientError> {
        let (kind, file, title, description) = match self {
            Self::Ready(outgoing) => return Ok(outgoing),
            Self::File {
                kind,
                file,
                title,
                description,
            } => (kind, file, title, description),
        };
        let message = |media_id: MediaId| match kind {
            MediaType::Image => Outgoing::image(media_id),
            MediaType::Voice => Outgoing::voice(media_id),
            MediaType::Video => Outgoing::video(media_id, &title, &description),
            _ => Outgoing::file(media_id),
        };
        let any = MediaId::from("MEDIA_ID");
        app.client.check(to, &message(any), options)?;
        let bar = progress::bar(app.shows_progress(), "uploading");
        let upload = file.upload().on_progress(progress::follow(&bar));
        let uploaded = app.client.upload_media(kind, upload).await;
        bar.finish_and_clear();
        Ok(message(uploaded?.media_id))
    }

    /// The same for a robot, which takes pictures without an upload, and no videos.
    pub(super) async fn into_outgoing_of_robot(
        self,
        app: &App<Webhook>,
    ) -> Result<Outgoing, ClientError> {
        let (kind, file) = match self {
            Self::Ready(outgoing) => return Ok(outgoing),
            Self::File { kind, file, .. } => (kind, file),
        };
        if kind == MediaType::Image {
            return Ok(Outgoing::Picture(file.picture()?));
        }
        let bar = progress::bar(app.shows_progress(), "uploading");
        let upload = file.upload().on_progress(progress::follow(&bar));
        let uploaded = app.client.upload_media(kind, upload).await;
        bar.finish_and_clear();
        let media_id = uploaded?.media_id;
        Ok(match kind {
            MediaType::Voice => Outgoing::voice(media_id),
            _ => Outgoing::file(media_id),
        })
    }
}

/// The text of the arguments, or the standard input without the line end that `echo` adds.
fn text(args: &Args) -> Result<String, BoxError> {
    let given = args.text_as_option.as_ref();
    let given = given.or_else(|| args.text.as_ref().filter(|text| *text != "-"));
    if let Some(text) = given {
        if text.trim().is_empty() {
            return Err(usage("empty text; nothing was sent"));
        }
        return Ok(text.clone());
    }
    if args.text.is_none() && io::stdin().is_terminal() {
        return Err(usage(
            "missing text; write it after the options, or pipe it in. A text that begins with a minus goes after --",
        ));
    }
    let text = standard_input()?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() {
        return Err(usage(
            "empty standard input; nothing was sent. A text that begins with a minus goes after --",
        ));
    }
    Ok(text.to_owned())
}

fn standard_input() -> Result<String, BoxError> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)?;
    utf8(bytes, "the standard input")
}

fn json_text(path: &Path) -> Result<String, BoxError> {
    if path.as_os_str() == "-" {
        let text = standard_input()?;
        if text.trim().is_empty() {
            return Err(usage("empty standard input; nothing was sent"));
        }
        return Ok(text);
    }
    let file = fs::File::open(path).map_err(|source| unreadable(path, source))?;
    let mut bytes = Vec::new();
    file.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| unreadable(path, source))?;
    utf8(bytes, &path.display().to_string())
}

fn utf8(bytes: Vec<u8>, what: &str) -> Result<String, BoxError> {
    if bytes.len() as u64 > MAX_INPUT {
        return Err(usage(format!(
            "{what} is longer than {MAX_INPUT} bytes, far more than a message takes"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        usage(format!(
            "{what} is not UTF-8; convert it, as with iconv -f GBK -t UTF-8"
        ))
    })?;
    // What some editors put before the text is no part of it.
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

fn unreadable(path: &Path, source: io::Error) -> BoxError {
    ClientError::File {
        path: path.to_owned(),
        what: "read",
        source,
    }
    .into()
}

/// A whole message, `msgtype` and the object of that name; what stands beside them is for the options.
fn of_json(text: &str) -> Result<Outgoing, BoxError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| usage(format!("invalid JSON: {error}")))?;
    let Value::Object(mut message) = value else {
        return Err(usage(EXPECTED));
    };
    let Some(Value::String(msg_type)) = message.remove("msgtype") else {
        return Err(usage(EXPECTED));
    };
    let content = message.remove(&msg_type).ok_or_else(|| {
        usage(format!(
            "msgtype is {msg_type:?}, but there is no {msg_type:?} beside it"
        ))
    })?;
    if let Some(name) = message.keys().next() {
        let advice = if name.starts_with("mentioned_") {
            "it belongs in the object under text"
        } else {
            "the receivers and switches are options of this command"
        };
        return Err(usage(format!("unsupported {name:?} in the JSON; {advice}")));
    }
    Ok(Outgoing::from_json(&msg_type, content).map_err(ClientError::from)?)
}

const EXPECTED: &str =
    "the JSON should be an object like {\"msgtype\": \"text\", \"text\": {\"content\": \"…\"}}";

/// In bytes: the longest message, mpnews, is below a megabyte.
const MAX_INPUT: u64 = 8 << 20;

//! Say Hello To Me: a name that is entered on the page, and goes to a file, for a little display beside the camera.

use std::io::{self, Write as _};
use std::path::Path;

use actix_web::error::{InternalError, UrlencodedError};
use actix_web::web::{self, Data, Form};
use actix_web::{Error, HttpRequest, HttpResponse};
use serde::Deserialize;
use tempfile::NamedTempFile;
use tracing::warn;

use super::{Page, html};

#[derive(Deserialize)]
pub(super) struct Hello {
    #[serde(default)]
    name: String,
}

/// A name as somebody entered it, fit to be shown: without line breaks and invisible characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Takes a name; an empty one is `null`.
    pub fn new(entered: &str) -> Self {
        let visible: String = entered.chars().filter(|&it| !is_invisible(it)).collect();
        let name: Vec<&str> = visible.split_whitespace().collect();
        if name.is_empty() {
            Self("null".to_owned())
        } else {
            Self(name.join(" "))
        }
    }

    /// What the page answers. A long name is cut, for it is a greeting.
    pub fn greeting(&self) -> String {
        format!("Nice to meet you, {}~", cut(&self.0, ON_PAGE, "…"))
    }

    /// What the file holds: a display of two short lines has place for it.
    pub fn for_display(&self) -> String {
        format!("Hi,I'm {}", cut(&self.0, ON_DISPLAY, "~"))
    }
}

/// The name, or all but the last character's place of it and `end`.
fn cut(name: &str, limit: usize, end: &str) -> String {
    if name.chars().count() <= limit {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(limit - 1).collect();
    short.push_str(end);
    short
}

pub(super) async fn greet(
    page: Data<Page>,
    request: HttpRequest,
    form: Form<Hello>,
) -> HttpResponse {
    let site = request.headers().get("Sec-Fetch-Site");
    if site.is_some_and(|site| site == "cross-site") {
        return HttpResponse::Forbidden().body("请在监控页面上填写\n");
    }
    let name = Name::new(&form.name);
    let text = name.for_display();
    let path = page.name_file.clone();
    match web::block(move || write(&path, &text)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(%error, "the name could not be written"),
        Err(error) => warn!(%error, "the name could not be written"),
    }
    html::answer(&page, Some(&name.greeting()))
}

/// Whole, or not at all: who reads it never sees half a name.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// A form that cannot be read.
pub(super) fn refused(error: UrlencodedError, _: &HttpRequest) -> Error {
    let (mut response, words) = match &error {
        UrlencodedError::Overflow { .. } => {
            (HttpResponse::PayloadTooLarge(), "名字太长了, 请写短一些\n")
        }
        _ => (
            HttpResponse::BadRequest(),
            "看不懂这份表单, 请在监控页面上填写\n",
        ),
    };
    let response = response
        .content_type("text/plain; charset=utf-8")
        .body(words);
    InternalError::from_response(error, response).into()
}

/// What is not seen, or turns around what stands beside it.
fn is_invisible(char: char) -> bool {
    (char.is_control() && !char.is_whitespace())
        || matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

const ON_PAGE: usize = 64;
const ON_DISPLAY: usize = 13;

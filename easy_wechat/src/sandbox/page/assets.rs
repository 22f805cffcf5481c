//! The page's files, in the binary.

use actix_web::{HttpResponse, web};

use super::refuse::{Refused, not_found};

/// `/`.
pub(crate) async fn index() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(include_str!("assets/index.html"))
}

/// `/assets/…`.
pub(crate) async fn asset(name: web::Path<String>) -> Result<HttpResponse, Refused> {
    let Some((_, text)) = FILES.iter().find(|(file, _)| *file == name.as_str()) else {
        return not_found().await;
    };
    let content_type = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };
    Ok(HttpResponse::Ok().content_type(content_type).body(*text))
}

/// Each file under its own name.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("assets/", $name)))),*]
    };
}

static FILES: &[(&str, &str)] = files! {
    "account.js"
    "activity.js"
    "api.js"
    "app.css"
    "articles.js"
    "attachments.js"
    "blocks.js"
    "bubbles.css"
    "bubbles.js"
    "call_view.js"
    "card_inputs.js"
    "cards.css"
    "cards.js"
    "chat.css"
    "chips.js"
    "composer.js"
    "conversation.js"
    "dialogs.css"
    "dialogs.js"
    "dom.js"
    "empty.js"
    "events.js"
    "exchange_view.js"
    "fault_form.js"
    "faults.js"
    "icon.svg"
    "inspector.css"
    "inspector.js"
    "language.js"
    "layout.js"
    "links.js"
    "main.js"
    "markdown.js"
    "markdown_inline.js"
    "media.js"
    "members.js"
    "menu.js"
    "people.js"
    "rows.js"
    "send_dialogs.js"
    "store.js"
    "stream.js"
    "transcript.js"
    "words.js"
    "xml.js"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/sandbox/page/assets");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let served = name == "index.html" || FILES.iter().any(|(file, _)| *file == name);
            assert!(served, "{name} is not in FILES");
        }
    }
}

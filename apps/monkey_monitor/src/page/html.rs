//! The page as HTML.

use std::fmt::Write as _;

use actix_web::HttpResponse;

use super::Page;
use crate::time::clock;

/// The page, with an answer to the form if there is one.
pub(super) fn answer(page: &Page, greeting: Option<&str>) -> HttpResponse {
    let greeting = greeting.map_or(String::new(), |greeting| {
        format!(
            "<p class=\"greeting\" id=\"greeting\" role=\"status\"><bdi>{}</bdi></p>",
            escape(greeting)
        )
    });
    let mut photos = String::new();
    for photo in page.album.newest_first() {
        let (number, at) = (photo.number, clock(photo.at));
        let _ = write!(
            photos,
            "<li><a href=\"photo/{number}.jpg\"><img src=\"photo/{number}.jpg\" alt=\"{at}\"></a><span>{at}</span></li>"
        );
    }
    let settings = page.camera.settings();
    let fill = [
        ("{greeting}", greeting),
        ("{viewers}", page.viewers().to_string()),
        ("{max_viewers}", page.max_viewers.to_string()),
        ("{photos}", photos),
        ("{width}", settings.width.to_string()),
        ("{height}", settings.height.to_string()),
    ];
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(filled(include_str!("files/index.html"), &fill))
}

/// The template with its places filled. What is filled in is not looked at again, so a name like `{photos}` stays one.
fn filled(template: &str, fill: &[(&str, String)]) -> String {
    let mut html = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        html.push_str(before);
        let place = fill.iter().find_map(|(place, text)| {
            let after = after.strip_prefix(place.strip_prefix('{')?)?;
            Some((text, after))
        });
        if let Some((text, after)) = place {
            html.push_str(text);
            rest = after;
        } else {
            html.push('{');
            rest = after;
        }
    }
    html.push_str(rest);
    html
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(char),
        }
    }
    escaped
}

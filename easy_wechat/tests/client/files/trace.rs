//! No secret in an error or in the log, at its most talkative.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use easy_wechat::MediaId;
use easy_wechat::client::{Download, Upload};
use easy_wechat::outgoing::MediaType;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::rude::{Reply, Rude, TOKEN};

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut Text(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Text(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Text(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

#[tokio::test]
async fn the_token_is_in_no_error_and_in_no_line_of_the_log() {
    let log = Everything::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let json = "Content-Type: application/json\r\n";
    let repeats = format!(r#"{{"errcode":40007,"errmsg":"access_token={TOKEN}"}}"#);
    let page = format!("<html>/cgi-bin/media/get?access_token={TOKEN}</html>");
    let moved = format!("Location: http://other/?access_token={TOKEN}\r\n");
    let rude = Rude::start(move |count, _| match count % 5 {
        0 => Reply::new("200 OK", json, repeats.len(), repeats.as_bytes()),
        1 => Reply::new(
            "302 Found",
            &format!("{moved}Content-Type: text/html\r\n"),
            0,
            b"",
        ),
        2 => Reply::new(
            "502 Bad Gateway",
            "Content-Type: text/html\r\n",
            page.len(),
            page.as_bytes(),
        ),
        3 => Reply::new("200 OK", "", 100, b"cut"),
        _ => Reply {
            head: String::new(),
            body: Vec::new(),
        },
    })
    .await;
    let client = rude.client();
    let folder = tempfile::tempdir().unwrap();
    let mut errors = String::new();
    for _ in 0..3 {
        let id = MediaId::from("id");
        let media = client.media(&id).await;
        let down = client
            .download_media(&id, Download::to(folder.path()))
            .await;
        let up = client
            .upload_media(MediaType::File, Upload::bytes("a", "123456"))
            .await;
        writeln!(errors, "{media:?} {down:?} {up:?}").unwrap();
        for error in [media.err(), down.err(), up.err()].into_iter().flatten() {
            writeln!(errors, "{error}").unwrap();
        }
    }
    writeln!(errors, "{client:?}").unwrap();
    let log = log.0.lock().unwrap();
    assert!(
        log.contains("fetched an access token"),
        "the log is read: {log}"
    );
    assert!(errors.contains("(access_token)"), "{errors}");
    for text in [&errors, &*log] {
        assert!(!text.contains(TOKEN) && !text.contains("s3cr3t"), "{text}");
    }
}

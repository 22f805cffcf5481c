//! The live picture: `multipart/x-mixed-replace`, as every browser shows it in an `img`.

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::Page;
use crate::camera::{CameraError, Frame, View};

/// A viewer, as long as he reads. A slow one gets the newest picture when he is ready for one.
struct Viewer {
    view: View,
    /// The picture that the answer begins with.
    first: Option<Frame>,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn video(request: HttpRequest, page: Data<Page>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type("multipart/x-mixed-replace; boundary=frame")
        .insert_header((header::CACHE_CONTROL, "no-store, private"))
        // nginx would gather it in its buffers.
        .insert_header(("X-Accel-Buffering", "no"));
    if request.method() == Method::HEAD {
        return response.streaming(stream::empty::<Result<Bytes, std::convert::Infallible>>());
    }
    let Ok(place) = page.places.clone().try_acquire_owned() else {
        return sorry(format!(
            "同时观看的人太多了 (最多 {} 人), 请稍后再试",
            page.max_viewers
        ));
    };
    let mut view = page.camera.open();
    // An answer without a picture would keep the browser loading, and say nothing.
    let first = match view.fresh().await {
        Ok(frame) => frame,
        Err(trouble) => return sorry(trouble.in_chinese()),
    };
    let viewer = Viewer {
        view,
        first: Some(first),
        _place: place,
    };
    let parts = stream::unfold(viewer, |mut viewer| async move {
        let part = viewer.part().await?;
        Some((Ok::<_, std::convert::Infallible>(part), viewer))
    });
    response.streaming(parts)
}

fn sorry(words: String) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::RETRY_AFTER, "10"))
        .body(words + "\n")
}

impl Viewer {
    /// The next picture as a part; none when the app stops.
    async fn part(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(part(&first, true));
        }
        loop {
            match self.view.next().await {
                Ok(frame) => return Some(part(&frame, false)),
                Err(CameraError::Closed) => return None,
                // It is started again; the page's script tells what is wrong.
                Err(_) => {}
            }
        }
    }
}

/// A picture with its head. Browsers show it only when the next boundary has come, so that comes at once.
fn part(Frame { jpeg, .. }: &Frame, is_first: bool) -> Bytes {
    let head = format!(
        "Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
        jpeg.len()
    );
    let mut part = BytesMut::with_capacity(jpeg.len() + head.len() + 2 * BOUNDARY.len());
    if is_first {
        part.extend_from_slice(BOUNDARY);
    }
    part.extend_from_slice(head.as_bytes());
    part.extend_from_slice(jpeg);
    part.extend_from_slice(BOUNDARY);
    part.freeze()
}

const BOUNDARY: &[u8] = b"\r\n--frame\r\n";

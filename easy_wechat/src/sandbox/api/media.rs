//! Files: upload with the platform's limits, download in whole or in pieces.

use std::ops::Range;

use actix_web::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use super::answer::{Answer, Answered, Piece};
use super::error::ApiError;
use super::request::{ApiRequest, Upload};
use crate::platform::AccountKind;
use crate::sandbox::media::{self, content_type};
use crate::sandbox::world::WorldState;

/// <https://developer.work.weixin.qq.com/document/path/96484>, and for Official Accounts
/// <https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html>
pub(crate) fn upload(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let allowed: &[&str] = match request.kind {
        AccountKind::WeCom => &["image", "voice", "video", "file"],
        AccountKind::OfficialAccount => &["image", "voice", "video", "thumb"],
    };
    let file = take_file(request)?;
    let kind = kind_of(request, allowed)?;
    checked(kind, &file, request.kind)?;
    let now = state.now();
    let media_id = state.media.add(kind, file.filename, file.bytes, now);
    // The cover of a video has a name of its own, as its readers agree; the page has no example of one.
    let id = if kind == "thumb" {
        "thumb_media_id"
    } else {
        "media_id"
    };
    let mut answer = json!({"type": kind, id: media_id, "created_at": now.as_secs()});
    // The example on WeCom's page has an empty errmsg, and the time as a text; Official Accounts have neither.
    if request.kind == AccountKind::WeCom
        && let Some(fields) = answer.as_object_mut()
    {
        let at = now.as_secs().to_string();
        fields.insert("created_at".to_owned(), Value::from(at));
        fields.insert("errcode".to_owned(), Value::from(0));
        fields.insert("errmsg".to_owned(), Value::from(""));
    }
    Ok(Answer::Json(answer))
}

/// A picture for articles, by its address. On the platform that is good for ever, here as long as the file is kept.
pub(crate) fn uploadimg(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let file = take_file(request)?;
    small_and_large("the file in bytes", file.bytes.len(), 2 << 20, 40009)?;
    if !is_picture(&file.bytes) {
        return Err(ApiError::at(40004, content_type(&file.bytes)));
    }
    let now = state.now();
    let media_id = state.media.add("image", file.filename, file.bytes, now);
    let url = format!("{}/sandbox/media/{media_id}", request.url);
    Ok(Answer::Json(
        json!({"errcode": 0, "errmsg": "", "url": url}),
    ))
}

/// <https://developer.work.weixin.qq.com/document/path/96486>. An Official Account gets only the address of a video, which
/// is read without a token:
/// <https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html>
pub(crate) fn get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let media_id = request.query.get("media_id");
    let media_id = media_id.ok_or_else(|| ApiError::new(41006))?;
    let file = state.media.get(&media_id, state.now());
    let file = file.ok_or_else(|| ApiError::new(40007))?;
    if request.kind == AccountKind::OfficialAccount && file.kind == "video" {
        let url = format!("{}/sandbox/media/{media_id}", request.url);
        return Ok(Answer::Json(json!({"video_url": url})));
    }
    let length = file.bytes.len();
    let mut piece = Piece {
        status: StatusCode::OK,
        content_type: file.content_type,
        filename: file.filename.clone(),
        content_range: None,
        bytes: file.bytes.clone(),
    };
    match request
        .range
        .map_or(Asked::Whole, |it| Asked::read(it, length))
    {
        Asked::Whole => {}
        Asked::Outside => {
            piece.status = StatusCode::RANGE_NOT_SATISFIABLE;
            piece.content_range = Some(format!("bytes */{length}"));
            piece.bytes = Bytes::new();
        }
        Asked::Range(range) => {
            let last = range.end - 1;
            piece.status = StatusCode::PARTIAL_CONTENT;
            piece.content_range = Some(format!("bytes {}-{last}/{length}", range.start));
            piece.bytes = piece.bytes.slice(range);
        }
    }
    if piece.bytes.len() > MAX_PIECE {
        let length = piece.bytes.len();
        return Err(ApiError::over(
            830_002,
            "the piece in bytes",
            length,
            MAX_PIECE,
        ));
    }
    Ok(Answer::File(piece))
}

/// How large an upload may be; a kind that there is not gets the largest, and its own error later.
pub(crate) fn limit(kind: Option<&str>) -> usize {
    match kind {
        Some("image" | "video") => 10 << 20,
        Some("voice") => 2 << 20,
        Some("thumb") => 64 << 10,
        _ => MAX_PIECE,
    }
}

/// What `type` says, if it is one of those that are allowed.
pub(crate) fn kind_of(
    request: &ApiRequest<'_>,
    allowed: &[&str],
) -> Result<&'static str, ApiError> {
    let kind = request.query.get("type").unwrap_or_default();
    media::kind(&kind)
        .filter(|kind| allowed.contains(kind))
        .ok_or_else(|| {
            let (allowed, kind) = (allowed.join(" "), kind.chars().take(32).collect::<String>());
            ApiError::at(40005, format!("type={kind}; allowed: {allowed}"))
        })
}

pub(crate) fn take_file(request: &mut ApiRequest<'_>) -> Result<Upload, ApiError> {
    request.file.take().ok_or_else(|| ApiError::new(44001))
}

/// Size and form of a file. The size of an image has its own code, and that of a film.
pub(crate) fn checked(
    kind: &'static str,
    file: &Upload,
    platform: AccountKind,
) -> Result<(), ApiError> {
    let too_large = match kind {
        "image" | "thumb" => 40009,
        "video" => 40011,
        _ => 45001,
    };
    let length = file.bytes.len();
    small_and_large("the file in bytes", length, limit(Some(kind)), too_large)?;
    let form = content_type(&file.bytes);
    let official = platform == AccountKind::OfficialAccount;
    let (good, code) = match kind {
        "image" => (
            is_picture(&file.bytes) || (official && form == "image/gif"),
            40004,
        ),
        "thumb" => (form == "image/jpeg", 40004),
        "video" => (form == "video/mp4", 40004),
        "voice" if official => (matches!(form, "audio/amr" | "audio/mpeg"), 40004),
        "voice" => (form == "audio/amr", 301_017),
        _ => (true, 0),
    };
    if !good {
        return Err(ApiError::at(code, format!("it looks like {form}")));
    }
    let seconds = amr_seconds(&file.bytes).unwrap_or(0);
    if kind == "voice" && seconds > 60 {
        return Err(ApiError::over(45007, "seconds", seconds, 60));
    }
    Ok(())
}

fn small_and_large(
    what: &'static str,
    length: usize,
    most: usize,
    too_large: i64,
) -> Result<(), ApiError> {
    match length {
        0 => Err(ApiError::at(44001, "0 bytes")),
        1..=5 => Err(ApiError::at(40006, format!("{length} bytes"))),
        _ if length > most => Err(ApiError::over(too_large, what, length, most)),
        _ => Ok(()),
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    matches!(content_type(bytes), "image/jpeg" | "image/png")
}

/// The length of a recording in AMR narrow band: frames of 20 ms, each with its size in its first byte (RFC 4867).
fn amr_seconds(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(b"#!AMR\n")?;
    let mut frames = 0_usize;
    while let Some(&head) = rest.first() {
        let mode = usize::from(head >> 3 & 0x0F);
        let size = AMR_FRAME.get(mode).copied().unwrap_or(0);
        rest = rest.get(1 + size..).unwrap_or_default();
        frames += 1;
    }
    Some(frames.div_ceil(50))
}

/// What a header `Range` asks for.
enum Asked {
    /// Also for what is not understood, like several ranges at once.
    Whole,
    Outside,
    Range(Range<usize>),
}

impl Asked {
    fn read(header: &str, length: usize) -> Self {
        let Some(range) = Self::range(header, length) else {
            return Self::Whole;
        };
        if range.start < range.end && range.end <= length {
            Self::Range(range)
        } else {
            Self::Outside
        }
    }

    fn range(header: &str, length: usize) -> Option<Range<usize>> {
        let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
        if first.is_empty() {
            let count: usize = last.parse().ok()?;
            return Some(length.saturating_sub(count)..length);
        }
        let first = first.parse().ok()?;
        if last.is_empty() {
            return Some(first..length);
        }
        let last: usize = last.parse().ok()?;
        (first <= last).then_some(first..last.saturating_add(1).min(length))
    }
}

const MAX_PIECE: usize = 20 << 20;

/// Bytes behind the head of a frame, by its mode.
const AMR_FRAME: [usize; 9] = [12, 13, 15, 17, 19, 20, 26, 31, 5];

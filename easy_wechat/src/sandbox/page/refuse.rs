//! What the page is told when something cannot be done.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::sandbox::{SandboxError, Words};

/// A status and a sentence in both languages.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    words: Words,
    /// It can be done all the same, when it is asked for with `as_is=1`.
    as_is: bool,
}

impl Refused {
    /// It is not what a member can do, but may be tried. The status is 200: a question is not an error that a browser
    /// should log.
    pub(crate) fn as_it_is(words: Words) -> Self {
        Self {
            status: StatusCode::OK,
            words,
            as_is: true,
        }
    }

    pub(crate) fn new(status: StatusCode, en: &'static str, zh: &'static str) -> Self {
        Self {
            status,
            words: Words::new(en, zh),
            as_is: false,
        }
    }

    /// There is none, or it was dropped to bound the memory.
    pub(crate) fn gone() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "it is not here any more: the sandbox keeps only the latest",
            "已经不在了: 沙箱只保留最近的内容",
        )
    }

    /// What came is no JSON of the right shape.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            words: Words::new(
                format!("this is not the JSON that is expected here: {error}"),
                format!("JSON 不符合要求: {error}"),
            ),
            as_is: false,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words.fmt(f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status).json(json!({"error": self.words, "as_is": self.as_is}))
    }
}

impl From<SandboxError> for Refused {
    fn from(error: SandboxError) -> Self {
        let status = if matches!(error, SandboxError::Unknown { .. }) {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            status,
            words: error.words(),
            as_is: false,
        }
    }
}

/// For every other path.
pub(crate) async fn not_found() -> Result<HttpResponse, Refused> {
    Err(Refused::new(
        StatusCode::NOT_FOUND,
        "there is nothing here; the page is at /, the API under /cgi-bin/",
        "这里什么也没有; 页面在 /, 接口在 /cgi-bin/ 下",
    ))
}

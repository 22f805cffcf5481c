//! Why a call is refused: the platform's code, and what exactly was wrong.

use std::borrow::Cow;

use super::codes::Code;
use crate::sandbox::Words;

/// What an endpoint refuses a call with.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) code: i64,
    /// The parameter or field that it is about.
    field: Cow<'static, str>,
    /// What was found, and the most that is allowed.
    over: Option<(usize, usize)>,
    /// In place of what the code means.
    words: Option<Words>,
}

impl ApiError {
    pub(crate) fn new(code: i64) -> Self {
        Self {
            code,
            field: Cow::Borrowed(""),
            over: None,
            words: None,
        }
    }

    /// It is about this field.
    pub(crate) fn at(code: i64, field: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: field.into(),
            ..Self::new(code)
        }
    }

    /// This field has `found` where `most` are allowed.
    pub(crate) fn over(
        code: i64,
        field: impl Into<Cow<'static, str>>,
        found: usize,
        most: usize,
    ) -> Self {
        Self {
            over: Some((found, most)),
            ..Self::at(code, field)
        }
    }

    /// With words of its own, where the code's are too general.
    pub(crate) fn because(
        code: i64,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            words: Some(Words::new(en, zh)),
            ..Self::new(code)
        }
    }

    /// What the platform says, without hint and address.
    pub(crate) fn errmsg(&self) -> &'static str {
        Code::of(self.code).errmsg
    }

    /// What was wrong, in plain words.
    pub(crate) fn words(&self) -> Words {
        let Words { en, zh } = match &self.words {
            Some(words) => words.clone(),
            None => Code::of(self.code).words(),
        };
        let (code, field) = (self.code, &self.field);
        match self.over {
            Some((found, most)) => Words::new(
                format!("{code}: {en} ({field}: {found}, at most {most})"),
                format!("{code}: {zh} ({field}: {found}, 最多 {most})"),
            ),
            None if field.is_empty() => {
                Words::new(format!("{code}: {en}"), format!("{code}: {zh}"))
            }
            None => Words::new(
                format!("{code}: {en} ({field})"),
                format!("{code}: {zh} ({field})"),
            ),
        }
    }
}

//! Making a reply fit for its platform.

use super::Reply;
use crate::platform::Platform;
use crate::xml::is_xml_char;

/// A part of a reply that was over the platform's limit, and was cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {length} {unit}, the platform takes {limit}: the rest is cut off")]
#[non_exhaustive]
pub struct Cut {
    /// What was cut: `Content`, `Title`, `Description`, `Articles`.
    pub what: &'static str,
    /// How long it was.
    pub length: usize,
    /// How long it may be.
    pub limit: usize,
    /// Of what: `bytes` or `articles`.
    pub unit: &'static str,
}

/// Why a reply cannot be sent at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The platform has no such reply.
    #[error("{platform} has no reply of type {msg_type}; it has {known:?}")]
    NotOnThisPlatform {
        /// The reply's type.
        msg_type: &'static str,
        /// The platform.
        platform: &'static str,
        /// The types it has.
        known: &'static [&'static str],
    },
    /// Its XML is longer than is remembered; the platform would not take it either.
    #[error("a reply of type {msg_type} has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// The reply's type.
        msg_type: &'static str,
        /// How long its XML is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// News without a single article.
    #[error("a reply of type news needs 1 to 8 articles and has none")]
    NoArticles,
    /// A media id or a button's text is empty.
    #[error("a reply of type {msg_type} needs a {what}, and it is empty")]
    Empty {
        /// The reply's type.
        msg_type: &'static str,
        /// The empty part, by the platform's name.
        what: &'static str,
    },
}

impl Reply {
    /// Cuts what is too long for `platform`, on character boundaries; `to_event` says what is answered.
    ///
    /// # Errors
    /// [`ReplyError`] when no cutting helps.
    pub fn fit(
        &mut self,
        platform: &'static Platform,
        to_event: bool,
    ) -> Result<Vec<Cut>, ReplyError> {
        let mut cuts = Vec::new();
        if matches!(self, Self::Text(text) if !text.chars().any(is_xml_char)) {
            // XML has none of its characters, and an empty text is no reply.
            *self = Self::None;
        }
        let Some(msg_type) = self.msg_type() else {
            return Ok(cuts);
        };
        if !platform.reply_types.contains(&msg_type) {
            return Err(ReplyError::NotOnThisPlatform {
                msg_type,
                platform: platform.name,
                known: platform.reply_types,
            });
        }
        let needed = |what, text: &str| {
            if text.is_empty() {
                Err(ReplyError::Empty { msg_type, what })
            } else {
                Ok(())
            }
        };
        let mut cut = |what, text: &mut String, limit| cuts.extend(shorten(what, text, limit));
        match self {
            Self::None | Self::UpdateTemplateCard(_) | Self::TransferCustomerService { .. } => {}
            Self::Text(text) => cut("Content", text, platform.text_bytes),
            Self::Image(media_id) | Self::Voice(media_id) => needed("MediaId", media_id.as_str())?,
            Self::Video {
                media_id,
                title,
                description,
            } => {
                needed("MediaId", media_id.as_str())?;
                cut("Title", title, platform.title_bytes);
                cut("Description", description, platform.description_bytes);
            }
            Self::Music {
                title,
                description,
                thumb_media_id,
                ..
            } => {
                needed("ThumbMediaId", thumb_media_id.as_str())?;
                cut("Title", title, platform.title_bytes);
                cut("Description", description, platform.description_bytes);
            }
            Self::News(articles) => {
                let limit = if to_event {
                    platform.articles
                } else {
                    platform.articles_to_message
                };
                let length = articles.len();
                if length == 0 {
                    return Err(ReplyError::NoArticles);
                }
                articles.truncate(limit);
                for article in articles {
                    cut("Title", &mut article.title, platform.title_bytes);
                    cut(
                        "Description",
                        &mut article.description,
                        platform.description_bytes,
                    );
                }
                if length > limit {
                    cuts.push(Cut {
                        what: "Articles",
                        length,
                        limit,
                        unit: "articles",
                    });
                }
            }
            Self::UpdateButton { replace_name } | Self::UpdateTaskcard { replace_name } => {
                needed("ReplaceName", replace_name)?;
            }
        }
        Ok(cuts)
    }
}

/// Cuts `text` to at most `limit` bytes, between two characters.
fn shorten(what: &'static str, text: &mut String, limit: usize) -> Option<Cut> {
    let length = text.len();
    if length <= limit {
        return None;
    }
    text.truncate(text.floor_char_boundary(limit));
    Some(Cut {
        what,
        length,
        limit,
        unit: "bytes",
    })
}

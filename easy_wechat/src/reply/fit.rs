//! Making a reply fit for its platform.

use super::{Article, Reply};
use crate::clean::clean;
use crate::platform::Platform;
use crate::xml::is_xml_char;

/// A part of a reply that was over the platform's limit, and was cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} too long: {length} {unit}, the platform takes {limit}; cut to {kept}")]
#[non_exhaustive]
pub struct Cut {
    /// What was cut: `Content`, `Title`, `Description`, `Articles`.
    pub what: &'static str,
    /// How long it was.
    pub length: usize,
    /// How long it may be.
    pub limit: usize,
    /// Its length after the cut, including the mark at its end.
    pub kept: usize,
    /// Of what: `bytes`, `characters` or `articles`.
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
    /// The end of a text that was cut, which tells the reader that there was more; titles and descriptions end in `…`.
    pub const UNFINISHED: &'static str = "…（未完）";

    /// Whether it is over a limit of passive replies that does not hold for proactive messages: a text that is too long, or
    /// news with too many articles. `to_event`: whether it answers an event.
    pub fn exceeds_passive_limits(&self, platform: &'static Platform, to_event: bool) -> bool {
        match self {
            Self::Text(text) => {
                text.len() > platform.text_bytes && is_written_longer(text, platform.text_bytes)
            }
            Self::News(articles) => articles.len() > most_articles(platform, to_event),
            _ => false,
        }
    }

    /// Replaces line ends by `\n`, removes other control characters except tabs, and cuts what is too long for `platform`, on
    /// character boundaries. What was cut ends in [`Reply::UNFINISHED`], or in `…` for titles and descriptions. `to_event`:
    /// whether it answers an event.
    ///
    /// # Errors
    /// [`ReplyError`] when no cutting helps.
    pub fn fit(
        &mut self,
        platform: &'static Platform,
        to_event: bool,
    ) -> Result<Vec<Cut>, ReplyError> {
        let mut cuts = Vec::new();
        self.clean();
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
        match self {
            Self::None | Self::UpdateTemplateCard(_) | Self::TransferCustomerService { .. } => {}
            Self::Text(text) => {
                cuts.extend(shorten(
                    "Content",
                    text,
                    platform.text_bytes,
                    Self::UNFINISHED,
                ));
            }
            Self::Image(media_id) | Self::Voice(media_id) | Self::Video { media_id, .. } => {
                needed("MediaId", media_id.as_str())?;
            }
            Self::Music { thumb_media_id, .. } => needed("ThumbMediaId", thumb_media_id.as_str())?,
            Self::News(articles) => {
                let limit = most_articles(platform, to_event);
                let length = articles.len();
                if length == 0 {
                    return Err(ReplyError::NoArticles);
                }
                cuts.extend(cut_articles(articles, limit, platform));
            }
            Self::UpdateButton { replace_name } | Self::UpdateTaskcard { replace_name } => {
                needed("ReplaceName", replace_name)?;
            }
        }
        cuts.extend(self.fit_titles(platform));
        Ok(cuts)
    }

    /// Cuts titles and descriptions, which have the same limits in proactive messages.
    pub(crate) fn fit_titles(&mut self, platform: &'static Platform) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let mut cut = |title: &mut String, description: &mut String| {
            cuts.extend(shorten("Title", title, platform.title_bytes, "…"));
            let limit = platform.description_bytes;
            cuts.extend(shorten("Description", description, limit, "…"));
        };
        match self {
            Self::Video {
                title, description, ..
            }
            | Self::Music {
                title, description, ..
            } => cut(title, description),
            Self::News(articles) => {
                for article in articles {
                    cut(&mut article.title, &mut article.description);
                }
            }
            _ => {}
        }
        cuts
    }

    /// Cleans the line ends and control characters of what is shown.
    fn clean(&mut self) {
        match self {
            Self::Text(text) => clean(text),
            Self::Video {
                title, description, ..
            }
            | Self::Music {
                title, description, ..
            } => {
                clean(title);
                clean(description);
            }
            Self::News(articles) => {
                for article in articles {
                    clean(&mut article.title);
                    clean(&mut article.description);
                }
            }
            Self::UpdateButton { replace_name } | Self::UpdateTaskcard { replace_name } => {
                clean(replace_name);
            }
            _ => {}
        }
    }
}

/// Drops the articles above `limit`, and marks the last one that is left.
pub(crate) fn cut_articles(
    articles: &mut Vec<Article>,
    limit: usize,
    platform: &'static Platform,
) -> Option<Cut> {
    let length = articles.len();
    if length <= limit {
        return None;
    }
    articles.truncate(limit);
    if let Some(Article { title, .. }) = articles.last_mut() {
        title.push_str(Reply::UNFINISHED);
        // Cut here, so that the mark stays.
        let _ = shorten("Title", title, platform.title_bytes, Reply::UNFINISHED);
    }
    Some(Cut {
        what: "Articles",
        length,
        limit,
        kept: articles.len(),
        unit: "articles",
    })
}

/// Cuts `text` to at most `limit` bytes, between two characters, and ends it in `mark`.
fn shorten(what: &'static str, text: &mut String, limit: usize, mark: &str) -> Option<Cut> {
    if text.len() <= limit {
        return None;
    }
    // The platform counts what is written, which excludes characters that XML does not allow.
    text.retain(is_xml_char);
    let length = text.len();
    if length <= limit {
        return None;
    }
    text.truncate(text.floor_char_boundary(limit.saturating_sub(mark.len())));
    text.push_str(mark);
    Some(Cut {
        what,
        length,
        limit,
        kept: text.len(),
        unit: "bytes",
    })
}

/// Whether `text` has more than `limit` bytes, without the characters that XML does not allow, which are not written. Reads
/// only as far as needed.
fn is_written_longer(text: &str, limit: usize) -> bool {
    let mut left = limit;
    text.chars().filter(|&char| is_xml_char(char)).any(|char| {
        match left.checked_sub(char.len_utf8()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        }
    })
}

fn most_articles(platform: &Platform, to_event: bool) -> usize {
    if to_event {
        platform.articles
    } else {
        platform.articles_to_message
    }
}

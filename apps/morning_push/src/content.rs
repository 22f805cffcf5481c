//! What a push says, made when it goes out.

use std::fmt;

use easy_wechat::{BoxError, Outgoing, Store, Timestamp};

use crate::command::Command;
use crate::zhihu::{self, Zhihu};

/// What a push says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// A text.
    Text {
        /// Stands above it.
        title: Option<String>,
        /// The text.
        text: String,
    },
    /// What a command prints.
    Command {
        /// Stands above it.
        title: Option<String>,
        /// The command.
        command: Command,
    },
    /// The hot list of Zhihu, as articles.
    ZhihuHot {
        /// Stands before the title of the first article.
        title: Option<String>,
        /// How many articles, 1 to 8.
        count: usize,
        /// Where it is.
        zhihu: Zhihu,
    },
}

impl Content {
    /// The message, where it is known without running or fetching anything.
    pub fn fixed(&self) -> Option<Outgoing> {
        match self {
            Self::Text { title, text } => Some(titled(title.as_deref(), text)),
            Self::Command { .. } | Self::ZhihuHot { .. } => None,
        }
    }

    /// The message. `None` when a command had nothing to say: then nothing is sent.
    ///
    /// # Errors
    /// The command or Zhihu failed.
    pub async fn make(
        &self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<Option<Outgoing>, BoxError> {
        match self {
            Self::Text { title, text } => Ok(Some(titled(title.as_deref(), text))),
            Self::Command { title, command } => {
                let said = command.run().await?;
                let said = said.trim();
                Ok((!said.is_empty()).then(|| titled(title.as_deref(), said)))
            }
            Self::ZhihuHot {
                title,
                count,
                zhihu,
            } => {
                let questions = zhihu.hot(store, now).await?;
                let articles = zhihu::articles(&questions, *count, title.as_deref());
                Ok(Some(Outgoing::news(articles)))
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text, .. } => write!(f, "text: {}", beginning(text)),
            Self::Command { command, .. } => {
                write!(f, "command: {}", beginning(&command.to_string()))
            }
            Self::ZhihuHot { count, .. } => write!(f, "zhihu_hot: {count} articles"),
        }
    }
}

fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn titled(title: Option<&str>, text: &str) -> Outgoing {
    Outgoing::text(title.map_or_else(|| text.to_owned(), |title| format!("{title}\n\n{text}")))
}

//! The watches in the store: a key for each, with the watch as JSON.

use std::sync::Arc;

use easy_wechat::Store;
use easy_wechat::store::StoreError;
use tokio::sync::Mutex;

use crate::watch::Watch;
use crate::watcher::Watcher;

/// Keeps the watches of one app.
#[derive(Debug)]
pub struct Keeper {
    store: Arc<dyn Store>,
    prefix: String,
    /// Of two that save, the later one must not write what is older.
    turn: Mutex<()>,
}

impl Keeper {
    /// Keeps them in `store`, apart from those of other apps.
    pub fn new(store: Arc<dyn Store>, app: &str) -> Self {
        Self {
            store,
            prefix: format!("ticket_watcher/{app}/"),
            turn: Mutex::default(),
        }
    }

    /// The watches that were kept. One that cannot be read is left where it is, and said in the log.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn load(&self) -> Result<Vec<Watch>, StoreError> {
        let kept = self.store.list(&self.prefix, MAX_WATCHES).await?;
        let read = |(key, json): (String, String)| match serde_json::from_str(&json) {
            Ok(watch) => Some(watch),
            Err(error) => {
                tracing::warn!(key, %error, "a watch in the store cannot be read");
                None
            }
        };
        Ok(kept.into_iter().filter_map(read).collect())
    }

    /// Writes what changed. What cannot be written is tried again the next time.
    pub async fn save(&self, watcher: &Watcher) {
        let _turn = self.turn.lock().await;
        for ((user, number), watch) in watcher.take_changes() {
            let key = format!("{}{user}/{number}", self.prefix);
            let written = match &watch {
                Some(watch) => self.write(&key, watch).await,
                None => self.store.remove(&key).await,
            };
            if let Err(error) = written {
                tracing::warn!(key, %error, "a watch could not be written to the store");
                watcher.changed((user, number));
            }
        }
    }

    async fn write(&self, key: &str, watch: &Watch) -> Result<(), StoreError> {
        let Ok(json) = serde_json::to_string(watch) else {
            // It holds nothing but texts and numbers.
            return Ok(());
        };
        self.store.put(key, &json, None).await
    }
}

/// More than the settings allow.
const MAX_WATCHES: usize = 10_000;

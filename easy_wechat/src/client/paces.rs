use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::pace::{Limits, Pace};

/// How fast one app sends: to members, to group chats.
#[derive(Debug)]
pub(super) struct Paces {
    pub(super) members: Pace,
    pub(super) chats: Pace,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            members: Pace::new(Limits::APP),
            chats: Pace::new(Limits::GROUP_CHAT),
        }
    }
}

impl Paces {
    /// Those of the app with this key, for all clients of this process: the server's late replies and a client of one's
    /// own count together, as they do for the platform.
    pub(super) fn shared(app: &str) -> Arc<Self> {
        static ALL: Mutex<Option<HashMap<String, Weak<Paces>>>> = Mutex::new(None);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        if let Some(paces) = all.get(app).and_then(Weak::upgrade) {
            return paces;
        }
        all.retain(|_, paces| paces.strong_count() > 0);
        let paces = Arc::new(Self::default());
        all.insert(app.to_owned(), Arc::downgrade(&paces));
        paces
    }
}

//! A store whose writes are done, and report a failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use easy_wechat::store::{StoreError, StoreFuture};
use easy_wechat::{Store, Timestamp};

#[derive(Debug)]
pub(crate) struct Late {
    store: Arc<dyn Store>,
    fails: AtomicBool,
}

impl Late {
    pub(crate) fn new(store: Arc<dyn Store>) -> Arc<Self> {
        let fails = AtomicBool::new(false);
        Arc::new(Self { store, fails })
    }

    pub(crate) fn fail_writes(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    fn late<'a, T: Send + 'a>(&'a self, done: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        Box::pin(async move {
            let done = done.await?;
            if self.fails.load(Ordering::SeqCst) {
                return Err(StoreError::Busy {
                    place: "a slow disk".to_owned(),
                });
            }
            Ok(done)
        })
    }
}

impl Store for Late {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>> {
        self.store.get(key)
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()> {
        self.late(self.store.put(key, value, until))
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.late(self.store.remove(key))
    }

    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool> {
        let done = self.store.swap(key, from, to, until);
        // Only the plan: the lease is taken.
        if key.ends_with("/plan") {
            return self.late(done);
        }
        done
    }

    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>> {
        self.store.list(prefix, at_most)
    }
}

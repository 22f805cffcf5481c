use std::sync::{Arc, OnceLock, mpsc};

use tokio::runtime::{Builder, Runtime as Tokio};

use crate::client::ClientError;

/// Where the calls run: one thread, which starts with the first of them. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Runtime(Arc<Owner>);

#[derive(Debug, Default)]
struct Owner(OnceLock<Result<Tokio, String>>);

impl Runtime {
    /// Runs a call to its end. It runs on the other thread, because this one may belong to a runtime, and such a thread
    /// must not run another one's tasks.
    pub(super) fn wait_for<T, F>(&self, call: F) -> Result<T, ClientError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ClientError>> + Send + 'static,
    {
        let runtime = self.0.0.get_or_init(start).as_ref();
        let runtime = runtime.map_err(|reason| ClientError::Unreachable {
            reason: format!("no thread can be started for calls: {reason}"),
        })?;
        let (answer, answers) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // Who asked waits below, and is not gone.
            let _ = answer.send(call.await);
        });
        answers.recv().unwrap_or_else(|_| {
            Err(ClientError::MaybeDelivered {
                reason: "the call ended without an answer".to_owned(),
            })
        })
    }
}

impl Drop for Owner {
    /// Nobody waits for anything any more. To wait until its thread has ended is not allowed on a thread of a runtime.
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn start() -> Result<Tokio, String> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("easy_wechat-call")
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;

use std::future::pending;
use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::Runtime;
use crate::client::ClientError;

/// A task that never ends holds one end of a channel: it is there as long as the runtime is.
#[test]
fn the_thread_ends_with_the_last_clone_and_nobody_waits_for_it() {
    let runtime = Runtime::default();
    let clone = runtime.clone();
    let (held, alive) = mpsc::channel::<()>();
    let begun = runtime.wait_for(async move {
        tokio::spawn(async move {
            let _held = held;
            pending::<()>().await;
        });
        Ok(())
    });
    begun.unwrap();
    drop(runtime);
    assert_eq!(clone.wait_for(async { Ok(1) }).unwrap(), 1);
    assert_eq!(alive.try_recv(), Err(TryRecvError::Empty));
    // In a runtime, where to wait for another one's end is not allowed.
    let other = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    other.block_on(async { drop(clone) });
    let waited = alive.recv_timeout(Duration::from_secs(20));
    assert_eq!(waited, Err(RecvTimeoutError::Disconnected));
}

#[test]
fn no_thread_starts_before_the_first_call() {
    let runtime = Runtime::default();
    assert!(runtime.0.0.get().is_none());
    runtime.wait_for(async { Ok(()) }).unwrap();
    assert!(runtime.0.0.get().is_some());
}

#[test]
fn a_call_that_panics_is_an_error_and_the_next_one_works() {
    let runtime = Runtime::default();
    let ended = runtime.wait_for::<(), _>(async { panic!("a test's panic") });
    assert!(
        matches!(ended, Err(ClientError::MaybeDelivered { .. })),
        "{ended:?}"
    );
    assert_eq!(runtime.wait_for(async { Ok(7) }).unwrap(), 7);
}

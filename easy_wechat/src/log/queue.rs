//! Lines on their way from the threads that log to the one that writes.
//!
//! A thread that logs adds its line to a buffer and goes on; it wakes the writer only when that is asleep. The writer,
//! once awake, waits a moment for more before it takes the whole buffer, so that under load it costs next to nothing:
//! waking it for each line costs more than all the rest of a callback.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Takes lines, each ended by a line feed. Never waits: what does not fit is dropped and counted.
#[derive(Clone, Debug)]
pub(super) struct Queue(Arc<Shared>);

/// Writes out what is left when it is dropped, waiting for a slow disk [`PATIENCE`] at most.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    ended: Receiver<()>,
}

#[derive(Debug, Default)]
struct Shared {
    lines: Mutex<Lines>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Lines {
    waiting: Vec<u8>,
    dropped: usize,
    asleep: bool,
    closed: bool,
}

impl Queue {
    /// Starts the thread that writes with what `writer` makes of a view on how many lines were dropped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start<W: Write + Send + 'static>(
        writer: impl FnOnce(Dropped) -> W,
    ) -> io::Result<(Self, Writer)> {
        let shared = Arc::new(Shared::default());
        let (end, ended) = channel::<()>();
        let mut writer = writer(Dropped(Arc::clone(&shared)));
        let theirs = Arc::clone(&shared);
        thread::Builder::new()
            .name("easy_wechat-log".to_owned())
            .spawn(move || {
                let _end = end;
                write_all(&theirs, &mut writer);
            })?;
        Ok((Self(Arc::clone(&shared)), Writer { shared, ended }))
    }

    /// Adds a line.
    pub(super) fn put(&self, line: &[u8]) {
        let mut lines = self.0.lock();
        if lines.closed || lines.waiting.len() + line.len() > MAX_WAITING {
            lines.dropped = lines.dropped.saturating_add(1);
            return;
        }
        lines.waiting.extend_from_slice(line);
        if lines.asleep {
            lines.asleep = false;
            drop(lines);
            self.0.wake.notify_one();
        }
    }
}

impl Writer {
    /// Takes no more lines; what is queued is still written.
    pub(super) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_one();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
        // The thread says nothing; that its end of the channel is gone says all.
        let _ = self.ended.recv_timeout(PATIENCE);
    }
}

/// Tells how many lines the full queue has refused so far.
#[derive(Debug)]
pub(super) struct Dropped(Arc<Shared>);

impl Dropped {
    pub(super) fn lines(&self) -> usize {
        self.0.lock().dropped
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The life of the thread that writes.
fn write_all(shared: &Shared, writer: &mut impl Write) {
    let mut batch = Vec::new();
    loop {
        let mut lines = shared.lock();
        while lines.waiting.is_empty() && !lines.closed {
            lines.asleep = true;
            lines = shared
                .wake
                .wait(lines)
                .unwrap_or_else(PoisonError::into_inner);
        }
        lines.asleep = false;
        if !lines.closed {
            let gathered = shared
                .wake
                .wait_timeout_while(lines, GATHER, |lines| !lines.closed);
            lines = gathered.unwrap_or_else(PoisonError::into_inner).0;
        }
        let closed = lines.closed;
        std::mem::swap(&mut batch, &mut lines.waiting);
        drop(lines);
        for line in batch.split_inclusive(|&byte| byte == b'\n') {
            // The writer says itself what goes wrong.
            let _ = writer.write_all(line);
        }
        let _ = writer.flush();
        batch.clear();
        batch.shrink_to(KEPT);
        if closed {
            return;
        }
    }
}

/// How long the writer waits for more lines before it writes: what a power failure may lose.
const GATHER: Duration = Duration::from_millis(20);

/// Bytes that may wait to be written.
const MAX_WAITING: usize = 8 << 20;

/// Bytes that a buffer keeps once it is empty.
const KEPT: usize = 64 << 10;

/// How long the end of the program waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;

    /// Holds what was written, call by call, until it may go on.
    struct Slow {
        taken: Sender<Vec<u8>>,
        go: Receiver<()>,
    }

    impl Write for Slow {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.taken.send(line.to_vec());
            let _ = self.go.recv();
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_arrives_whole_and_in_order_even_at_the_end() {
        let (taken, lines) = channel();
        let (go, wait) = channel();
        drop(go);
        let (queue, writer) = Queue::start(|_| Slow { taken, go: wait }).unwrap();
        for number in 0..1000 {
            queue.put(format!("line {number}\n").as_bytes());
        }
        drop(writer);
        queue.put(b"too late\n");
        let lines: Vec<Vec<u8>> = lines.iter().collect();
        let expected: Vec<Vec<u8>> = (0..1000)
            .map(|number| format!("line {number}\n").into_bytes())
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_full_queue_drops_and_counts_but_never_waits() {
        let (taken, lines) = channel();
        let (go, wait) = channel();
        let mut dropped = None;
        let (queue, _writer) = Queue::start(|view| {
            dropped = Some(view);
            Slow { taken, go: wait }
        })
        .unwrap();
        let dropped = dropped.unwrap();
        queue.put(b"first\n");
        assert_eq!(lines.recv().unwrap(), b"first\n");
        // The writer is stuck now, so all of this has to wait or go.
        let line = vec![b'x'; 1 << 20];
        for _ in 0..10 {
            queue.put(&line);
        }
        assert_eq!(dropped.lines(), 2);
        drop(go);
    }
}

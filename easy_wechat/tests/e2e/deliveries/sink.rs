//! A sink that keeps what it gets.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use easy_wechat::{Delivering, LateReply, LateReplySink};

pub(super) struct Kept(Sender<LateReply>);

pub(super) fn kept() -> (Kept, Late) {
    let (sender, receiver) = channel();
    (Kept(sender), Late(receiver))
}

impl LateReplySink for Kept {
    fn deliver(&self, late: LateReply) -> Delivering {
        let sent = self.0.send(late);
        Box::pin(async { Ok(sent?) })
    }
}

/// What a sink got.
pub(super) struct Late(Receiver<LateReply>);

impl Late {
    pub(super) fn next(&self) -> LateReply {
        self.0
            .recv_timeout(Duration::from_secs(15))
            .expect("a late reply")
    }

    /// To be asked when the server has stopped: it waits for late replies.
    pub(super) fn is_all(&self) {
        let more: Vec<LateReply> = self.0.try_iter().collect();
        assert!(more.is_empty(), "{more:?}");
    }
}

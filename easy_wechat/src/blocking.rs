//! [`WeChatClient`] and [`Webhook`] for programs without async: the same names and arguments, and each call waits for
//! its answer.
//!
//! ```no_run
//! use easy_wechat::Outgoing;
//! use easy_wechat::blocking::WeChatClient;
//!
//! # fn main() -> Result<(), easy_wechat::BoxError> {
//! let client = WeChatClient::new("demo")?; // section [demo] of config.ini
//! let receipt = client.send("zhangsan|lisi", &Outgoing::text("done"))?;
//! assert!(receipt.is_complete(), "not everyone got it: {}", receipt.missed);
//! # Ok(()) }
//! ```
//!
//! They may be used anywhere: from several threads at once, in a handler that may block, and also where a runtime of
//! tokio is at work, though a call holds up the thread that makes it there.
//!
//! Each has one thread of its own, which starts with the first call and ends when the last clone is dropped.

mod runtime;
mod webhook;
mod wechat_client;

pub use webhook::Webhook;
pub use wechat_client::WeChatClient;

/// Methods that make the call of the same name and wait for it. Behind `=>` stand its arguments, all of which are owned
/// by then: they have to go to the other thread.
macro_rules! waiting {
    ($client:ident: $(fn $name:ident($($arg:ident: $type:ty),*) -> $out:ty => ($($pass:expr),*);)*) => {
        impl $client {
            $(
                #[doc = concat!(
                    "[`", stringify!($name), "`](crate::client::", stringify!($client), "::", stringify!($name),
                    "), and waits for it."
                )]
                ///
                /// # Errors
                /// As there.
                pub fn $name(&self, $($arg: $type),*) -> Result<$out, ClientError> {
                    let client = self.client.clone();
                    $(let $arg = $arg.to_owned();)*
                    self.runtime.wait_for(async move { client.$name($($pass),*).await })
                }
            )*
        }
    };
}
use waiting;

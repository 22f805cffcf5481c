//! The callbacks in an actix app of one's own, beside a page of one's own: <http://127.0.0.1:8080/>.
//!
//! Reads section `[demo]` of `config.ini`. Run it with `cargo run -p easy_wechat --example mount`.
//!
//! Without an account: `easy-wechat sandbox --callback http://127.0.0.1:8080/weixin -- cargo run -p easy_wechat --example mount`.

use std::process::ExitCode;

use actix_web::{App, HttpServer, web};
use easy_wechat::{BoxError, Clock, Config, WeChatServer};

// The handlers run on the runtime in which `configure` is called: this one.
#[tokio::main]
async fn main() -> ExitCode {
    easy_wechat::exit(run().await)
}

async fn run() -> Result<(), BoxError> {
    let config = Config::find()?;
    // `run` of a WeChatServer would do this; here the server is our own. Kept until the end.
    let _log = easy_wechat::log::init(&config.system()?.log, Clock::system())?;
    let wechat = WeChatServer::from_config(&config, "demo")?
        .register_callback("text", |message| message)?
        .configure()?;
    HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(async || "my own page"))
            .configure(wechat.clone())
    })
    // Connections that may wait to be accepted; actix's own default of 1024 is little for a burst.
    .backlog(4096)
    // Not port 6000, which browsers refuse to open.
    .bind("127.0.0.1:8080")?
    .run()
    .await?;
    Ok(())
}

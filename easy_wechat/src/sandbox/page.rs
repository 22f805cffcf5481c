//! The chat page, and the JSON behind it.
//!
//! The page's files are in the binary. Everything it shows comes from here as JSON, and is put on the page as text.

mod assets;
mod commands;
mod events;
mod guard;
mod refuse;
mod transcript;
mod view;

pub(crate) use view::account;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

/// Mounts the page at `/`, and what it asks for below `/sandbox/`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let sandbox = web::scope("/sandbox")
        .app_data(web::PayloadConfig::new(MAX_COMMAND))
        .route("/state", web::get().to(view::state))
        .route("/events", web::get().to(events::events))
        .route("/catalog", web::get().to(view::catalog))
        .route("/exchanges/{id}", web::get().to(view::exchange))
        .route("/calls/{id}", web::get().to(view::call))
        .route("/media/{id}", web::get().to(view::media))
        .route("/media/{id}", web::head().to(view::media))
        .route("/media/{id}/info", web::get().to(view::media_info))
        .route("/transcript", web::get().to(transcript::export))
        .route("/faults", web::get().to(commands::faults))
        .route("/faults", web::post().to(commands::inject))
        .route("/faults", web::delete().to(commands::heal))
        .route("/faults/{id}", web::delete().to(commands::remove_fault))
        .route("/members", web::post().to(commands::add_member))
        .route("/send", web::post().to(commands::send))
        .route("/cards", web::post().to(commands::click))
        .route("/exchanges/{id}/resend", web::post().to(commands::resend))
        .route("/verify", web::post().to(commands::verify))
        .route("/tokens", web::post().to(commands::tokens))
        .route("/burst", web::post().to(commands::burst))
        .route("/clear", web::post().to(commands::clear))
        .route("/samples/{kind}", web::post().to(commands::sample))
        .service(
            web::resource("/media")
                .app_data(web::PayloadConfig::new(MAX_UPLOAD))
                .route(web::post().to(commands::upload)),
        )
        .service(
            web::resource("/replay")
                .app_data(web::PayloadConfig::new(MAX_TRANSCRIPT))
                .route(web::post().to(transcript::replay)),
        )
        .default_service(web::to(refuse::not_found));
    config.service(
        web::scope("")
            .wrap(from_fn(guard::guard))
            .service(sandbox)
            .route("/", web::get().to(assets::index))
            .route("/assets/{name}", web::get().to(assets::asset))
            .default_service(web::to(refuse::not_found)),
    );
}

const MAX_COMMAND: usize = 256 << 10;

/// The largest file that the platform takes, and a little more, so that one can see it refused.
const MAX_UPLOAD: usize = 21 << 20;
const MAX_TRANSCRIPT: usize = 64 << 20;

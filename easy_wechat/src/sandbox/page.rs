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

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, to};

use crate::listener::resource;

/// Mounts the page at `/`, and what it asks for below `/sandbox/`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let sandbox = web::scope("/sandbox")
        .app_data(web::PayloadConfig::new(MAX_COMMAND))
        .service(resource("/state", [(GET, to(view::state))]))
        .service(resource("/events", [(GET, to(events::events))]))
        .service(resource("/catalog", [(GET, to(view::catalog))]))
        .service(resource("/exchanges/{id}", [(GET, to(view::exchange))]))
        .service(resource("/calls/{id}", [(GET, to(view::call))]))
        .service(resource("/media/{id}", [(GET, to(view::media))]))
        .service(resource("/media/{id}/info", [(GET, to(view::media_info))]))
        .service(resource("/transcript", [(GET, to(transcript::export))]))
        .service(resource(
            "/faults",
            [
                (GET, to(commands::faults)),
                (POST, to(commands::inject)),
                (DELETE, to(commands::heal)),
            ],
        ))
        .service(resource(
            "/faults/{id}",
            [(DELETE, to(commands::remove_fault))],
        ))
        .service(resource("/members", [(POST, to(commands::add_member))]))
        .service(resource("/send", [(POST, to(commands::send))]))
        .service(resource("/cards", [(POST, to(commands::click))]))
        .service(resource(
            "/exchanges/{id}/resend",
            [(POST, to(commands::resend))],
        ))
        .service(resource("/verify", [(POST, to(commands::verify))]))
        .service(resource("/tokens", [(POST, to(commands::tokens))]))
        .service(resource("/burst", [(POST, to(commands::burst))]))
        .service(resource("/clear", [(POST, to(commands::clear))]))
        .service(resource("/samples/{kind}", [(POST, to(commands::sample))]))
        .service(
            resource("/media", [(POST, to(commands::upload))])
                .app_data(web::PayloadConfig::new(MAX_UPLOAD)),
        )
        .service(
            resource("/replay", [(POST, to(transcript::replay))])
                .app_data(web::PayloadConfig::new(MAX_TRANSCRIPT)),
        )
        .default_service(to(refuse::not_found));
    config.service(
        web::scope("")
            .wrap(from_fn(guard::guard))
            .service(sandbox)
            .service(resource("/", [(GET, to(assets::index))]))
            .service(resource("/assets/{name}", [(GET, to(assets::asset))]))
            .default_service(to(refuse::not_found)),
    );
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const DELETE: Method = Method::DELETE;

const MAX_COMMAND: usize = 256 << 10;

/// The largest file that the platform takes, and a little more, so that one can see it refused.
const MAX_UPLOAD: usize = 21 << 20;
const MAX_TRANSCRIPT: usize = 64 << 20;

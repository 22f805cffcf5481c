//! The page: the live picture, a form to say hello, the last photos.
//!
//! All links are relative, so it works behind a proxy at any path that ends with a slash.

mod feed;
mod guard;
mod guesses;
mod hello;
mod html;

pub use hello::Name;

use std::path::PathBuf;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Route, middleware};
use easy_wechat::Secret;
use easy_wechat::listener::resource;
use serde_json::json;
use tokio::sync::Semaphore;

use self::guesses::Guesses;
use crate::album::Album;
use crate::camera::Camera;
use crate::settings::PageSettings;
use crate::time::clock;

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct Page {
    camera: Camera,
    album: Album,
    password: Option<Secret>,
    guesses: Arc<Guesses>,
    name_file: PathBuf,
    max_viewers: usize,
    /// The places that are free.
    places: Arc<Semaphore>,
}

impl Page {
    /// A page of this camera and these photos.
    pub fn new(camera: Camera, album: Album, settings: &PageSettings) -> Self {
        let max_viewers = settings.max_viewers.min(Semaphore::MAX_PERMITS);
        Self {
            camera,
            album,
            password: settings.password.clone(),
            guesses: Arc::new(Guesses::new()),
            name_file: settings.name_file.clone(),
            max_viewers,
            places: Arc::new(Semaphore::new(max_viewers)),
        }
    }

    /// How many watch the live picture.
    pub fn viewers(&self) -> usize {
        self.max_viewers
            .saturating_sub(self.places.available_permits())
    }

    /// Its routes, to mount in an actix app behind all others: it answers every path that is left.
    pub fn routes(&self, config: &mut ServiceConfig) {
        let reads = |path: &str, route: Route| resource(path, [(Method::GET, route)]);
        let text = |path: &str, content_type: &'static str, text: &'static str| {
            let answer = HttpResponse::Ok;
            let answer = move || async move { answer().content_type(content_type).body(text) };
            reads(path, web::to(answer))
        };
        config.service(
            web::scope("")
                .app_data(Data::new(self.clone()))
                .app_data(
                    web::FormConfig::default()
                        .limit(MAX_FORM)
                        .error_handler(hello::refused),
                )
                .wrap(middleware::from_fn(guard::password))
                .wrap(guard::headers())
                .service(resource(
                    "/",
                    [
                        (Method::GET, web::to(index)),
                        (Method::POST, web::to(hello::greet)),
                    ],
                ))
                .service(reads("/video_feed", web::to(feed::video)))
                .service(reads("/status", web::to(status)))
                .service(reads("/photo/{number}.jpg", web::to(photo)))
                .service(text(
                    "/style.css",
                    "text/css; charset=utf-8",
                    include_str!("page/files/style.css"),
                ))
                .service(text(
                    "/page.js",
                    "text/javascript; charset=utf-8",
                    include_str!("page/files/page.js"),
                ))
                .service(text(
                    "/icon.svg",
                    "image/svg+xml",
                    include_str!("page/files/icon.svg"),
                ))
                .default_service(web::to(async || {
                    HttpResponse::NotFound().body("没有这个页面\n")
                })),
        );
    }
}

async fn index(page: Data<Page>) -> HttpResponse {
    html::answer(&page, None)
}

/// What the page's script asks for every few seconds.
async fn status(page: Data<Page>) -> HttpResponse {
    let photos = page.album.newest_first();
    let photos = photos
        .iter()
        .map(|photo| json!({"number": photo.number, "at": clock(photo.at)}));
    HttpResponse::Ok().json(json!({
        "viewers": page.viewers(),
        "max_viewers": page.max_viewers,
        "trouble": page.camera.trouble().map(|trouble| trouble.in_chinese()),
        "photos": photos.collect::<Vec<_>>(),
    }))
}

async fn photo(page: Data<Page>, number: web::Path<u64>) -> HttpResponse {
    match page.album.get(*number) {
        Some(photo) => HttpResponse::Ok()
            .content_type("image/jpeg")
            .body(photo.jpeg),
        None => HttpResponse::NotFound().body("这张照片已经不在了\n"),
    }
}

/// The longest form: a name of 10,000 characters is read, and cut.
const MAX_FORM: usize = 256 * 1024;

//! The methods of a path.

use actix_web::guard;
use actix_web::http::{Method, header};
use actix_web::{HttpResponse, Resource, Route, web};

/// A resource at `path` with a route for each method. The route of GET also answers HEAD. Any other method gets
/// [`not_allowed`].
///
/// The handler runs for HEAD as well, and its body is discarded: one whose body has no end must check the method.
///
/// ```
/// use actix_web::http::Method;
/// use actix_web::web;
/// use easy_wechat::listener::resource;
///
/// let app = |config: &mut web::ServiceConfig| {
///     config.service(resource("/hello", [(Method::GET, web::to(async || "hello"))]));
/// };
/// ```
pub fn resource(path: &str, routes: impl IntoIterator<Item = (Method, Route)>) -> Resource {
    let mut resource = web::resource(path);
    let mut allow = Vec::new();
    for (method, route) in routes {
        allow.push(method.to_string());
        resource = if method == Method::GET {
            allow.push(Method::HEAD.to_string());
            resource.route(route.guard(guard::Any(guard::Get()).or(guard::Head())))
        } else {
            resource.route(route.guard(guard::Method(method)))
        };
    }
    let allow = allow.join(", ");
    resource.default_service(web::to(move || {
        let allow = allow.clone();
        async move { not_allowed(&allow) }
    }))
}

/// Responds with 405 Method Not Allowed, lists `allow` in the `Allow` header, and closes the connection.
pub fn not_allowed(allow: &str) -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, allow))
        .force_close()
        .finish()
}

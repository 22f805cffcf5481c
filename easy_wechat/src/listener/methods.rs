//! Which method a path answers to.

use actix_web::guard;
use actix_web::http::{Method, header};
use actix_web::{HttpResponse, Resource, Route, web};

/// A path with a route for each of its methods. The route of GET answers HEAD too; any other method gets 405, with the
/// list of those that there are in `Allow`.
///
/// The body of a response to HEAD is not sent, but it is made: a handler with an endless one must look at the method.
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

/// 405, with the methods that there are in `Allow`.
pub fn not_allowed(allow: &str) -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, allow))
        .force_close()
        .finish()
}

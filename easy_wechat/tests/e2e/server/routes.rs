//! Where callbacks are taken.

use actix_web::{App, HttpServer, web};
use easy_wechat::{Config, ServeError, WeChatServer};

use crate::support::{CORPID, KEY, Platform, Request, Server, TOKEN, call, demo, text};

#[test]
fn a_route_is_found_with_and_without_slashes_and_below_a_prefix() {
    let prefixed = |route: &'static str| {
        let path =
            |before: &str, behind: &str| format!("{before}/{}{behind}", route.trim_matches('/'));
        vec![
            (path("", ""), 200),
            (path("", "/"), 200),
            (path("/nginx", ""), 200),
            (path("/deep/down/there", "/"), 200),
            (path("", "x"), 404),
            (path("", "/x"), 404),
            (path("/", "").replace("//", "/x"), 404),
            ("/".to_owned(), 404),
            ("/favicon.ico".to_owned(), 404),
        ]
    };
    let everywhere = ["/", "/weixin", "/any/where/"].map(|path| (path.to_owned(), 200));
    let nested = [
        ("/b", 404),
        ("/a", 404),
        ("/a/b", 200),
        ("/x/a/b/", 200),
        ("/a/x/b", 404),
    ];
    let nested = nested.map(|(path, status)| (path.to_owned(), status));
    for (route, paths) in [
        ("weixin", prefixed("weixin")),
        ("/weixin", prefixed("weixin")),
        ("/weixin/", prefixed("weixin")),
        ("", prefixed("weixin")),
        ("my-app_2.0~", prefixed("my-app_2.0~")),
        ("a/b", prefixed("a/b")),
        ("/a/b/", nested.to_vec()),
        ("/", everywhere.to_vec()),
    ] {
        let server = demo("", &format!("route_name = {route}"));
        let server = Server::start(server.register_callback("text", async |_| "here").unwrap());
        let platform = Platform::wecom();
        for (number, (path, status)) in paths.iter().enumerate() {
            let what = format!("route_name = {route}, {path}");
            let message = platform
                .post(&text("zhangsan", number as u64, "hello"))
                .to(path);
            assert_eq!(server.call(&message).status, *status, "{what}");
            assert_eq!(
                server.call(&platform.get("1").to(path)).status,
                *status,
                "{what}"
            );
        }
    }
}

#[test]
fn several_apps_answer_each_on_its_own_route_with_its_own_keys() {
    let (server, _) = several(&["one", "two", "in/one", "/in/", "three/"]);
    let server = Server::start(server.expect("the routes differ"));
    for (path, said) in [
        ("/one", "app0"),
        ("/two/", "app1"),
        ("/in/one", "app2"),
        ("/prefix/in/one/", "app2"),
        ("/in", "app3"),
        ("/two/one", "app0"),
        ("/three", "app4"),
    ] {
        let platform = Platform::new(&format!("{TOKEN}{said}"), KEY, CORPID).calling(path);
        let answer = server.call(&platform.post(&text("zhangsan", 1, "hello")));
        assert_eq!(platform.said(&answer).as_deref(), Some(said), "{path}");
        let stranger = Platform::wecom().calling(path);
        assert_eq!(server.call(&stranger.post("<xml/>")).status, 400, "{path}");
        assert_eq!(server.call(&stranger.get("1")).status, 403, "{path}");
    }
}

#[test]
fn two_apps_on_one_route_are_an_error_that_names_them() {
    for routes in [["weixin", "weixin"], ["/weixin", "weixin/"], ["/", "//"]] {
        let (server, runtime) = several(&routes);
        let error = runtime.block_on(server.expect("not yet known").start("127.0.0.1:0"));
        let error = error.expect_err("they collide");
        assert!(matches!(&error, ServeError::SameRoute { .. }), "{error}");
        let said = error.to_string();
        assert!(said.contains("[app0]") && said.contains("[app1]"), "{said}");
        assert_eq!(format!("{error:?}"), said);
        let (server, _runtime) = several(&routes);
        assert!(server.expect("not yet known").configure().is_err());
    }
}

#[test]
fn a_route_that_is_no_path_is_an_error_that_says_what_is() {
    for route in ["{id}", "wei xin", "weixin?x=1", "微信", "a%2Fb", "weixin#"] {
        let (server, runtime) = several(&["good", route]);
        let error = runtime.block_on(server.expect("not yet known").start("127.0.0.1:0"));
        let error = error.expect_err("it is no path");
        assert!(matches!(&error, ServeError::BadRoute { .. }), "{error}");
        let said = error.to_string();
        assert!(
            said.contains("[app1]") && said.contains(&format!("{route:?}")),
            "{said}"
        );
        assert_eq!(format!("{error:?}"), said);
    }
}

#[test]
fn healthz_is_there_only_when_it_is_wanted() {
    for (setting, route, status) in [
        ("", "weixin", 404),
        ("healthz = false", "weixin", 404),
        ("healthz = true", "weixin", 200),
        ("healthz = true", "/", 200),
    ] {
        let server = Server::start(demo(setting, &format!("route_name = {route}")));
        let answer = server.call(&Request::new("GET", "/healthz"));
        assert_eq!(answer.status, status, "{setting}");
        assert_eq!(
            answer.text(),
            if status == 200 { "ok" } else { "" },
            "{setting}"
        );
    }
}

#[test]
fn the_routes_can_be_mounted_beside_pages_of_ones_own() {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let wechat = demo("", "").register_callback("text", |message| message);
            let wechat = wechat.unwrap().configure().expect("a good route");
            let app = move || {
                let page = web::get().to(async || "my own page");
                App::new().route("/", page).configure(wechat.clone())
            };
            let server = HttpServer::new(app)
                .workers(1)
                .bind("127.0.0.1:0")
                .expect("a free port");
            sender.send(server.addrs()[0]).expect("the test waits");
            server.run().await
        })
    });
    let addr = receiver.recv().expect("it starts");
    let page = call(addr, &Request::new("GET", "/"));
    assert_eq!((page.status, page.text()), (200, "my own page"));
    let platform = Platform::wecom();
    let answer = call(addr, &platform.post(&text("zhangsan", 1, "hello")));
    assert_eq!(platform.said(&answer).as_deref(), Some("hello"));
    assert_eq!(call(addr, &platform.get("7")).text(), "7");
    let large = platform.post("<xml/>").with_body(vec![b'a'; (1 << 20) + 1]);
    assert_eq!(call(addr, &large).status, 413);
    assert_eq!(call(addr, &Request::new("PUT", "/weixin")).status, 405);
    assert_eq!(call(addr, &Request::new("GET", "/nowhere")).status, 404);
}

/// Apps with tokens of their own, that say their names.
fn several(routes: &[&str]) -> (Option<WeChatServer>, tokio::runtime::Runtime) {
    let sections: Vec<String> = routes
        .iter()
        .enumerate()
        .map(|(number, route)| {
            format!(
                "[app{number}]\ncorpid = {CORPID}\ntoken = {TOKEN}app{number}\nencoding_aes_key = {KEY}\n\
                 route_name = {route}\n"
            )
        })
        .collect();
    let text = format!(
        "[system]\nworkers = 1\nmax_callback_age = 0\n{}",
        sections.concat()
    );
    let config = Config::parse(&text, [("", "")]).expect("good");
    let servers = (0..routes.len()).map(|number| {
        let name = format!("app{number}");
        let server = WeChatServer::from_config(&config, &name).expect("good");
        server
            .register_callback("text", move |_| name.clone())
            .unwrap()
    });
    (
        servers.reduce(WeChatServer::and),
        crate::support::process::runtime(),
    )
}

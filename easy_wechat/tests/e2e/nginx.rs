//! The shipped nginx configuration, in a real nginx, before a real server.
//!
//! Only the addresses are put in, and the certificate is left out; `make test` installs nginx.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::support::{Platform, Server, call, demo, eventually, text};

#[test]
fn a_callback_passes_nginx_with_and_without_its_prefix() {
    let server = Server::start(
        demo("", "")
            .register_callback("text", |message| message)
            .expect("it is the first"),
    );
    for (proxy_pass, keeps) in [
        ("http://easy_wechat;", true),
        ("http://easy_wechat/;", false),
    ] {
        let nginx = Nginx::start(server.addr, proxy_pass);
        let platform = Platform::wecom().calling("/wx/weixin");
        let verified = call(nginx.addr, &platform.get("42"));
        assert_eq!(
            (verified.status, verified.text()),
            (200, "42"),
            "prefix kept: {keeps}"
        );
        let answer = call(
            nginx.addr,
            &platform.post(&text("zhangsan", u64::from(keeps), "你好")),
        );
        assert_eq!(
            platform.said(&answer).as_deref(),
            Some("你好"),
            "prefix kept: {keeps}"
        );
        let large = platform
            .post(&text("zhangsan", 3, "x"))
            .with_body(vec![b'x'; 2 << 20]);
        assert_eq!(call(nginx.addr, &large).status, 413, "prefix kept: {keeps}");
    }
}

/// An nginx that ends with the test.
struct Nginx {
    process: Child,
    addr: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Nginx {
    fn start(upstream: SocketAddr, proxy_pass: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (addr, redirecting) = (free_addr(), free_addr());
        let shipped = include_str!("../../../deploy/nginx.conf");
        let site: String = shipped
            .replace("127.0.0.1:6000", &upstream.to_string())
            .replace("listen 80;", &format!("listen {redirecting};"))
            .replace("listen 443 ssl;", &format!("listen {addr};"))
            .replace(
                "proxy_pass http://easy_wechat;",
                &format!("proxy_pass {proxy_pass}"),
            )
            .lines()
            .filter(|line| !line.contains("ssl_certificate") && !line.contains("listen [::]"))
            .fold(String::new(), |site, line| site + line + "\n");
        assert!(
            site.contains(&addr.to_string()) && site.contains(&upstream.to_string()),
            "{site}"
        );
        let path = folder.path().display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {path}/{kind};"))
            .concat();
        let whole = format!(
            "daemon off; pid {path}/pid; error_log {path}/error.log;\n\
             events {{}}\nhttp {{ access_log off; {temporary}\n{site} }}"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, whole).expect("a folder to write in");
        let process = Command::new("nginx")
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .stdin(Stdio::null())
            .spawn()
            .expect(
                "nginx is installed: `make test` does it (Debian: apt-get install nginx-light)",
            );
        eventually("nginx listens", || TcpStream::connect(addr).ok());
        Self {
            process,
            addr,
            _folder: folder,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM, so that its workers end with it.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

fn free_addr() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("a free port")
}

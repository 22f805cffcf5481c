//! The shipped nginx configuration in a real nginx, before the app. Only the addresses are put in, and the certificates
//! are left out.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// It ends with this.
pub(crate) struct Nginx {
    pub(crate) addr: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// The app at `to` is under `/monkey/`, and at the root for the name `monkey.example.com`.
    pub(crate) fn start(to: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let (addr, redirecting) = (free(), free());
        let site: String = include_str!("../../../../deploy/nginx.conf")
            .replace("127.0.0.1:6001", &to.to_string())
            .replace("listen 80;", &format!("listen {redirecting};"))
            .replace("listen 443 ssl;", &format!("listen {addr};"))
            .lines()
            .filter(|line| !line.contains("ssl_certificate") && !line.contains("listen [::]"))
            .fold(String::new(), |site, line| site + line + "\n");
        assert!(site.contains(&to.to_string()) && site.contains(&addr.to_string()));
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {at}/{kind};"))
            .concat();
        let config = format!(
            "daemon off; pid {at}/pid; error_log {at}/error.log; worker_processes 1; events {{}}
             http {{ access_log off; {temporary} {site} }}"
        );
        fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let child = Command::new("nginx")
            .args(["-p", folder.path().to_str().unwrap(), "-c"])
            .arg(folder.path().join("nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed: make test does it");
        let began = Instant::now();
        while TcpStream::connect(addr).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "it does not listen"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Self {
            addr,
            child,
            _folder: folder,
        }
    }
}

fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its worker ends with it only when it is asked to.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.child.wait();
    }
}

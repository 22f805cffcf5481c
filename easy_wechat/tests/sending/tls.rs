//! Certificates that are not good. They are made by openssl, and without it there is nothing to see here.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use easy_wechat::client::ErrorKind;
use easy_wechat::{ClientError, Outgoing};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::command::{Ended, Shell};
use super::fake::Fake;
use super::leaks::Leaks;
use super::world::{Stage, run};

#[test]
fn a_certificate_of_nobody_is_refused_before_a_secret_leaves() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let Some(stage) = stage(folder.path(), "localhost", "critical,CA:FALSE") else {
            return;
        };
        let base = format!(
            "api_base_url = https://localhost:{}",
            stage.fake.addr.port()
        );
        let error = stage
            .leaks
            .error(stage.client(&base).send("a", &Outgoing::text("x")).await);
        assert!(
            matches!(error, ClientError::Unreachable { .. }),
            "{error:?}"
        );
        assert_eq!(error.kind(), ErrorKind::TryAgain);
        let line = error.to_string();
        assert!(
            line.contains("CA that this machine trusts") && !line.contains("UnknownIssuer"),
            "{line}"
        );
        assert!(stage.fake.heard().is_empty());
    });
}

#[test]
fn a_certificate_of_another_host_is_refused_and_the_right_one_taken() {
    let folder = tempfile::tempdir().unwrap();
    let Some(stage) = stage(folder.path(), "localhost", "critical,CA:FALSE") else {
        return;
    };
    let port = stage.fake.addr.port();
    let ca = folder.path().join("cert.pem");
    for (host, code, says) in [("localhost", 0, ""), ("127.0.0.1", 5, "another host name")] {
        let ini = stage.ini(&format!("api_base_url = https://{host}:{port}"));
        let shell = Shell::new(&stage.leaks, &ini);
        let mut command = shell.command(&["send", "--to", "a", "x"]);
        let output = Ended::by(command.env("SSL_CERT_FILE", &ca));
        assert_eq!(output.code, code, "{host}: {}", output.err);
        assert!(output.err.contains(says), "{host}: {}", output.err);
    }
}

/// As the first recipe for `openssl req -x509` that people find makes it.
#[test]
fn a_certificate_that_is_a_ca_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let Some(stage) = stage(folder.path(), "localhost", "critical,CA:TRUE") else {
        return;
    };
    let port = stage.fake.addr.port();
    let shell = Shell::new(
        &stage.leaks,
        &stage.ini(&format!("api_base_url = https://localhost:{port}")),
    );
    for trusted in [false, true] {
        let mut command = shell.command(&["send", "--to", "a", "x"]);
        if trusted {
            command.env("SSL_CERT_FILE", folder.path().join("cert.pem"));
        }
        let output = Ended::by(&mut command);
        assert_eq!(output.code, 5, "{}", output.err);
        assert!(output.err.contains("CA:FALSE"), "{}", output.err);
        assert!(!output.err.contains("OtherError"), "{}", output.err);
    }
}

#[test]
fn who_speaks_no_tls_is_told_so() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let base = format!("api_base_url = https://{}", stage.fake.addr);
        let error = stage
            .leaks
            .error(stage.client(&base).send("a", &Outgoing::text("x")).await);
        assert!(
            matches!(error, ClientError::Unreachable { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains("no connection to"), "{error}");
    });
}

/// A server with a certificate that signs itself, for this name.
fn stage(folder: &Path, name: &str, constraints: &str) -> Option<Stage> {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "30", "-subj", "/CN=test", "-addext"])
        .arg(format!("subjectAltName=DNS:{name}"))
        .arg("-addext")
        .arg(format!("basicConstraints={constraints}"))
        .arg("-keyout")
        .args([key.as_os_str(), "-out".as_ref(), cert.as_os_str()])
        .output();
    let Ok(made) = made else {
        eprintln!("openssl is not there: certificates are not tested");
        return None;
    };
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let certs = CertificateDer::pem_file_iter(&cert)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certs, PrivateKeyDer::from_pem_file(&key).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let leaks = Leaks::watch();
    let wrap = move |stream: TcpStream| {
        let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
        Some(StreamOwned::new(connection, stream))
    };
    Some(Stage::with(
        Fake::start_with(&leaks, wrap, |_, _| None),
        leaks,
    ))
}

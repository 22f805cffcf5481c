//! More clients that hold connections than the program has descriptors.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::child::Echo;
use crate::holders::{Shape, shapes};
use crate::recorded::text;
use crate::wire::Client;

#[test]
fn a_good_client_is_served_while_1200_others_hold_connections_of_1024() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(16_384), hard).unwrap();
    let echo = Echo::with_descriptors(1024);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let attack = scope.spawn(|| attack(echo.addr, &stop));
        let mut longest = Duration::ZERO;
        let began = Instant::now();
        // Longer than a held connection lives.
        while began.elapsed() < Duration::from_secs(9) {
            let asked = Instant::now();
            let answer = Client::connect(echo.addr).send(&text());
            assert_eq!(answer.status, 200);
            longest = longest.max(asked.elapsed());
            std::thread::sleep(Duration::from_millis(100));
        }
        stop.store(true, Ordering::Relaxed);
        let (most, again) = attack.join().unwrap();
        assert!(most >= 1100, "only {most} connections were held");
        assert!(again > 0, "none was closed");
        // The platform hangs up after 5 s.
        assert!(longest < Duration::from_secs(3), "it took {longest:?}");
    });
}

/// Holds 1,200 connections in every way, and opens another for each that is closed: how many were held at once, and how
/// many were opened again.
fn attack(addr: SocketAddr, stop: &AtomicBool) -> (usize, usize) {
    let shapes = shapes(&["/weixin", "/nowhere", "/"]);
    let open = |shape: &Shape| {
        let mut stream = TcpStream::connect(addr).ok()?;
        stream.set_nonblocking(true).ok()?;
        let _ = stream.write(&shape.sends);
        Some(stream)
    };
    let mut holders: Vec<_> = shapes
        .iter()
        .cycle()
        .take(1200)
        .map(|shape| (shape, open(shape)))
        .collect();
    let (mut most, mut again) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        most = most.max(
            holders
                .iter()
                .filter(|(_, stream)| stream.is_some())
                .count(),
        );
        for (shape, holder) in &mut holders {
            let closed = holder.as_mut().is_none_or(|stream| {
                if let Some(piece) = shape.drips {
                    let _ = stream.write(piece);
                }
                match stream.read(&mut [0; 4096]) {
                    Ok(read) => read == 0,
                    Err(error) => error.kind() != ErrorKind::WouldBlock,
                }
            });
            if closed {
                again += 1;
                *holder = open(shape);
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    (most, again)
}

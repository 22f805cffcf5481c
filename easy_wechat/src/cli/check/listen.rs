//! `easy-wechat check --listen`: stands where the server will be, and tells of each request what is wrong with it.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::BoxError;
use crate::cli::findings::print;
use crate::config::AppConfig;
use crate::diagnosis::{Finding, Keys, Step};
use crate::platform::AccountKind;
use crate::printable::printable;
use crate::server::verification::{Listener, Visit};
use crate::signals::Signals;

/// When it ends, beside Ctrl-C.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    /// After this time.
    pub(super) wait: Option<Duration>,
    /// After the first request that is right.
    pub(super) once: bool,
}

/// What came.
#[derive(Debug, Default)]
struct Tally {
    came: u64,
    good: u64,
}

pub(super) async fn run(
    addr: &str,
    app: &AppConfig,
    others: Vec<Keys>,
    until: Until,
) -> Result<(), BoxError> {
    let mut signals = Signals::new()?;
    let keys = Keys::from(app);
    let listener = Listener::new(keys.clone()).others(others);
    let mut listening = listener.max_age(app.max_callback_age).start(addr).await?;
    introduce(app, &keys, listening.addr())?;

    let began = Instant::now();
    let ends = began + until.wait.unwrap_or(FOR_EVER);
    let mut tally = Tally::default();
    let mut hinted = false;
    loop {
        tokio::select! {
            visit = listening.next() => match visit {
                Some(visit) => tally.count(app, &visit)?,
                None => break,
            },
            () = signals.next() => break,
            () = sleep_until(ends) => break,
            () = sleep_until(began + QUIET), if tally.came == 0 && !hinted => {
                hinted = true;
                let seconds = QUIET.as_secs();
                writeln!(io::stderr(), "\nNothing came within {seconds} s. {}", nothing_came(addr))?;
            }
        }
        if until.once && tally.good > 0 {
            break;
        }
    }
    let missed = listening.missed();
    for visit in listening.stop().await {
        tally.count(app, &visit)?;
    }
    tally.sum_up(app, addr, missed, hinted)
}

impl Tally {
    fn count(&mut self, app: &AppConfig, visit: &Visit) -> io::Result<()> {
        self.came += 1;
        self.good += u64::from(visit.is_good());
        let mut out = io::stdout().lock();
        describe(&mut out, visit)?;
        if visit.is_good() && !is_route(&app.route_name, &visit.path) {
            let path = printable(visit.path.trim_matches('/'));
            writeln!(
                out,
                "  ! your server answers at /{}, not here: set route_name = {path}",
                app.route_name.trim_matches('/')
            )?;
        }
        out.flush()
    }

    fn sum_up(
        &self,
        app: &AppConfig,
        addr: &str,
        missed: u64,
        hinted: bool,
    ) -> Result<(), BoxError> {
        let name = &app.name;
        let Self { came, good } = *self;
        if came == 0 {
            if !hinted {
                writeln!(io::stderr(), "\nNothing came. {}", nothing_came(addr))?;
            }
            return Err(format!("[{name}] nothing came to {addr}").into());
        }
        let mut out = io::stdout().lock();
        let requests = if came == 1 { "request" } else { "requests" };
        writeln!(out, "\n{came} {requests}, {good} of them right")?;
        if missed > 0 {
            writeln!(out, "{missed} more came faster than they could be shown")?;
        }
        if good > 0 {
            writeln!(
                out,
                "The keys of [{name}] are right. Now start your server at this address."
            )?;
            out.flush()?;
            return Ok(());
        }
        out.flush()?;
        Err(format!("[{name}] no request was right; what is wrong stands above").into())
    }
}

fn introduce(app: &AppConfig, keys: &Keys, addr: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let button = match app.kind {
        AccountKind::WeCom => "保存",
        AccountKind::OfficialAccount => "提交",
    };
    writeln!(out, "Listening on {addr} for [{}] ({})", app.name, app.kind)?;
    print(&mut out, &keys.check(), "  ")?;
    writeln!(
        out,
        "Press {button} in the console now: {}\nCtrl-C ends this.",
        app.kind.platform().console
    )?;
    out.flush()
}

fn describe(out: &mut impl Write, visit: &Visit) -> io::Result<()> {
    let from = visit
        .from
        .map_or_else(|| "nobody".to_owned(), |from| from.to_string());
    let [method, path] = [&visit.method, &visit.path].map(|text| printable(text));
    write!(out, "\n{method} {path} from {from}")?;
    if let Some(origin) = &visit.forwarded_for {
        write!(out, ", sent on for {}", printable(origin))?;
    }
    writeln!(out)?;
    // What is to be said of the keys themselves was said in the beginning.
    let findings = &visit.diagnosis.findings;
    let of_keys = |finding: &&Finding| finding.step == Step::Keys;
    let findings: Vec<_> = findings
        .iter()
        .filter(|finding| !of_keys(finding))
        .cloned()
        .collect();
    print(out, &findings, "  ")?;
    let result = match (visit.is_good(), visit.method.as_str()) {
        (true, "GET" | "HEAD") => "the console saves the address",
        (true, _) => "a message that your server would take",
        (false, _) => "refused",
    };
    writeln!(out, "  answered {}: {result}", visit.status)
}

/// Whether the server takes this path: below any prefix, with or without a slash at the end.
fn is_route(route: &str, path: &str) -> bool {
    let route = route.trim_matches('/');
    let path = path.trim_end_matches('/');
    route.is_empty()
        || path
            .strip_suffix(route)
            .is_some_and(|prefix| prefix.ends_with('/'))
}

/// What it means, the likeliest first.
fn nothing_came(addr: &str) -> String {
    let port = addr.rsplit(':').next().unwrap_or_default();
    format!(
        "The platform did not reach this machine:
  - the URL in the console: host, port and http or https must lead here
  - firewall or cloud security group: the port {port} must be open to the internet
  - nginx or tunnel: does it run, and does it lead to {addr}?
  - the console said 域名主体校验未通过: then it never called; the domain must be
    registered (ICP 备案) in the name of the corporation
  - try it yourself, from elsewhere: open the URL in the browser of a phone on
    mobile data; it must show up here"
    )
}

/// After which it says what the silence may mean.
const QUIET: Duration = Duration::from_secs(20);

const FOR_EVER: Duration = Duration::from_hours(24 * 365);

#[cfg(test)]
mod tests {
    use super::is_route;

    #[test]
    fn routes_are_matched_as_the_server_does() {
        for (route, path, is) in [
            ("weixin", "/weixin", true),
            ("/weixin/", "/weixin/", true),
            ("weixin", "/wx/weixin", true),
            ("", "/whatever", true),
            ("weixin", "/", false),
            ("weixin", "/notweixin", false),
            ("a/weixin", "/weixin", false),
        ] {
            assert_eq!(is_route(route, path), is, "{route} {path}");
        }
    }
}

//! What the site remembers us by: its cookies, and the path of the query.

use std::fmt;

use super::verdict::QueryPath;

/// A visit to the site.
#[derive(Default)]
pub(super) struct Session {
    cookies: Vec<(String, String)>,
    pub(super) path: QueryPath,
    /// Whether the first page has been asked for.
    pub(super) begun: bool,
}

/// Tells no cookie.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("path", &self.path)
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Forgets the cookies, not the path: that is mostly still right.
    pub(super) fn forget(&mut self) {
        self.cookies.clear();
        self.begun = false;
    }

    /// Keeps what `Set-Cookie` says. All requests go to one host, so that domain and path need no care.
    pub(super) fn keep(&mut self, set_cookies: &[String]) {
        for line in set_cookies {
            let Some((name, rest)) = line.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), rest.split(';').next().unwrap_or("").trim());
            if name.is_empty() || !is_plain(name) || !is_plain(value) {
                continue;
            }
            self.cookies.retain(|(known, _)| known != name);
            if self.cookies.len() < MAX_COOKIES && name.len() + value.len() <= MAX_COOKIE_BYTES {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The header `Cookie`. Without one, the site sends every question away; an empty `JSESSIONID` is enough.
    pub(super) fn cookie_header(&self) -> String {
        if self.cookies.is_empty() {
            return "JSESSIONID=".to_owned();
        }
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }
}

/// The path that the first page names: `var CLeftTicketUrl = 'leftTicket/queryG';`.
pub(super) fn path_in_page(page: &str) -> Option<QueryPath> {
    let (_, rest) = page.split_once("CLeftTicketUrl")?;
    let (between, rest) = rest.split_once('\'')?;
    if between.trim() != "=" {
        return None;
    }
    QueryPath::read(rest.split_once('\'')?.0)
}

/// The path that `login/conf` names.
pub(super) fn path_in_conf(conf: &[u8]) -> Option<QueryPath> {
    let conf: serde_json::Value = serde_json::from_slice(conf).ok()?;
    QueryPath::read(conf.pointer("/data/queryUrl")?.as_str()?)
}

fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b';')
}

const MAX_COOKIES: usize = 20;
const MAX_COOKIE_BYTES: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_found_in_the_page_and_in_the_configuration() {
        let page = |text: &str| path_in_page(text).map(|path| path.as_str().to_owned());
        let good = "<script>var CLeftTicketUrl = 'leftTicket/queryZ';\nvar x = 'y';</script>";
        assert_eq!(page(good).as_deref(), Some("leftTicket/queryZ"));
        for bad in [
            "",
            "CLeftTicketUrl",
            "var CLeftTicketUrl = 'http://evil/'",
            "var CLeftTicketUrl = '../queryG'",
            "var CLeftTicketUrl; var other = 'leftTicket/queryZ';",
        ] {
            assert_eq!(page(bad), None, "{bad}");
        }
        let recorded = include_bytes!("../../tests/fixtures/login_conf_2024-04-22.json");
        assert_eq!(
            path_in_conf(recorded).unwrap().as_str(),
            "leftTicket/queryG"
        );
        assert!(path_in_conf(b"{}").is_none());
    }

    #[test]
    fn cookies_are_kept_replaced_and_bounded() {
        let mut session = Session::default();
        assert_eq!(session.cookie_header(), "JSESSIONID=");
        let keep = |session: &mut Session, lines: &[&str]| {
            session.keep(
                &lines
                    .iter()
                    .map(|&line| line.to_owned())
                    .collect::<Vec<_>>(),
            );
        };
        keep(
            &mut session,
            &["JSESSIONID=A; Path=/otn", "route=r", "bad", "=x", "n=\u{1}"],
        );
        keep(&mut session, &["JSESSIONID=B; Path=/otn; HttpOnly"]);
        assert_eq!(session.cookie_header(), "route=r; JSESSIONID=B");
        let many: Vec<String> = (0..100).map(|n| format!("c{n}=v")).collect();
        session.keep(&many);
        assert_eq!(session.cookie_header().split("; ").count(), MAX_COOKIES);
        session.forget();
        assert_eq!(session.cookie_header(), "JSESSIONID=");
    }
}

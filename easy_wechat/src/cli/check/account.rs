//! The doctor: configuration, keys, net, clock, secret, agent, store.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::fmt::rfc2822;
use serde_json::Value;

use super::line::Line;
use crate::client::{Call, ClientBuilder, ClientError, ErrorKind, WeChatClient};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::diagnosis::Keys;
use crate::error_line::one_line;
use crate::platform::AccountKind;

/// Looks at everything in turn; `say` is told each thing as soon as it is known.
pub(super) async fn examine(app: &AppConfig, mut say: impl FnMut(Line)) {
    for warning in &app.warnings {
        say(Line::odd(
            "config",
            warning,
            "correct the name, or remove the line",
        ));
    }
    if let Some(exposed) = &app.exposed {
        say(Line::odd("config", exposed, ""));
    }
    if app.token.is_none() && app.encoding_aes_key.is_none() {
        say(Line::odd(
            "keys",
            "token and encoding_aes_key are not set: the app can send, but not be called back",
            "to receive messages as well, copy both from the console",
        ));
    } else {
        for finding in Keys::from(app).check() {
            say(finding.into());
        }
    }
    let client = match ClientBuilder::new(app.clone()).build() {
        Ok(client) => client,
        Err(error) => {
            say(Line::wrong("secret", one_line(&error), ""));
            for step in ["net", "clock", "token", "agent"] {
                say(Line::unknown(
                    step,
                    "not looked at: without the secret nothing can be called",
                ));
            }
            return say(store(app));
        }
    };
    let reached = net(&client, app, &mut say).await;
    if reached {
        let known = token(&client, &mut say).await;
        agent(&client, known, &mut say).await;
    } else {
        for step in ["token", "agent"] {
            say(Line::unknown(
                step,
                "not looked at: the platform is not reached",
            ));
        }
    }
    say(store(app));
}

/// Whether the platform answers at all; its answer also tells the time.
async fn net(client: &WeChatClient, app: &AppConfig, say: &mut impl FnMut(Line)) -> bool {
    let date = match client.platform_date().await {
        Ok(date) => date,
        Err(error) => {
            say(Line::wrong("net", one_line(&error), LOOK_AT_THE_NET));
            say(Line::unknown(
                "clock",
                "not compared: the platform is not reached",
            ));
            return false;
        }
    };
    say(Line::good("net", format!("{} answers", client.host())));
    let theirs = date
        .as_deref()
        .and_then(|date| rfc2822::parse(date).ok())
        .map(|date| date.timestamp().as_second());
    say(match theirs {
        None => Line::unknown("clock", "not compared: the platform's answer bears no time"),
        Some(theirs) => clock(
            Clock::system().now().as_secs() - theirs,
            app.max_callback_age,
        ),
    });
    true
}

fn clock(ahead: i64, max_age: Duration) -> Line {
    let off = ahead.unsigned_abs();
    let what = match ahead {
        0 => "this machine's clock agrees with the platform's".to_owned(),
        1.. => format!("this machine's clock is {off} s ahead of the platform's"),
        _ => format!("this machine's clock is {off} s behind the platform's"),
    };
    let advice = "set the clock: timedatectl set-ntp true";
    if off <= NEAR {
        Line::good("clock", what)
    } else if max_age.is_zero() || Duration::from_secs(off) < max_age {
        Line::odd("clock", what, advice)
    } else {
        Line::wrong(
            "clock",
            format!("{what}, so that callbacks are refused"),
            advice,
        )
    }
}

/// Whether the secret is right, and this machine trusted.
async fn token(client: &WeChatClient, say: &mut impl FnMut(Line)) -> bool {
    match client.fetch_token().await {
        Ok(()) => {
            say(Line::good(
                "token",
                "the platform takes the secret, and trusts this machine's address",
            ));
            true
        }
        Err(error) => {
            say(refused("token", &error));
            false
        }
    }
}

/// Whether the agent id is that of the secret; on WeCom also who can be written to.
async fn agent(client: &WeChatClient, known: bool, say: &mut impl FnMut(Line)) {
    if !known {
        return say(Line::unknown("agent", "not looked at: there is no token"));
    }
    let call = match (client.kind(), client.agent_id()) {
        (AccountKind::WeCom, Some(agent)) => {
            Call::get("/cgi-bin/agent/get").query("agentid", agent)
        }
        _ => return call_back(client, say).await,
    };
    let answer: Value = match client.call(call).await {
        Ok(answer) => answer,
        Err(error) => return say(refused("agent", &error)),
    };
    let name = answer
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    say(Line::good(
        "agent",
        format!("appid and secret are those of the app {name:?}"),
    ));
    if answer.get("close").and_then(Value::as_i64) == Some(1) {
        say(Line::wrong(
            "agent",
            "the app is disabled",
            "enable it: 应用管理 > 应用",
        ));
    }
    let lists = [
        ("allow_userinfos", "user"),
        ("allow_partys", "partyid"),
        ("allow_tags", "tagid"),
    ];
    let sees_nobody = lists.iter().all(|(outer, inner)| {
        let list = answer.get(outer).and_then(|outer| outer.get(inner));
        list.and_then(Value::as_array).is_none_or(Vec::is_empty)
    });
    if sees_nobody {
        say(Line::odd(
            "agent",
            "the app's visible range is empty, so that it cannot send to any member",
            "add members: 应用管理 > 应用 > 可见范围",
        ));
    }
}

/// An Official Account has no agent; any call shows that the token is good.
async fn call_back(client: &WeChatClient, say: &mut impl FnMut(Line)) {
    let answer: Result<Value, ClientError> = client.call(Call::get("/cgi-bin/getcallbackip")).await;
    match answer {
        Ok(_) => say(Line::good("calls", "the token is good for calls")),
        Err(error) => say(refused("calls", &error)),
    }
}

fn refused(step: &'static str, error: &ClientError) -> Line {
    if let ClientError::Unreachable { .. } = error {
        return Line::wrong(step, one_line(error), LOOK_AT_THE_NET);
    }
    match error.kind() {
        ErrorKind::TryAgain | ErrorKind::Wait => {
            Line::unknown(step, format!("not known: {}", one_line(error)))
        }
        _ => Line::wrong(step, one_line(error), ""),
    }
}

/// Where the token is kept between runs.
fn store(app: &AppConfig) -> Line {
    let Some(folder) = &app.api.state_path else {
        return Line::odd(
            "store",
            "the access token is kept in memory, so that each process fetches its own",
            "set state_path to a folder that this program may write",
        );
    };
    // A new file under a random name: a link that another user has put there is not followed.
    let written = make(folder).and_then(|()| {
        let mut probe = tempfile::Builder::new();
        probe.prefix(".easy_wechat-check-").tempfile_in(folder)
    });
    let folder = folder.display();
    match written {
        Ok(_) => Line::good("store", format!("the access token is kept in {folder}")),
        Err(error) => Line::odd(
            "store",
            format!(
                "{folder} cannot be written ({error}), so that each process fetches its own token"
            ),
            "give this user the right to write it, or set state_path to another folder",
        ),
    }
}

/// Creates the folder as the store does: only this user can open it.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

const LOOK_AT_THE_NET: &str = "look at the net, at proxy and at api_base_url";

/// Seconds: a clock that is set by the net is off by less, the way there and back included.
const NEAR: u64 = 5;

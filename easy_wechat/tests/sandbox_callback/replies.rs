//! Answers with status 200: what the platform takes of them, and what is said of the others.

mod contents;
mod envelopes;
mod made;

use std::io::Write as _;

use super::bad_app::{BadApp, Heard, Keys, ok, reply, text};
use super::world::{builder, run};
use easy_wechat::Mode;
use easy_wechat::sandbox::{Incoming, Sandbox, State};
use made::{by_mode, news};

/// What an app answers to a message, how that ends, and a part of what is said.
type Row = (
    &'static str,
    fn(&Heard, &Keys) -> Vec<u8>,
    State,
    &'static str,
);

const REPLIED: State = State::Replied;
const ACKNOWLEDGED: State = State::Acknowledged;
const DROPPED: State = State::Dropped;

#[test]
fn wecom_takes_what_is_right_and_says_what_is_wrong() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        check(&sandbox, envelopes::ROWS).await;
        check(&sandbox, contents::ROWS).await;
        let items = sandbox.inbox("zhangsan");
        let long = items
            .iter()
            .find(|it| it.text().is_some_and(|text| text.starts_with('长')));
        assert_eq!(long.unwrap().text().unwrap().len(), 2046);
    });
}

/// Answers to a text on an Official Account that encrypts or not.
const OFFICIAL_ROWS: &[Row] = &[
    ("empty", |_, _| Vec::new(), ACKNOWLEDGED, ""),
    ("success", |_, _| b"success".to_vec(), ACKNOWLEDGED, ""),
    (
        "a text, as the mode wants it",
        |heard, keys| by_mode(heard, keys, &text(heard, "hi")),
        REPLIED,
        "(text)",
    ),
    (
        "empty content",
        |heard, keys| by_mode(heard, keys, &text(heard, "")),
        DROPPED,
        "answer with an empty body",
    ),
    (
        "two articles",
        |heard, keys| by_mode(heard, keys, &reply(heard, &news(2, 2))),
        REPLIED,
        "only 1 can be shown",
    ),
    (
        "music",
        |heard, keys| {
            let body = format!(
                "<MsgType>music</MsgType><Music><Title>t</Title><MusicUrl>u</MusicUrl>\
             <ThumbMediaId>{}</ThumbMediaId></Music>",
                heard.field("Content").unwrap().split(' ').nth(1).unwrap(),
            );
            by_mode(heard, keys, &reply(heard, &body))
        },
        REPLIED,
        "(music)",
    ),
    (
        "music without a cover",
        |heard, keys| {
            by_mode(
                heard,
                keys,
                &reply(
                    heard,
                    "<MsgType>music</MsgType><Music><Title>t</Title></Music>",
                ),
            )
        },
        REPLIED,
        "requires ThumbMediaId",
    ),
    (
        "customer service",
        |heard, keys| {
            by_mode(
                heard,
                keys,
                &reply(heard, "<MsgType>transfer_customer_service</MsgType>"),
            )
        },
        REPLIED,
        "transfer_customer_service",
    ),
    (
        "a button",
        |heard, keys| {
            by_mode(
                heard,
                keys,
                &reply(heard, "<MsgType>update_button</MsgType>"),
            )
        },
        DROPPED,
        "Official Account has no passive reply",
    ),
    ("JSON", |_, _| b"{}".to_vec(), DROPPED, "JSON"),
];

#[test]
fn official_accounts_take_what_their_mode_wants() {
    const PLAIN: Row = ("plain", |heard, _| text(heard, "hi").into(), REPLIED, "");
    const SEALED: Row = (
        "sealed",
        |heard, keys| keys.seal(&text(heard, "hi")).into(),
        REPLIED,
        "",
    );
    let dropped = |row: Row, words| (row.0, row.1, DROPPED, words);
    run(async {
        for (mode, rows) in [
            (Mode::Plain, [PLAIN, dropped(SEALED, "plain mode")]),
            (Mode::Compatible, [PLAIN, SEALED]),
            (Mode::Safe, [dropped(PLAIN, "encrypt_msg"), SEALED]),
        ] {
            let sandbox = builder(Some(mode)).start().await.unwrap();
            check(&sandbox, OFFICIAL_ROWS).await;
            check(&sandbox, &rows).await;
        }
    });
}

/// Says each row's number to an app that answers as the row says.
async fn check(sandbox: &Sandbox, rows: &[Row]) {
    let answers: Vec<_> = rows.iter().map(|row| row.1).collect();
    let app = BadApp::start(sandbox, move |heard, keys, stream| {
        let content = heard.field("Content").unwrap();
        let row: usize = content.split(' ').next().unwrap().parse().unwrap();
        let _ = stream.write_all(&ok(answers[row](heard, keys)));
    });
    sandbox.connect(app.url()).await.unwrap();
    let picture = sandbox.upload("image", "a.png", b"\x89PNG".to_vec());
    let wecom = Keys::of(sandbox).kind == easy_wechat::AccountKind::WeCom;
    for (number, (name, _, state, words)) in rows.iter().enumerate() {
        let message = format!("{number} {}", picture.as_str());
        let seen = sandbox.member("zhangsan").says(message).await.unwrap();
        assert_eq!(seen.state, *state, "{name}: {}", seen.words);
        assert!(seen.words.en.contains(words), "{name}: {}", seen.words);
        assert!(!seen.words.zh.is_ascii(), "{name}: {}", seen.words.zh);
        assert_eq!(seen.attempts, 1, "{name}");
        let shown = match state {
            State::Replied => 1,
            // An Official Account does not keep its troubles to itself.
            State::Dropped if !wecom => {
                assert_eq!(
                    seen.text(),
                    Some("该公众号暂时无法提供服务，请稍后再试"),
                    "{name}"
                );
                assert_eq!(seen.messages[0].msg_type, "notice");
                1
            }
            _ => 0,
        };
        assert_eq!(seen.messages.len(), shown, "{name}: {:?}", seen.messages);
    }
}

#[test]
fn a_reply_to_an_event_that_takes_none_is_dropped() {
    run(async {
        for (platform, event, state) in [
            (None, "click", REPLIED),
            (None, "enter_agent", REPLIED),
            (None, "view", DROPPED),
            (None, "LOCATION", DROPPED),
            (None, "change_contact", DROPPED),
            (None, "brand_new", DROPPED),
            (Some(Mode::Safe), "scan", REPLIED),
            (Some(Mode::Safe), "view", DROPPED),
        ] {
            let sandbox = builder(platform).start().await.unwrap();
            let app = BadApp::start(&sandbox, |heard, keys, stream| {
                let _ = stream.write_all(&ok(keys.seal(&text(heard, "hi"))));
            });
            sandbox.connect(app.url()).await.unwrap();
            let fields = [("EventKey", "1")];
            let member = sandbox.member("zhangsan");
            let seen = member.sends(Incoming::event(event, fields)).await.unwrap();
            assert_eq!(seen.state, state, "{event}: {}", seen.words);
            assert_eq!(seen.is_silent(), state == DROPPED, "{event}: {seen:?}");
            assert!(
                state == REPLIED || seen.words.en.contains(event) || event == "view",
                "{}",
                seen.words
            );
        }
    });
}

//! Clicks on template cards, and the answers that change them.

use std::io::Write as _;

use super::bad_app::{BadApp, ok};
use super::page;
use super::world::{builder, connect, run};
use easy_wechat::sandbox::{Incoming, Sandbox, State};
use easy_wechat::xml::{Field, Fields};
use easy_wechat::{Reply, TemplateCard};
use serde_json::{Value, json};

#[test]
fn a_click_says_what_was_clicked() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok(""));
        });
        sandbox.connect(app.url()).await.unwrap();
        for card in [buttons("task1"), vote("task2"), choices("task3")] {
            page::send_card(&sandbox, &card).await;
        }
        let member = sandbox.member("zhangsan");
        for (key, selected, expected) in [
            (
                "yes",
                &[][..],
                "template_card_event yes task1 button_interaction ",
            ),
            (
                "more",
                &[],
                "template_card_menu_event more task1 button_interaction ",
            ),
            (
                "send2",
                &[("q", "a"), ("q", "c")],
                "template_card_event send2 task2 vote_interaction q=a,c;",
            ),
            (
                "send2",
                &[],
                "template_card_event send2 task2 vote_interaction q=b;",
            ),
            (
                "send3",
                &[("one", "1b")],
                "template_card_event send3 task3 multiple_interaction one=1b;two=2a;",
            ),
        ] {
            let seen = member.clicks(key, selected).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            let heard = app.messages().pop().unwrap();
            let field = |name: &str| heard.field(name).unwrap();
            assert!(field("ResponseCode").len() >= 16, "{heard:?}");
            let plain = Fields::parse(heard.plain.clone().unwrap()).unwrap();
            let mut found = ["Event", "EventKey", "TaskId", "CardType"]
                .map(|name| field(name) + " ")
                .concat();
            for item in plain.all("SelectedItems/SelectedItem") {
                let options: Vec<&str> = item.all("OptionIds/OptionId").map(Field::text).collect();
                found += item.get("QuestionKey").unwrap();
                found += "=";
                found += &options.join(",");
                found += ";";
            }
            assert_eq!(found, expected);
        }
        for (key, selected, what) in [
            ("no such", &[][..], "button"),
            ("link", &[], "button"),
            ("send2", &[("what", "a")], "question"),
            ("send2", &[("q", "z")], "option"),
        ] {
            let error = member.clicks(key, selected).await.unwrap_err();
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("there is no {what}")),
                "{error}"
            );
        }
    });
}

#[test]
fn the_clicked_card_changes() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let _server = connect(&sandbox, |server| {
            server.register_event("template_card_event", |message| {
                match message.get("EventKey").unwrap() {
                    "yes" => Reply::UpdateButton {
                        replace_name: "已同意".to_owned(),
                    },
                    _ => Reply::UpdateTemplateCard(TemplateCard::new(replacement()).unwrap()),
                }
            })
        })
        .await;
        for task in ["task1", "task2"] {
            page::send_card(&sandbox, &buttons(task)).await;
        }
        let member = sandbox.member("zhangsan");
        // The newest card is clicked; the other one stays as it is.
        let seen = member.clicks("yes", &[]).await.unwrap();
        assert_eq!(seen.state, State::Replied, "{}", seen.words);
        assert!(seen.is_silent(), "no message is added: {seen:?}");
        let cards: Vec<Value> = member.inbox().into_iter().map(|it| it.content).collect();
        assert_eq!(cards[1]["replaced"], "已同意");
        assert_eq!(cards[0]["replaced"], Value::Null);
        // A grey button cannot be clicked, so that it is the older card now.
        let seen = member.clicks("no", &[]).await.unwrap();
        assert_eq!(seen.state, State::Replied, "{}", seen.words);
        let cards: Vec<Value> = member.inbox().into_iter().map(|it| it.content).collect();
        assert_eq!(cards.len(), 2);
        assert_eq!(cards[0], replacement());
        assert_eq!(cards[1]["replaced"], "已同意");
    });
}

#[test]
fn the_page_clicks_the_card_that_it_shows() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok(""));
        });
        sandbox.connect(app.url()).await.unwrap();
        page::send_card(&sandbox, &choices("task1")).await;
        let item = page::get(&sandbox, "/sandbox/state").await["items"][0]["id"].clone();
        let click = json!({
            "item": item, "key": "send3", "menu": false,
            "selected": [{"question_key": "two", "option_ids": ["2b"]}],
        });
        let began = page::post(&sandbox, "/sandbox/cards", &click).await;
        let ended = page::ended(&sandbox, &began["exchange"]).await;
        assert_eq!(ended["what"], "event template_card_event", "{ended}");
        let heard = app.messages().pop().unwrap();
        assert_eq!(
            heard
                .field("SelectedItems/SelectedItem/OptionIds/OptionId")
                .as_deref(),
            Some("1a")
        );
        let wrong = json!({"item": item, "key": "send3", "menu": true});
        let error = page::post(&sandbox, "/sandbox/cards", &wrong).await;
        assert!(
            error["error"]["en"].as_str().unwrap().contains("no button"),
            "{error}"
        );
    });
}

#[test]
fn an_update_without_a_card_is_shown_as_it_is() {
    run(async {
        for (kind, card_type, body, state) in [
            (
                "update_button",
                "button_interaction",
                "<Button><ReplaceName>ok</ReplaceName></Button>",
                State::Replied,
            ),
            (
                "update_button",
                "text_notice",
                "<Button><ReplaceName>ok</ReplaceName></Button>",
                State::Dropped,
            ),
            (
                "update_button",
                "button_interaction",
                "<Button><ReplaceName></ReplaceName></Button>",
                State::Dropped,
            ),
            ("update_button", "button_interaction", "", State::Dropped),
            (
                "update_taskcard",
                "",
                "<TaskCard><ReplaceName>ok</ReplaceName></TaskCard>",
                State::Dropped,
            ),
            (
                "update_template_card",
                "text_notice",
                "<TemplateCard><CardType>text_notice</CardType></TemplateCard>",
                State::Replied,
            ),
            (
                "update_template_card",
                "text_notice",
                "<TemplateCard><CardType>poem</CardType></TemplateCard>",
                State::Dropped,
            ),
            ("update_template_card", "text_notice", "", State::Dropped),
        ] {
            let sandbox = builder(None).start().await.unwrap();
            let app = BadApp::start(&sandbox, move |heard, keys, stream| {
                let reply =
                    super::bad_app::reply(heard, &format!("<MsgType>{kind}</MsgType>{body}"));
                let _ = stream.write_all(&ok(keys.seal(&reply)));
            });
            sandbox.connect(app.url()).await.unwrap();
            let seen = click_without_a_card(&sandbox, card_type).await;
            assert_eq!(seen.state, state, "{kind} {body}: {}", seen.words);
            if state == State::Replied {
                assert_eq!(seen.messages[0].msg_type, kind);
                assert!(seen.words.en.contains("has no such card"), "{}", seen.words);
            }
        }
    });
}

async fn click_without_a_card(sandbox: &Sandbox, card_type: &str) -> easy_wechat::sandbox::Seen {
    let fields = [("EventKey", "k"), ("TaskId", "t"), ("CardType", card_type)];
    let click = Incoming::event("template_card_event", fields);
    sandbox.member("zhangsan").sends(click).await.unwrap()
}

fn buttons(task: &str) -> Value {
    json!({
        "card_type": "button_interaction",
        "main_title": {"title": "请审批", "desc": ""},
        "task_id": task,
        "action_menu": {"desc": "d", "action_list": [{"text": "more", "key": "more"}]},
        "button_list": [
            {"text": "同意", "style": 1, "key": "yes"},
            {"text": "不", "style": 2, "key": "no"},
            {"text": "链接", "type": 1, "url": "https://example.com", "key": "link"},
        ],
    })
}

fn vote(task: &str) -> Value {
    json!({
        "card_type": "vote_interaction",
        "main_title": {"title": "午饭", "desc": ""},
        "task_id": task,
        "checkbox": {
            "question_key": "q", "mode": 1,
            "option_list": [
                {"id": "a", "text": "A"}, {"id": "b", "text": "B", "is_checked": true}, {"id": "c", "text": "C"},
            ],
        },
        "submit_button": {"text": "提交", "key": "send2"},
    })
}

fn choices(task: &str) -> Value {
    let list = |key: &str, a: &str, b: &str| {
        json!({
            "question_key": key, "title": key, "selected_id": a,
            "option_list": [{"id": a, "text": a}, {"id": b, "text": b}],
        })
    };
    json!({
        "card_type": "multiple_interaction",
        "main_title": {"title": "选择", "desc": ""},
        "task_id": task,
        "select_list": [list("one", "1a", "1b"), list("two", "2a", "2b")],
        "submit_button": {"text": "提交", "key": "send3"},
    })
}

/// With what is named or nested out of the ordinary.
fn replacement() -> Value {
    json!({
        "card_type": "text_notice",
        "source": {"icon_url": "https://example.com/a.png", "desc": "企业微信", "desc_color": 1},
        "main_title": {"title": "已处理", "desc": "d"},
        "emphasis_content": {"title": "100", "desc": "核心数据"},
        "quote_area": {"type": 1, "url": "https://example.com", "title": "t", "quote_text": "q"},
        "sub_title_text": "s",
        "horizontal_content_list": [
            {"keyname": "邀请人", "value": "张三"},
            {"keyname": "官网", "type": 1, "value": "点击", "url": "https://example.com"},
        ],
        "jump_list": [{"type": 1, "url": "https://example.com", "title": "t"}],
        "card_action": {"type": 2, "appid": "wx1", "pagepath": "p"},
        "card_image": {"url": "https://example.com/b.png", "aspect_ratio": 2.25},
        "checkbox": {
            "question_key": "q", "mode": 1,
            "option_list": [{"id": "a", "text": "A", "is_checked": true}, {"id": "b", "text": "B", "is_checked": false}],
        },
    })
}

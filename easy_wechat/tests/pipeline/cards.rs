//! Replies that change a template card.

use easy_wechat::sandbox::{Incoming, Sandbox, SandboxError, State};
use easy_wechat::{Reply, TemplateCard};
use serde_json::{Value, json};

use super::replies::{Case, queue};
use super::support::{Request, call};
use super::world::{World, platform, run};

#[test]
fn the_card_that_was_clicked_is_changed() {
    run(async {
        let (replies, next) = queue();
        let world = World::start(platform(None), ["", ""], |server| {
            server.register_event("template_card_event", move |_| {
                next.lock().unwrap().pop_front()
            })
        })
        .await;
        let member = world.member("zhangsan");
        let new = card("task-2", "已处理");
        let replaced = TemplateCard::new(new.clone()).unwrap();
        send_card(&world.sandbox, &card("task-1", "请审批"));
        for (reply, changed) in [
            (
                Reply::UpdateTemplateCard(replaced),
                new["main_title"].clone(),
            ),
            (
                Reply::UpdateButton {
                    replace_name: "已批准".to_owned(),
                },
                json!("已批准"),
            ),
        ] {
            let what = format!("{reply:?}");
            let name = match reply {
                Reply::UpdateButton { .. } => "replaced",
                _ => "main_title",
            };
            replies.lock().unwrap().push_back(reply);
            let seen = member.clicks("ok", &[]).await.unwrap();
            assert_eq!(seen.state, State::Replied, "{what}: {}", seen.words);
            assert!(seen.is_silent(), "{what}: {:?}", seen.messages);
            let inbox = member.inbox();
            assert_eq!(inbox.len(), 1, "{what}");
            assert_eq!(inbox[0].content[name], changed, "{what}");
        }
        // A grey button cannot be clicked again.
        let again = member.clicks("ok", &[]).await;
        assert!(
            matches!(again, Err(SandboxError::Unknown { .. })),
            "{again:?}"
        );
    });
}

/// The conversation has no card that would change, so that the update itself is shown.
pub(super) fn updates() -> [Case; 3] {
    let card = card("task-9", "已批准 & 完成");
    let click = |event, task| {
        let code = [
            ("EventKey", "ok"),
            ("TaskId", task),
            ("ResponseCode", "code"),
        ];
        Incoming::event(event, code)
    };
    [
        Case {
            asked: click("template_card_event", "task-7"),
            reply: Reply::UpdateButton {
                replace_name: "已批准".to_owned(),
            },
            msg_type: "update_button",
            content: json!({"replace_name": "已批准"}),
        },
        Case {
            asked: click("template_card_event", "task-8"),
            reply: Reply::UpdateTemplateCard(TemplateCard::new(card.clone()).unwrap()),
            msg_type: "update_template_card",
            content: card,
        },
        Case {
            asked: click("taskcard_click", "task-9"),
            reply: Reply::UpdateTaskcard {
                replace_name: "已完成".to_owned(),
            },
            msg_type: "update_taskcard",
            content: json!({"replace_name": "已完成"}),
        },
    ]
}

fn card(task: &str, title: &str) -> Value {
    json!({
        "card_type": "button_interaction",
        "main_title": {"title": title, "desc": "谢谢"},
        "horizontal_content_list": [{"keyname": "人", "value": "张三"}, {"keyname": "天", "value": "3"}],
        "button_list": [{"text": "好", "style": 1, "key": "ok"}],
        "task_id": task,
    })
}

/// Sends a card to zhangsan, as the app does by itself.
fn send_card(sandbox: &Sandbox, card: &Value) {
    let app = sandbox.config("demo").app("demo").unwrap();
    let answered = |request: &Request| -> Value {
        let answer: Value = serde_json::from_slice(&call(sandbox.addr(), request).body).unwrap();
        assert_eq!(answer["errcode"], 0, "{answer}");
        answer
    };
    let secret = app.secret.as_ref().unwrap().reveal();
    let token = answered(
        &Request::new("GET", "/cgi-bin/gettoken")
            .with("corpid", &app.corpid)
            .with("corpsecret", secret),
    );
    let message = json!({
        "touser": "zhangsan",
        "msgtype": "template_card",
        "agentid": app.appid.parse::<i64>().unwrap(),
        "template_card": card,
    });
    answered(
        &Request::new("POST", "/cgi-bin/message/send")
            .with("access_token", token["access_token"].as_str().unwrap())
            .with_body(message.to_string()),
    );
}

//! Events of both platforms, as the handler gets them.

use easy_wechat::sandbox::{Incoming, State};
use easy_wechat::{Message, Mode};
use tokio::sync::mpsc::unbounded_channel;

use super::world::{PLATFORMS, World, platform, run};

/// The event, its fields, who it is from (`-` for the member), and how the typed event prints.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

#[test]
fn events_arrive_typed_on_each_platform() {
    run(async {
        for mode in PLATFORMS {
            let (sender, mut received) = unbounded_channel::<Message>();
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_callback("event", move |message| sender.send(message).unwrap())
            })
            .await;
            let member = world.member("zhangsan");
            let own = if mode.is_none() { WECOM } else { OFFICIAL };
            for &(event, fields, from, expected) in own.iter().chain(BOTH) {
                let what = format!("{mode:?}: {event}");
                let incoming = Incoming::event(event, fields.iter().copied());
                let seen = member.sends(incoming).await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{what}: {}", seen.words);
                let message = received.recv().await.unwrap();
                assert_eq!(
                    format!("{:?}", message.event().unwrap()),
                    expected,
                    "{what}"
                );
                let from = if from == "-" { "zhangsan" } else { from };
                assert_eq!(message.from, from, "{what}");
                assert_eq!(message.id, None, "{what}");
                for (path, value) in fields {
                    // What is not typed is there as well.
                    if !path.contains('[') {
                        assert_eq!(message.get(path), Some(*value), "{what}: {path}");
                    }
                }
            }
            assert!(received.try_recv().is_err(), "{mode:?}");
        }
    });
}

#[test]
fn events_that_take_a_reply_are_answered() {
    run(async {
        for mode in PLATFORMS {
            let world = World::start(platform(mode), ["", ""], |server| {
                server
                    .register_event("subscribe", |_| "welcome")?
                    .register_callback("event", |message| {
                        message.get("EventKey").unwrap_or_default().to_owned()
                    })
            })
            .await;
            let scan = if mode.is_none() {
                "enter_agent"
            } else {
                "SCAN"
            };
            for (event, said) in [
                ("subscribe", "welcome"),
                ("click", "V1001"),
                ("scancode_waitmsg", "V1001"),
                (scan, "V1001"),
            ] {
                let incoming = Incoming::event(event, [("EventKey", "V1001")]);
                let seen = world.member("o-user").sends(incoming).await.unwrap();
                let what = format!("{mode:?}: {event}: {}", seen.words);
                assert_eq!(seen.state, State::Replied, "{what}");
                assert_eq!(seen.text(), Some(said), "{what}");
            }
        }
    });
}

#[test]
fn a_click_goes_to_its_own_handler_however_the_platform_spells_it() {
    run(async {
        for mode in [None, Some(Mode::Safe)] {
            let world = World::start(platform(mode), ["", ""], |server| {
                server
                    .register_event("Click", |_| "click")?
                    .register_callback("event", |_| "another event")?
                    .register_fallback(|_| "the rest")
            })
            .await;
            let member = world.member("zhangsan");
            for (incoming, said) in [
                (Incoming::event("CLICK", [("EventKey", "a")]), "click"),
                (Incoming::event("click", [("EventKey", "b")]), "click"),
                (
                    Incoming::event("subscribe", [("EventKey", "")]),
                    "another event",
                ),
                (Incoming::text("click"), "the rest"),
            ] {
                let seen = member.sends(incoming).await.unwrap();
                assert_eq!(seen.text(), Some(said), "{mode:?}: {}", seen.words);
            }
        }
    });
}

const BOTH: &[Case] = &[
    ("unsubscribe", &[("EventKey", "")], "-", "Unsubscribe"),
    (
        "LOCATION",
        &[
            ("Latitude", "23.104"),
            ("Longitude", "-113.32"),
            ("Precision", "65.000"),
        ],
        "-",
        "Location { latitude: 23.104, longitude: -113.32, precision: 65.0 }",
    ),
    (
        "click",
        &[("EventKey", "V1001 & 今日")],
        "-",
        r#"Click { key: "V1001 & 今日" }"#,
    ),
    (
        "scancode_push",
        &[
            ("EventKey", "6"),
            ("ScanCodeInfo/ScanType", "qrcode"),
            ("ScanCodeInfo/ScanResult", "<1>"),
        ],
        "-",
        r#"ScancodePush(ScanCode { key: "6", scan_type: "qrcode", result: "<1>" })"#,
    ),
    (
        "pic_sysphoto",
        &[
            ("EventKey", "6"),
            ("SendPicsInfo/Count", "2"),
            ("SendPicsInfo/PicList/item[1]/PicMd5Sum", "1b5f"),
            ("SendPicsInfo/PicList/item[2]/PicMd5Sum", "5a75"),
        ],
        "-",
        r#"PicSysphoto(Pictures { key: "6", md5_sums: ["1b5f", "5a75"] })"#,
    ),
    (
        "location_select",
        &[
            ("EventKey", "6"),
            ("SendLocationInfo/Location_X", "23"),
            ("SendLocationInfo/Location_Y", "113"),
            ("SendLocationInfo/Scale", "15"),
            ("SendLocationInfo/Label", "客村艺苑路"),
        ],
        "-",
        r#"LocationSelect { key: "6", latitude: 23.0, longitude: 113.0, scale: 15, label: "客村艺苑路", poiname: "" }"#,
    ),
    (
        "brand_new",
        &[("A/B", "1"), ("A/C[2]", "3"), ("D", "")],
        "-",
        r#"Unknown { name: "brand_new" }"#,
    ),
];

const WECOM: &[Case] = &[
    (
        "subscribe",
        &[("EventKey", "")],
        "-",
        "Subscribe { scene: None, ticket: None }",
    ),
    ("enter_agent", &[("EventKey", "")], "-", "EnterAgent"),
    (
        "view",
        &[("EventKey", "https://a.test/?a=1&b=2")],
        "-",
        r#"View { url: "https://a.test/?a=1&b=2", menu_id: None }"#,
    ),
    (
        "template_card_event",
        &[
            ("EventKey", "yes"),
            ("TaskId", "task-7"),
            ("CardType", "multiple_interaction"),
            ("ResponseCode", "code"),
            ("SelectedItems/SelectedItem[1]/QuestionKey", "q1"),
            ("SelectedItems/SelectedItem[1]/OptionIds/OptionId[1]", "a"),
            ("SelectedItems/SelectedItem[1]/OptionIds/OptionId[2]", "b"),
            ("SelectedItems/SelectedItem[2]/QuestionKey", "q2"),
            ("SelectedItems/SelectedItem[2]/OptionIds/OptionId", "c"),
        ],
        "-",
        r#"TemplateCard(CardAction { key: "yes", task_id: "task-7", card_type: "multiple_interaction", response_code: "code", selected: [SelectedItem { question_key: "q1", option_ids: ["a", "b"] }, SelectedItem { question_key: "q2", option_ids: ["c"] }] })"#,
    ),
    (
        "taskcard_click",
        &[("EventKey", "ok"), ("TaskId", "task-8")],
        "-",
        r#"TaskcardClick { key: "ok", task_id: "task-8" }"#,
    ),
    (
        "change_contact",
        &[
            ("ChangeType", "create_user"),
            ("UserID", "wangwu"),
            ("Name", "王五"),
            ("Department", "1,2"),
        ],
        "sys",
        r#"ChangeContact(CreateUser { user_id: UserId("wangwu"), name: "王五", departments: [1, 2] })"#,
    ),
    (
        "batch_job_result",
        &[
            ("BatchJob/JobId", "job"),
            ("BatchJob/JobType", "sync_user"),
            ("BatchJob/ErrCode", "0"),
            ("BatchJob/ErrMsg", "ok"),
        ],
        "-",
        r#"BatchJobResult { job_id: "job", job_type: "sync_user", err_code: 0, err_msg: "ok" }"#,
    ),
    (
        "sys_approval_change",
        &[
            ("ApprovalInfo/SpNo", "201909270001"),
            ("ApprovalInfo/SpName", "请假"),
            ("ApprovalInfo/SpStatus", "1"),
            ("ApprovalInfo/TemplateId", "tpl"),
            ("ApprovalInfo/Applyer/UserId", "lisi"),
            ("ApprovalInfo/StatuChangeEvent", "1"),
            ("AgentID", "3010040"),
        ],
        "sys",
        r#"SysApprovalChange { sp_no: "201909270001", sp_name: "请假", template_id: "tpl", status: 1, applicant: UserId("lisi"), change: 1 }"#,
    ),
    (
        "kf_msg_or_event",
        &[("Token", "ENC"), ("OpenKfId", "wk1")],
        "",
        r#"KfMsgOrEvent { token: "ENC", open_kf_id: "wk1" }"#,
    ),
    (
        "change_external_contact",
        &[
            ("ChangeType", "add_external_contact"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", "wo1"),
            ("State", "s"),
            ("WelcomeCode", "w"),
        ],
        "sys",
        r#"ChangeExternalContact { change_type: "add_external_contact", user_id: UserId("zhangsan"), external_user_id: UserId("wo1"), state: "s", welcome_code: "w" }"#,
    ),
];

const OFFICIAL: &[Case] = &[
    (
        "subscribe",
        &[("EventKey", "qrscene_123"), ("Ticket", "t")],
        "-",
        r#"Subscribe { scene: Some("123"), ticket: Some("t") }"#,
    ),
    (
        "SCAN",
        &[("EventKey", "123"), ("Ticket", "t")],
        "-",
        r#"Scan { scene: "123", ticket: "t" }"#,
    ),
    (
        "VIEW",
        &[("EventKey", "https://a.test/?a=1&b=2"), ("MenuId", "4021")],
        "-",
        r#"View { url: "https://a.test/?a=1&b=2", menu_id: Some("4021") }"#,
    ),
    (
        "TEMPLATESENDJOBFINISH",
        &[("MsgID", "2001"), ("Status", "failed:user block")],
        "-",
        r#"TemplateSendJobFinish { msg_id: "2001", status: "failed:user block" }"#,
    ),
    (
        "kf_create_session",
        &[("KfAccount", "test1@test")],
        "-",
        r#"KfSession { change: "kf_create_session", kf_account: "test1@test" }"#,
    ),
];

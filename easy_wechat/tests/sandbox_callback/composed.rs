//! Messages and events as the XML that the platforms write.

use std::io::Write as _;

use super::bad_app::{BadApp, ok};
use super::world::{builder, run};
use easy_wechat::Mode;
use easy_wechat::sandbox::{Incoming, State};

/// A message, and the XML of WeCom without the header; `#` stands for a number, `@` for the sandbox's address.
type Row = (fn() -> Incoming, &'static str);

const WECOM: &[Row] = &[
    (
        || Incoming::text("hi"),
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]></Content><MsgId>#</MsgId><AgentID>#</AgentID>",
    ),
    (
        || Incoming::Image {
            media_id: "M".to_owned(),
        },
        "<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[@/sandbox/media/M]]></PicUrl><MediaId><![CDATA[M]]></MediaId><MsgId>#</MsgId><AgentID>#</AgentID>",
    ),
    (
        || Incoming::Voice {
            media_id: "M".to_owned(),
            format: "amr".to_owned(),
        },
        "<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[M]]></MediaId><Format><![CDATA[amr]]></Format><MsgId>#</MsgId><AgentID>#</AgentID>",
    ),
    (
        || Incoming::Video {
            media_id: "M".to_owned(),
            thumb_media_id: "T".to_owned(),
        },
        "<MsgType><![CDATA[video]]></MsgType><MediaId><![CDATA[M]]></MediaId><ThumbMediaId><![CDATA[T]]></ThumbMediaId><MsgId>#</MsgId><AgentID>#</AgentID>",
    ),
    (
        || Incoming::Location {
            latitude: 23.134,
            longitude: -113.358,
            scale: 20,
            label: "位置".to_owned(),
        },
        "<MsgType><![CDATA[location]]></MsgType><Location_X>23.134</Location_X><Location_Y>-113.358</Location_Y><Scale>20</Scale><Label><![CDATA[位置]]></Label><MsgId>#</MsgId><AgentID>#</AgentID><AppType><![CDATA[wxwork]]></AppType>",
    ),
    (
        || Incoming::Link {
            title: "t".to_owned(),
            description: "d".to_owned(),
            url: "u".to_owned(),
            picurl: "p".to_owned(),
        },
        "<MsgType><![CDATA[link]]></MsgType><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url><PicUrl><![CDATA[p]]></PicUrl><MsgId>#</MsgId><AgentID>#</AgentID>",
    ),
    (
        || Incoming::event("CLICK", [("EventKey", "V1")]),
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[click]]></Event><EventKey><![CDATA[V1]]></EventKey><AgentID>#</AgentID>",
    ),
    (
        || {
            Incoming::event(
                "location",
                [
                    ("Precision", "65.0"),
                    ("Longitude", "113.3"),
                    ("Latitude", "23.1"),
                ],
            )
        },
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[LOCATION]]></Event><Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>65.0</Precision><AgentID>#</AgentID>",
    ),
    (
        || {
            Incoming::event(
                "pic_weixin",
                [
                    ("SendPicsInfo/PicList/item[2]/PicMd5Sum", "b"),
                    ("SendPicsInfo/PicList/item[10]/PicMd5Sum", "c"),
                    ("SendPicsInfo/PicList/item/PicMd5Sum", "a"),
                    ("SendPicsInfo/Count", "3"),
                    ("EventKey", "6"),
                ],
            )
        },
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[pic_weixin]]></Event><EventKey><![CDATA[6]]></EventKey><SendPicsInfo><Count>3</Count><PicList><item><PicMd5Sum><![CDATA[a]]></PicMd5Sum></item><item><PicMd5Sum><![CDATA[b]]></PicMd5Sum></item><item><PicMd5Sum><![CDATA[c]]></PicMd5Sum></item></PicList></SendPicsInfo><AgentID>#</AgentID>",
    ),
    (
        || {
            Incoming::event(
                "batch_job_result",
                [("BatchJob/ErrCode", "0"), ("BatchJob/JobId", "1")],
            )
        },
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[batch_job_result]]></Event><BatchJob><JobId><![CDATA[1]]></JobId><ErrCode>0</ErrCode></BatchJob>",
    ),
    (
        || {
            Incoming::event(
                "sys_approval_change",
                [("AgentID", "3010040"), ("ApprovalInfo/SpNo", "1")],
            )
        },
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[sys_approval_change]]></Event><ApprovalInfo><SpNo><![CDATA[1]]></SpNo></ApprovalInfo><AgentID>3010040</AgentID>",
    ),
];

const OFFICIAL_ACCOUNT: &[Row] = &[
    (
        || Incoming::text("hi"),
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]></Content><MsgId>#</MsgId>",
    ),
    (
        || Incoming::ShortVideo {
            media_id: "M".to_owned(),
            thumb_media_id: "T".to_owned(),
        },
        "<MsgType><![CDATA[shortvideo]]></MsgType><MediaId><![CDATA[M]]></MediaId><ThumbMediaId><![CDATA[T]]></ThumbMediaId><MsgId>#</MsgId>",
    ),
    (
        || Incoming::Link {
            title: "t".to_owned(),
            description: "d".to_owned(),
            url: "u".to_owned(),
            picurl: "p".to_owned(),
        },
        "<MsgType><![CDATA[link]]></MsgType><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url><MsgId>#</MsgId>",
    ),
    (
        || Incoming::event("click", [("EventKey", "V1")]),
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[V1]]></EventKey>",
    ),
    (
        || Incoming::event("SCAN", [("Ticket", "T"), ("EventKey", "1")]),
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[1]]></EventKey><Ticket><![CDATA[T]]></Ticket>",
    ),
    (
        || {
            Incoming::event(
                "TEMPLATESENDJOBFINISH",
                [("Status", "success"), ("MsgID", "200163836")],
            )
        },
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID><Status><![CDATA[success]]></Status>",
    ),
];

#[test]
fn each_message_as_the_platform_writes_it() {
    run(async {
        for (platform, rows) in [(None, WECOM), (Some(Mode::Safe), OFFICIAL_ACCOUNT)] {
            let sandbox = builder(platform).start().await.unwrap();
            let app = BadApp::start(&sandbox, |_, _, stream| {
                let _ = stream.write_all(&ok(""));
            });
            sandbox.connect(app.url()).await.unwrap();
            for (message, expected) in rows {
                let message = message();
                let said = format!("{message:?}");
                sandbox.member("zhangsan").sends(message).await.unwrap();
                let heard = app.messages().pop().unwrap();
                let plain = heard.plain.unwrap();
                let (_, body) = plain.split_once("</CreateTime>").unwrap();
                assert_eq!(
                    numbered(body, sandbox.url()),
                    format!("{}</xml>", expected.replace("3010040", "#")),
                    "{said}"
                );
            }
        }
    });
}

/// Its numbers of 7 digits and more as `#`, its address as `@`.
fn numbered(xml: &str, url: &str) -> String {
    let mut out = String::new();
    let mut rest = xml.replace(url, "@");
    for name in ["MsgId", "AgentID"] {
        if let Some((before, behind)) = rest.clone().split_once(&format!("<{name}>")) {
            let (number, behind) = behind.split_once('<').unwrap();
            assert!(
                number.len() >= 7 && number.parse::<i64>().is_ok(),
                "{number}"
            );
            rest = format!("{before}<{name}>#<{behind}");
        }
    }
    out.push_str(&rest);
    out
}

#[test]
fn who_an_event_is_from() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok(""));
        });
        sandbox.connect(app.url()).await.unwrap();
        for (event, from, agent) in [
            ("subscribe", Some("zhangsan"), true),
            ("change_contact", Some("sys"), false),
            ("batch_job_result", Some("zhangsan"), false),
            ("kf_msg_or_event", None, false),
            ("share_agent_change", Some("sys"), true),
            ("brand_new", Some("zhangsan"), true),
        ] {
            let none: [(&str, &str); 0] = [];
            sandbox
                .member("zhangsan")
                .sends(Incoming::event(event, none))
                .await
                .unwrap();
            let heard = app.messages().pop().unwrap();
            assert_eq!(heard.field("FromUserName").as_deref(), from, "{event}");
            assert_eq!(heard.field("AgentID").is_some(), agent, "{event}");
            assert_eq!(heard.field("MsgId"), None, "{event}");
        }
        let own = [("FromUserName", "wangwu"), ("CreateTime", "1348831860")];
        sandbox
            .member("zhangsan")
            .sends(Incoming::event("click", own))
            .await
            .unwrap();
        let heard = app.messages().pop().unwrap();
        assert_eq!(heard.field("FromUserName").as_deref(), Some("wangwu"));
        assert_eq!(heard.field("CreateTime").as_deref(), Some("1348831860"));
    });
}

#[test]
fn numbers_rise_and_equal_events_are_two() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok(""));
        });
        sandbox.connect(app.url()).await.unwrap();
        let member = sandbox.member("zhangsan");
        for _ in 0..3 {
            member.says("hi").await.unwrap();
            member
                .sends(Incoming::event("click", [("EventKey", "1")]))
                .await
                .unwrap();
        }
        let heard = app.messages();
        let numbers = |name: &str| -> Vec<i64> {
            let found = heard
                .iter()
                .filter(|it| it.field("Event").is_some() == (name == "CreateTime"));
            found
                .map(|it| it.field(name).unwrap().parse().unwrap())
                .collect()
        };
        for name in ["MsgId", "CreateTime"] {
            let numbers = numbers(name);
            assert_eq!(numbers.len(), 3);
            assert!(numbers.is_sorted_by(|a, b| a < b), "{name}: {numbers:?}");
        }
    });
}

#[test]
fn what_the_platform_does_not_have_is_refused() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, _| {});
        sandbox.connect(app.url()).await.unwrap();
        let none: [(&str, &str); 0] = [];
        let place = |latitude| Incoming::Location {
            latitude,
            longitude: 0.0,
            scale: 1,
            label: String::new(),
        };
        for (message, words) in [
            (Incoming::event(" ", none), "an event has a name"),
            (Incoming::event("a", [("", "1")]), "a field is named like"),
            (
                Incoming::event("a", [("A//B", "1")]),
                "a field is named like",
            ),
            (
                Incoming::event("a", [("A><B", "1")]),
                "a field is named like",
            ),
            (
                Incoming::event("a", [("A[0]", "1")]),
                "a field is named like",
            ),
            (
                Incoming::event("a", [("A", "1"), ("A/B", "1")]),
                "text or other elements",
            ),
            (Incoming::event("a", [("MsgType", "1")]), "send raw XML"),
            (
                Incoming::ShortVideo {
                    media_id: "M".to_owned(),
                    thumb_media_id: String::new(),
                },
                "no shortvideo",
            ),
            (place(91.0), "a latitude is"),
            (place(f64::NAN), "a latitude is"),
            (Incoming::text("长".repeat(100_000)), "more than 128 KiB"),
        ] {
            let error = sandbox.member("zhangsan").sends(message).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        assert_eq!(app.messages().len(), 0);
    });
}

#[test]
fn raw_xml_is_sent_as_it_is() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok("<xml></xml>"));
        });
        sandbox.connect(app.url()).await.unwrap();
        for xml in ["<xml><A>1</A></xml>", "no XML at all", ""] {
            let raw = Incoming::Raw {
                xml: xml.to_owned(),
            };
            let seen = sandbox.member("zhangsan").sends(raw).await.unwrap();
            assert_eq!(seen.state, State::Dropped);
            assert_eq!(app.messages().pop().unwrap().plain.as_deref(), Some(xml));
        }
    });
}

//! The exact request of every type of message.

use std::time::Duration;

use easy_wechat::outgoing::{
    MiniprogramPage, MpArticle, MsgMenu, Music, NewsArticle, Safe, TextCard, Video,
};
use easy_wechat::{MiniprogramNotice, Outgoing, Recipient, SendOptions, TemplateCard};
use serde_json::{Value, json};

use super::world::{GETTOKEN, SEND, Stage, run};

#[test]
fn each_type_goes_out_as_it_is_documented() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("rate_limits = off");
        for (what, content) in messages() {
            let kind = what.msg_type().to_owned();
            let ways = [
                client.send("zhangsan", &what).await,
                client.send_media(&kind, content.clone(), "zhangsan").await,
            ];
            for sent in ways {
                assert!(sent.unwrap().is_complete());
                let heard = stage.fake.heard().pop().unwrap();
                let begin = format!(
                    r#"{{"touser":"zhangsan","msgtype":"{kind}","agentid":1000002,"{kind}":{{"#
                );
                assert!(heard.body.starts_with(&begin), "{}", heard.body);
                assert!(!heard.body.contains("\\u"), "{}", heard.body);
                let body: Value = serde_json::from_str(&heard.body).unwrap();
                assert_eq!(body[&kind], content);
                assert_eq!(body.as_object().unwrap().len(), 4, "{}", heard.body);
            }
        }
        assert_eq!(stage.count(GETTOKEN), 1);
    });
}

#[test]
fn a_request_is_this_and_nothing_else() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("");
        let text = "你的\"快递\"已到\n\t<a href=\"https://a.b/?c&d\">点击</a> 😀";
        let to = Recipient::users(["zhangsan", "lisi"])
            .and_parties([2])
            .and_tags([7, 8]);
        let sent = client
            .send_media("text", json!({"content": text}), to)
            .await;
        assert_eq!(sent.unwrap().msg_ids[0], "msg-1");
        let heard = stage.fake.heard();
        let [asked, sent] = &heard[..] else {
            panic!("{heard:?}");
        };
        assert_eq!(
            (&*asked.method, &*asked.path, &*asked.body),
            ("GET", GETTOKEN, "")
        );
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let keys = [
            pair("corpid", super::world::CORPID),
            pair("corpsecret", stage.secret()),
        ];
        assert_eq!(asked.query, keys);
        assert_eq!((&*sent.method, &*sent.path), ("POST", SEND));
        assert_eq!(sent.query, [pair("access_token", &super::fake::token(1))]);
        assert_eq!(sent.headers["content-type"], "application/json");
        assert_eq!(
            sent.body,
            r#"{"touser":"zhangsan|lisi","toparty":"2","totag":"7|8","msgtype":"text","agentid":1000002,"text":{"content":"你的\"快递\"已到\n\t<a href=\"https://a.b/?c&d\">点击</a> 😀"}}"#
        );
    });
}

#[test]
fn the_switches_stand_beside_the_content() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("");
        let options = SendOptions::default();
        for (options, expected) in [
            (options.clone(), json!({})),
            (options.clone().safe(Safe::Confidential), json!({"safe": 1})),
            (
                options.clone().id_trans(true),
                json!({"enable_id_trans": 1}),
            ),
            (
                options.clone().duplicate_check(Duration::from_millis(1500)),
                json!({"enable_duplicate_check": 1, "duplicate_check_interval": 2}),
            ),
        ] {
            let text = Outgoing::text("a");
            let _ = client.send_with("@all", &text, &options).await.unwrap();
            let body = stage.fake.heard().pop().unwrap().body;
            let begin =
                r#"{"touser":"@all","msgtype":"text","agentid":1000002,"text":{"content":"a"}"#;
            let rest = body.strip_prefix(begin).unwrap();
            let rest = format!("{{{}", rest.trim_start_matches(','));
            assert_eq!(serde_json::from_str::<Value>(&rest).unwrap(), expected);
        }
    });
}

#[test]
fn an_official_account_has_an_address_and_types_of_its_own() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("kind = official_account\nmode = safe\ntoken = tokentoken");
        for (what, content) in official_messages() {
            let kind = what.msg_type().to_owned();
            let _ = client.send("openid-1", &what).await.unwrap();
            let heard = stage.fake.heard().pop().unwrap();
            assert_eq!(heard.path, "/cgi-bin/message/custom/send");
            let body: Value = serde_json::from_str(&heard.body).unwrap();
            let mut expected = json!({"touser": "openid-1", "msgtype": kind});
            expected[&kind] = content;
            assert_eq!(body, expected);
            assert!(
                heard.body.starts_with(r#"{"touser":"openid-1","msgtype":"#),
                "{}",
                heard.body
            );
        }
        let asked = stage.fake.of("/cgi-bin/stable_token");
        let [asked] = &asked[..] else {
            panic!("{asked:?}");
        };
        assert!(asked.query.is_empty(), "the secret is in the body");
        assert_eq!(
            serde_json::from_str::<Value>(&asked.body).unwrap(),
            json!({
                "grant_type": "client_credential",
                "appid": super::world::APPID,
                "secret": stage.secret(),
                "force_refresh": false,
            })
        );
    });
}

#[rustfmt::skip]
fn messages() -> Vec<(Outgoing, Value)> {
    let article = |title: &str| NewsArticle {
        title: title.into(), description: "描述".into(), url: "https://a.b".into(), pic_url: "https://a.b/c.png".into(),
        ..NewsArticle::default()
    };
    let pairs = |it: &[(&str, &str)]| it.iter().map(|(one, two)| ((*one).into(), (*two).into())).collect();
    let mut all = vec![
        (Outgoing::text("你好\\ \u{1F600} \u{2028}"), json!({"content": "你好\\ \u{1F600} \u{2028}"})),
        (Outgoing::image("图-1"), json!({"media_id": "图-1"})),
        (Outgoing::voice("m"), json!({"media_id": "m"})),
        (Outgoing::video("m", "标题", "描述"), json!({"media_id": "m", "title": "标题", "description": "描述"})),
        (Outgoing::file("m"), json!({"media_id": "m"})),
        (TextCard { title: "领奖通知".into(), description: "<div class=\"gray\">9月</div>".into(),
            url: "https://a.b".into(), btntxt: "更多".into() }.into(),
            json!({"title": "领奖通知", "description": "<div class=\"gray\">9月</div>", "url": "https://a.b",
                "btntxt": "更多"})),
        (Outgoing::news([article("一"), article("二")]), json!({"articles": [
            {"title": "一", "description": "描述", "url": "https://a.b", "picurl": "https://a.b/c.png"},
            {"title": "二", "description": "描述", "url": "https://a.b", "picurl": "https://a.b/c.png"},
        ]})),
        (Outgoing::MpNews(vec![MpArticle {
            title: "标题".into(), thumb_media_id: "m".into(), author: "作者".into(),
            content_source_url: "https://a.b".into(), content: "<p>正文</p>".into(), digest: "摘要".into(),
        }]), json!({"articles": [{"title": "标题", "thumb_media_id": "m", "author": "作者",
            "content_source_url": "https://a.b", "content": "<p>正文</p>", "digest": "摘要"}]})),
        (Outgoing::markdown("**粗体** <font color=\"info\">绿</font>\n> 引用"),
            json!({"content": "**粗体** <font color=\"info\">绿</font>\n> 引用"})),
        (MiniprogramNotice {
            appid: "wx123123123123123".into(), page: "pages/index?userid=zhangsan".into(), title: "会议室预订成功".into(),
            description: "4月27日 16:16".into(), emphasis_first_item: true, content_item: pairs(&[("会议室", "402")]),
        }.into(), json!({"appid": "wx123123123123123", "page": "pages/index?userid=zhangsan",
            "title": "会议室预订成功", "description": "4月27日 16:16", "emphasis_first_item": true,
            "content_item": [{"key": "会议室", "value": "402"}]})),
    ];
    all.extend(cards().map(|card| (TemplateCard::new(card.clone()).unwrap().into(), card)));
    all
}

#[rustfmt::skip]
fn cards() -> [Value; 5] {
    let title = json!({"title": "标题", "desc": "描述"});
    let action = json!({"type": 1, "url": "https://a.b"});
    [
        json!({"card_type": "text_notice", "main_title": title, "card_action": action}),
        json!({"card_type": "news_notice", "main_title": title, "card_action": action,
            "card_image": {"url": "https://a.b/c.png", "aspect_ratio": 1.3}}),
        json!({"card_type": "button_interaction", "main_title": title, "task_id": "task-1",
            "button_list": [{"text": "同意", "style": 1, "key": "yes"}]}),
        json!({"card_type": "vote_interaction", "main_title": title, "task_id": "task-2",
            "checkbox": {"question_key": "q", "option_list": [{"id": "1", "text": "一", "is_checked": true}], "mode": 1},
            "submit_button": {"text": "提交", "key": "go"}}),
        json!({"card_type": "multiple_interaction", "main_title": title, "task_id": "task-3",
            "select_list": [{"question_key": "q", "title": "题", "option_list": [{"id": "1", "text": "一"}]}],
            "submit_button": {"text": "提交", "key": "go"}}),
    ]
}

#[rustfmt::skip]
fn official_messages() -> Vec<(Outgoing, Value)> {
    vec![
        (Outgoing::text("你好"), json!({"content": "你好"})),
        (Outgoing::image("m"), json!({"media_id": "m"})),
        (Outgoing::voice("m"), json!({"media_id": "m"})),
        (Video { media_id: "m".into(), thumb_media_id: "c".into(), ..Video::default() }.into(),
            json!({"media_id": "m", "thumb_media_id": "c"})),
        (Outgoing::news([NewsArticle { title: "一".into(), url: "https://a.b".into(), ..NewsArticle::default() }]),
            json!({"articles": [{"title": "一", "url": "https://a.b"}]})),
        (Outgoing::MpNewsMedia("m".into()), json!({"media_id": "m"})),
        (Outgoing::MpNewsArticle("a".into()), json!({"article_id": "a"})),
        (Music { title: "曲".into(), music_url: "https://a.b".into(), hq_music_url: "https://a.b".into(),
            thumb_media_id: "m".into(), ..Music::default() }.into(),
            json!({"title": "曲", "musicurl": "https://a.b", "hqmusicurl": "https://a.b", "thumb_media_id": "m"})),
        (MsgMenu { head_content: "满意吗".into(), list: vec![("1".into(), "是".into())], tail_content: "谢谢".into() }.into(),
            json!({"head_content": "满意吗", "list": [{"id": "1", "content": "是"}], "tail_content": "谢谢"})),
        (Outgoing::WxCard("c".into()), json!({"card_id": "c"})),
        (MiniprogramPage { title: "页".into(), appid: "wx1".into(), pagepath: "p".into(), thumb_media_id: "m".into() }.into(),
            json!({"title": "页", "appid": "wx1", "pagepath": "p", "thumb_media_id": "m"})),
    ]
}

//! Every passive reply as XML, and how it is made to fit its platform.

use easy_wechat::platform::Platform;
use easy_wechat::reply::ReplyError;
use easy_wechat::xml::Fields;
use easy_wechat::{
    AccountKind, Article, BoxError, CardError, IntoReply, MediaId, Message, Reply, TemplateCard,
};
use serde_json::json;

#[test]
fn replies_as_xml() {
    // In the table <Element>[text] stands for <Element><![CDATA[text]]>.
    #[rustfmt::skip]
    let cases = [
        (Reply::text("this is a test"), "text", BOTH, "<Content>[this is a test]</Content>"),
        (Reply::text("a]]>b]]>"), "text", BOTH, "<Content>[a]]]]><![CDATA[>b]]]]><![CDATA[>]</Content>"),
        (Reply::text("<&>\n你好😀\u{1}\0"), "text", BOTH, "<Content>[<&>\n你好😀]</Content>"),
        (Reply::image("media_id"), "image", BOTH, "<Image><MediaId>[media_id]</MediaId></Image>"),
        (Reply::voice("media_id"), "voice", BOTH, "<Voice><MediaId>[media_id]</MediaId></Voice>"),
        (Reply::video("media_id", "title", "text"), "video", BOTH,
            "<Video><MediaId>[media_id]</MediaId><Title>[title]</Title><Description>[text]</Description></Video>"),
        (Reply::news([article("title1", "description1")]), "news", BOTH,
            "<ArticleCount>1</ArticleCount><Articles><item><Title>[title1]</Title>\
             <Description>[description1]</Description><PicUrl>[picurl]</PicUrl><Url>[url]</Url></item></Articles>"),
        (Reply::news([article("1", ""), article("2", "]]>")]), "news", BOTH,
            "<ArticleCount>2</ArticleCount><Articles><item><Title>[1]</Title><Description>[]</Description>\
             <PicUrl>[picurl]</PicUrl><Url>[url]</Url></item><item><Title>[2]</Title>\
             <Description>[]]]]><![CDATA[>]</Description><PicUrl>[picurl]</PicUrl><Url>[url]</Url></item></Articles>"),
        (button("ReplaceName"), "update_button", WECOM, "<Button><ReplaceName>[ReplaceName]</ReplaceName></Button>"),
        (taskcard("Name"), "update_taskcard", WECOM, "<TaskCard><ReplaceName>[Name]</ReplaceName></TaskCard>"),
        (card(json!({ "card_type": "text_notice" })), "update_template_card", WECOM,
            "<TemplateCard><CardType>[text_notice]</CardType></TemplateCard>"),
        (music("TITLE", "DESCRIPTION", "media_id"), "music", OFFICIAL,
            "<Music><Title>[TITLE]</Title><Description>[DESCRIPTION]</Description><MusicUrl>[MUSIC_Url]</MusicUrl>\
             <HQMusicUrl>[HQ_MUSIC_Url]</HQMusicUrl><ThumbMediaId>[media_id]</ThumbMediaId></Music>"),
        (transfer(Some("test1@test")), "transfer_customer_service", OFFICIAL,
            "<TransInfo><KfAccount>[test1@test]</KfAccount></TransInfo>"),
        (transfer(None), "transfer_customer_service", OFFICIAL, ""),
    ];
    for (reply, msg_type, platforms, body) in cases {
        let header = "<xml><ToUserName>[toUser]</ToUserName><FromUserName>[fromUser]</FromUserName>\
            <CreateTime>1348831860</CreateTime>";
        let expected = cdata(&format!(
            "{header}<MsgType>[{msg_type}]</MsgType>{body}</xml>"
        ));
        assert_eq!(
            reply.to_xml("toUser", "fromUser", 1_348_831_860),
            Some(expected.clone())
        );
        assert_eq!(reply.msg_type(), Some(msg_type));
        Fields::parse(expected.as_str()).expect("well-formed");
        for platform in [wecom(), official()] {
            let mut fitted = reply.clone();
            let cuts = fitted.fit(platform, true);
            if platforms.contains(&platform.name) {
                assert_eq!(cuts, Ok(vec![]));
                assert_eq!(
                    fitted.to_xml("toUser", "fromUser", 1_348_831_860),
                    Some(expected.clone())
                );
                continue;
            }
            let error = cuts.expect_err("another platform's");
            let printed = error.to_string();
            assert!(
                printed.contains(platform.name) && printed.contains(msg_type),
                "{printed}"
            );
            let (platform, known) = (platform.name, platform.reply_types);
            assert!(
                error
                    == ReplyError::NotOnThisPlatform {
                        msg_type,
                        platform,
                        known
                    }
            );
        }
    }
}

#[test]
fn names_and_numbers_of_the_header_are_safe() {
    let xml = Reply::text("x").to_xml("]]><a>", "&", -1).expect("XML");
    let fields = Fields::parse(xml).expect("well-formed");
    assert_eq!(fields.get("ToUserName"), Some("]]><a>"));
    assert_eq!(fields.get("FromUserName"), Some("&"));
    assert_eq!(fields.get("CreateTime"), Some("-1"));
}

#[test]
fn a_card_is_written_in_the_names_of_xml() {
    // Names are written in alphabetical order; here they stand in it already.
    let everything = json!({
        "action_menu": { "action_list": [{ "key": "A", "text": "a" }, { "key": "B", "text": "b" }], "desc": "您可以" },
        "card_action": { "appid": "APPID", "pagepath": "PAGEPATH", "title": "t", "type": 2, "url": "https://x.cn" },
        "card_image": { "aspect_ratio": 1.3, "url": "u" },
        "card_type": "text_notice",
        "checkbox": { "disable": false, "mode": 1, "option_list": [{ "id": "1", "is_checked": true, "text": "选" }] },
        "emphasis_content": { "desc": "核心数据", "title": "100" },
        "horizontal_content_list": [
            { "keyname": "邀请人", "type": 3, "userid": "zhangsan", "value": "张三" },
            { "keyname": "官网", "media_id": "m", "type": 1, "url": "https://work.weixin.qq.com", "value": "点击" },
        ],
        "jump_list": [],
        "main_title": { "desc": null, "title": "欢迎]]>" },
        "quote_area": { "quote_text": "x", "type": 0 },
        "select_list": [{ "option_list": [{ "id": "1" }, { "id": "2" }], "selected_id": "1" }],
        "source": { "desc": "企业微信", "desc_color": 1, "icon_url": "url" },
        "sub_title_text": "",
        "submit_button": { "key": "k", "text": "提交" },
        "task_id": "task_id",
    });
    let expected = "<ActionMenu><ActionList><Key>[A]</Key><Text>[a]</Text></ActionList>\
        <ActionList><Key>[B]</Key><Text>[b]</Text></ActionList><Desc>[您可以]</Desc></ActionMenu>\
        <CardAction><AppId>[APPID]</AppId><PagePath>[PAGEPATH]</PagePath><Title>[t]</Title><Type>2</Type>\
        <Url>[https://x.cn]</Url></CardAction><CardImage><AspectRatio>[1.3]</AspectRatio><Url>[u]</Url></CardImage>\
        <CardType>[text_notice]</CardType><CheckBox><Disable>[false]</Disable><Mode>1</Mode><OptionList><Id>[1]</Id>\
        <IsChecked>[true]</IsChecked><Text>[选]</Text></OptionList></CheckBox>\
        <EmphasisContent><Desc>[核心数据]</Desc><Title>[100]</Title></EmphasisContent>\
        <HorizontalContentList><KeyName>[邀请人]</KeyName><Type>3</Type><UserId>[zhangsan]</UserId><Value>[张三]</Value>\
        </HorizontalContentList><HorizontalContentList><KeyName>[官网]</KeyName><MediaId>[m]</MediaId><Type>1</Type>\
        <Url>[https://work.weixin.qq.com]</Url><Value>[点击]</Value></HorizontalContentList>\
        <MainTitle><Title>[欢迎]]]]><![CDATA[>]</Title></MainTitle>\
        <QuoteArea><QuoteText>[x]</QuoteText><Type>0</Type></QuoteArea><SelectList><OptionList><Id>[1]</Id></OptionList>\
        <OptionList><Id>[2]</Id></OptionList><SelectedId>[1]</SelectedId></SelectList>\
        <Source><Desc>[企业微信]</Desc><DescColor>1</DescColor><IconUrl>[url]</IconUrl></Source>\
        <SubTitleText>[]</SubTitleText><SubmitButton><Key>[k]</Key><Text>[提交]</Text></SubmitButton>\
        <TaskId>[task_id]</TaskId></TemplateCard></xml>";
    let xml = card(everything.clone()).to_xml("t", "f", 0).expect("XML");
    let (_, body) = xml.split_once("<TemplateCard>").expect("a card");
    assert_eq!(body, cdata(expected));
    let card = TemplateCard::new(everything.clone()).expect("a card");
    assert_eq!(
        serde_json::Value::Object(card.as_json().clone()),
        everything
    );
}

#[test]
fn what_is_no_card_is_refused() {
    for json in [json!(null), json!("text_notice"), json!([]), json!(1)] {
        assert_eq!(TemplateCard::new(json), Err(CardError::NotAnObject));
    }
    for (json, found) in [
        (json!({}), ""),
        (json!({ "card_type": 1 }), ""),
        (json!({ "card_type": "text" }), "text"),
    ] {
        let error = TemplateCard::new(json).expect_err("no card type");
        assert_eq!(
            error,
            CardError::CardType {
                found: found.to_owned()
            }
        );
        assert!(error.to_string().contains("text_notice"), "{error}");
    }
    for kind in [
        "text_notice",
        "news_notice",
        "button_interaction",
        "vote_interaction",
        "multiple_interaction",
    ] {
        assert!(TemplateCard::new(json!({ "card_type": kind })).is_ok());
    }
}

#[test]
fn nothing_to_say_is_no_xml() {
    for mut nothing in [
        Reply::None,
        Reply::default(),
        Reply::text(""),
        Reply::Text(String::new()),
    ] {
        assert_eq!(nothing.to_xml("t", "f", 0), None);
        assert_eq!(nothing.msg_type(), None);
        assert_eq!(nothing.fit(wecom(), false), Ok(vec![]));
        assert_eq!(nothing.fit(official(), false), Ok(vec![]));
    }
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let fitting = |text: &str| {
        let ends = text.char_indices().map(|(at, char)| at + char.len_utf8());
        let limit = if text.len() <= 2048 { 2048 } else { 2048 - 15 };
        ends.take_while(|&end| end <= limit).last().unwrap_or(0)
    };
    assert_eq!(Reply::UNFINISHED.len(), 15);
    assert_eq!(fitting(&"你".repeat(683)), 2031);
    let head = |text: &str, kept: usize| {
        let end = if text.len() <= 2048 {
            ""
        } else {
            Reply::UNFINISHED
        };
        head(text, kept).to_owned() + end
    };
    for char in ["a", "é", "你", "😀", "e\u{301}"] {
        for (before, count) in
            (2030..=2050).flat_map(|before| (0..=8).map(move |count| (before, count)))
        {
            let text = "x".repeat(before) + &char.repeat(count);
            let cuts = match text.len() {
                0..=2048 => vec![],
                length => vec![bytes("Content", length, 2048, fitting(&text) + 15)],
            };
            let expected = (Reply::text(head(&text, fitting(&text))), cuts);
            assert_eq!(fit(Reply::text(text), wecom(), false), expected);
        }
    }
    for (text, expected) in [
        ("你".repeat(682) + "a", 2047),
        ("你".repeat(682) + "ab", 2048),
        ("你".repeat(682) + "abc", 2031),
        ("你".repeat(683), 2031),
        ("😀".repeat(512), 2048),
        ("😀".repeat(513), 2032),
        ("a".to_owned() + &"😀".repeat(512), 2033),
        ("ab".to_owned() + &"😀".repeat(512), 2030),
        ("a".repeat(2047) + "你", 2033),
        ("a".repeat(1 << 20), 2033),
    ] {
        let expected = Reply::text(head(&text, expected));
        assert_eq!(fit(Reply::text(&text), wecom(), false).0, expected);
        assert_eq!(fit(Reply::text(&text), official(), true).0, expected);
    }
}

#[test]
fn titles_and_descriptions_are_cut() {
    let (long_title, long_text) = ("题".repeat(43), "述".repeat(171));
    let cuts = vec![
        bytes("Title", 129, 128, 126),
        bytes("Description", 513, 512, 510),
    ];
    let (title, text) = (
        head(&long_title, 123).to_owned() + "…",
        head(&long_text, 507).to_owned() + "…",
    );
    let (title, text) = (title.as_str(), text.as_str());
    for platform in [wecom(), official()] {
        let video = |title: &str, text: &str| Reply::video("m", title, text);
        let expected = (video(title, text), cuts.clone());
        assert_eq!(
            fit(video(&long_title, &long_text), platform, false),
            expected
        );
        let news = |title: &str, text: &str| Reply::news([article(title, text)]);
        let expected = (news(title, text), cuts.clone());
        assert_eq!(
            fit(news(&long_title, &long_text), platform, false),
            expected
        );
        let exact = video(&"t".repeat(128), &"d".repeat(512));
        assert_eq!(fit(exact.clone(), platform, true), (exact, vec![]));
    }
    let music = |title: &str, text: &str| music(title, text, "m");
    let expected = (music(title, text), cuts);
    assert_eq!(
        fit(music(&long_title, &long_text), official(), false),
        expected
    );

    let mut reply = Reply::text("x".repeat(2049));
    let cut = reply.fit(wecom(), false).expect("fits").remove(0);
    assert_eq!((cut.what, cut.unit), ("Content", "bytes"));
    assert_eq!((cut.length, cut.limit), (2049, 2048));
}

#[test]
fn what_is_not_written_does_not_count() {
    let text = "\u{1}".repeat(100) + &"x".repeat(2048);
    assert!(!Reply::text(&text).exceeds_passive_limits(wecom(), false));
    assert_eq!(
        fit(Reply::text(&text), wecom(), false),
        (Reply::text("x".repeat(2048)), vec![])
    );
    let text = text + "y";
    assert!(Reply::text(text).exceeds_passive_limits(wecom(), false));
}

#[test]
fn the_last_of_too_many_articles_shows_that_there_are_more() {
    for length in [0, 100, 108, 109, 110, 111, 112, 127, 128, 129, 500] {
        let articles = (0..9).map(|_| article(&"t".repeat(length), "d"));
        let (Reply::News(kept), _) = fit(Reply::news(articles), wecom(), false) else {
            panic!("news stay news");
        };
        let last = &kept.last().expect("articles").title;
        assert!(last.ends_with(Reply::UNFINISHED), "{length}: {last}");
        assert_eq!(last.matches('…').count(), 1, "{length}: {last}");
        assert!(last.len() <= 128, "{length}: {last}");
    }
}

#[test]
fn articles_over_the_limit_are_left_out() {
    let articles = |count| Reply::news((0..count).map(|at: usize| article(&at.to_string(), "d")));
    #[rustfmt::skip]
    let cases = [(wecom(), false, 8), (wecom(), true, 8), (official(), false, 1), (official(), true, 8)];
    for (platform, to_event, limit) in cases {
        for count in [1, 2, 7, 8, 9, 20] {
            let (reply, cuts) = fit(articles(count), platform, to_event);
            let mut kept: Vec<Article> = (0..count.min(limit))
                .map(|at| article(&at.to_string(), "d"))
                .collect();
            let mut expected = vec![];
            if count > limit {
                kept.last_mut().expect("articles").title += Reply::UNFINISHED;
                let takes = format!("{count} articles, the platform takes {limit}");
                expected.push(format!("Articles too long: {takes}; cut to {limit}"));
            }
            assert_eq!(reply, Reply::News(kept));
            assert_eq!(cuts, expected, "{count} on {}", platform.name);
        }
        let none = Reply::news([]).fit(platform, to_event);
        assert_eq!(none, Err(ReplyError::NoArticles));
    }
}

#[test]
fn what_must_be_there_must_be_there() {
    for (mut reply, platform, msg_type, what) in [
        (Reply::image(""), wecom(), "image", "MediaId"),
        (Reply::image(""), official(), "image", "MediaId"),
        (Reply::voice(""), wecom(), "voice", "MediaId"),
        (Reply::video("", "t", "d"), official(), "video", "MediaId"),
        (music("t", "d", ""), official(), "music", "ThumbMediaId"),
        (button(""), wecom(), "update_button", "ReplaceName"),
        (taskcard(""), wecom(), "update_taskcard", "ReplaceName"),
    ] {
        let error = reply.fit(platform, false).expect_err("empty");
        assert_eq!(error, ReplyError::Empty { msg_type, what });
        assert!(error.to_string().contains(what), "{error}");
    }
    for (mut reply, platform) in [
        (Reply::video("m", "", ""), wecom()),
        (music("", "", "m"), official()),
        (transfer(None), official()),
    ] {
        assert_eq!(reply.fit(platform, false), Ok(vec![]));
    }
}

#[test]
fn what_a_handler_may_return() {
    let error = || BoxError::from("no luck");
    check((), &Reply::None);
    check("hi", &Reply::text("hi"));
    check("", &Reply::text(""));
    check(String::from("hi"), &Reply::text("hi"));
    check(Reply::image("m"), &Reply::image("m"));
    check(message("text", "<Content>hi</Content>"), &Reply::text("hi"));
    check(message("image", "<MediaId>m</MediaId>"), &Reply::image("m"));
    check(message("voice", "<MediaId>m</MediaId>"), &Reply::voice("m"));
    for film in ["video", "shortvideo"] {
        check(
            message(film, "<MediaId>m</MediaId>"),
            &Reply::video("m", "", ""),
        );
    }
    for other in ["location", "link", "file", "event", "unheard_of"] {
        let place = "<Location_X>1</Location_X><Location_Y>2</Location_Y>";
        check(message(other, place), &Reply::None);
    }
    check(None::<&str>, &Reply::None);
    check(Some("hi"), &Reply::text("hi"));
    check(Some(()), &Reply::None);
    check(Some(Some(Reply::voice("m"))), &Reply::voice("m"));
    check(Ok::<_, BoxError>("hi"), &Reply::text("hi"));
    check(Ok::<_, BoxError>(None::<String>), &Reply::None);
    check(Some(Ok::<_, BoxError>("hi")), &Reply::text("hi"));
    for failed in [
        Err::<(), _>(error()).into_reply(),
        Some(Err::<Reply, _>(error())).into_reply(),
        Ok::<_, BoxError>(Err::<&str, _>(error())).into_reply(),
    ] {
        assert_eq!(failed.expect_err("fails").to_string(), "no luck");
    }
}

#[track_caller]
fn check(value: impl IntoReply, expected: &Reply) {
    assert_eq!(&value.into_reply().expect("a reply"), expected);
}

/// The reply made fit, and what was cut, as it is printed.
#[track_caller]
fn fit(mut reply: Reply, platform: &'static Platform, to_event: bool) -> (Reply, Vec<String>) {
    let cuts = reply.fit(platform, to_event).expect("fits");
    (reply, cuts.iter().map(ToString::to_string).collect())
}

const WECOM: &[&str] = &["WeCom"];
const OFFICIAL: &[&str] = &["Official Account"];
const BOTH: &[&str] = &["WeCom", "Official Account"];

fn wecom() -> &'static Platform {
    AccountKind::WeCom.platform()
}

fn official() -> &'static Platform {
    AccountKind::OfficialAccount.platform()
}

fn article(title: &str, description: &str) -> Article {
    let [title, description, pic_url, url] =
        [title, description, "picurl", "url"].map(str::to_owned);
    Article {
        title,
        description,
        pic_url,
        url,
    }
}

fn music(title: &str, description: &str, thumb_media_id: &str) -> Reply {
    let [title, description, music_url, hq_music_url] =
        [title, description, "MUSIC_Url", "HQ_MUSIC_Url"].map(str::to_owned);
    Reply::Music {
        title,
        description,
        music_url,
        hq_music_url,
        thumb_media_id: MediaId::from(thumb_media_id),
    }
}

fn button(replace_name: &str) -> Reply {
    Reply::UpdateButton {
        replace_name: replace_name.to_owned(),
    }
}

fn taskcard(replace_name: &str) -> Reply {
    Reply::UpdateTaskcard {
        replace_name: replace_name.to_owned(),
    }
}

fn transfer(kf_account: Option<&str>) -> Reply {
    Reply::TransferCustomerService {
        kf_account: kf_account.map(str::to_owned),
    }
}

fn card(json: serde_json::Value) -> Reply {
    Reply::UpdateTemplateCard(TemplateCard::new(json).expect("a card"))
}

fn bytes(what: &str, length: usize, limit: usize, kept: usize) -> String {
    format!("{what} too long: {length} bytes, the platform takes {limit}; cut to {kept}")
}

fn message(msg_type: &str, elements: &str) -> Message {
    Message::parse(format!(
        "<xml><MsgType>{msg_type}</MsgType>{elements}</xml>"
    ))
    .expect("XML")
}

/// `<Element>[text]</Element>` with the text as CDATA.
fn cdata(xml: &str) -> String {
    xml.replace(">[", "><![CDATA[").replace("]</", "]]></")
}

fn head(text: &str, bytes: usize) -> &str {
    text.get(..bytes).expect("a boundary")
}

//! When two callbacks are the same one, and when they are not.

use std::collections::{BTreeSet, HashSet};

use easy_wechat::{DeliveryKey, Message};

const TEXT: &str = "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>\
    <CreateTime>1409659813</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a secret meeting]]></Content>\
    <MsgId>4561255354251345929</MsgId><AgentID>218</AgentID></xml>";
const CONTACT: &str = "<xml><ToUserName>toUser</ToUserName><FromUserName>sys</FromUserName><CreateTime>1403610513</CreateTime>\
    <MsgType>event</MsgType><Event>change_contact</Event><ChangeType>update_user</ChangeType><UserID>zhangsan</UserID>\
    <Department>1,2</Department><ExtAttr><Item><Name>a</Name></Item><Item><Name>b</Name></Item></ExtAttr></xml>";

#[test]
fn a_re_send_has_the_same_key() {
    for xml in [TEXT, CONTACT] {
        let key = key_of(xml);
        assert_eq!(key, key_of(xml));
        // How it is written does not count: text for CDATA, white space between elements, comments, a declaration.
        for again in [
            xml.replace("<![CDATA[", "").replace("]]>", ""),
            xml.replace("><", ">\n<")
                .replace("\n<![CDATA[", "<![CDATA[")
                .replace("]]>\n", "]]>"),
            xml.replace("<MsgType>", "<!-- again --><MsgType>"),
            format!("<?xml version=\"1.0\"?>{xml}\r\n"),
        ] {
            assert_eq!(key_of(&again), key, "{again}");
        }
    }
}

#[test]
fn another_number_or_sender_is_another_message() {
    let others = [
        (
            "its number",
            TEXT.replace("4561255354251345929", "4561255354251345930"),
        ),
        ("its sender", TEXT.replace("zhangsan", "lisi")),
        (
            "no number",
            TEXT.replace("<MsgId>4561255354251345929</MsgId>", ""),
        ),
        ("an event", CONTACT.to_owned()),
    ];
    let keys = others
        .iter()
        .map(|(_, xml)| key_of(xml))
        .chain([key_of(TEXT)])
        .collect::<HashSet<_>>();
    assert_eq!(keys.len(), others.len() + 1);
    // The number is the platform's; whatever else a re-send changes, it is the same message.
    for same in [
        TEXT.replace("1409659813", "1409659818"),
        TEXT.replace("a secret meeting", "x"),
    ] {
        assert_eq!(key_of(&same), key_of(TEXT));
    }
}

#[test]
fn another_element_is_another_event() {
    let changes = [
        ("the corporation", "toUser", "toOther"),
        ("the sender", "sys", "zhangsan"),
        ("the second", "1403610513", "1403610514"),
        ("the event", "change_contact", "click"),
        ("the event's letters", "change_contact", "Change_Contact"),
        ("the change", "update_user", "delete_user"),
        ("the member", "<UserID>zhangsan", "<UserID>lisi"),
        ("a list", "1,2", "1,2,3"),
        ("a nested text", "<Name>a", "<Name>A"),
        (
            "the order",
            "<Item><Name>a</Name></Item><Item><Name>b</Name></Item>",
            "<Item><Name>b</Name></Item><Item><Name>a</Name></Item>",
        ),
        (
            "the nesting",
            "</Name></Item><Item><Name>b",
            "</Name><Name>b",
        ),
        (
            "one level less",
            "<Item><Name>a</Name></Item>",
            "<Item/><Name>a</Name>",
        ),
        (
            "one level more",
            "<Item><Name>a</Name></Item><Item>",
            "<Item><Name>a</Name><Item/></Item><Item>",
        ),
        (
            "one element more",
            "<Department>",
            "<EventKey/><Department>",
        ),
        ("one element less", "<Department>1,2</Department>", ""),
        (
            "a repetition",
            "<Department>1,2</Department>",
            "<Department>1,2</Department><Department>1,2</Department>",
        ),
        ("a name", "Department>", "MainDepartment>"),
        (
            "text at the border of a name",
            "<UserID>zhangsan</UserID>",
            "<UserIDz>hangsan</UserIDz>",
        ),
        (
            "text at the border of the next",
            "<ChangeType>update_user</ChangeType><UserID>z",
            "<ChangeType>update_userz</ChangeType><UserID>",
        ),
        ("white space", "<UserID>zhangsan", "<UserID> zhangsan"),
        ("an app", "<Department>", "<AgentID>1</AgentID><Department>"),
    ];
    let mut keys = BTreeSet::from([key_of(CONTACT)]);
    for (name, from, to) in changes {
        let other = CONTACT.replace(from, to);
        assert_ne!(other, CONTACT, "{name}");
        assert!(keys.insert(key_of(&other)), "{name}");
    }
}

#[test]
fn events_that_share_a_second_are_told_apart() {
    let event = |fields: &str| {
        format!(
            "<xml><FromUserName>sys</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>{fields}</xml>"
        )
    };
    let identifying = [
        "<Event>subscribe</Event>",
        "<Event>enter_agent</Event>",
        "<Event>click</Event>",
        "<Event>click</Event><EventKey>a</EventKey>",
        "<Event>click</Event><EventKey>b</EventKey>",
        "<Event>click</Event><EventKey>a</EventKey><AgentID>1</AgentID>",
        "<Event>click</Event><EventKey>a</EventKey><AgentID>2</AgentID>",
        "<Event>change_external_contact</Event><UserID>a</UserID><ExternalUserID>x</ExternalUserID>",
        "<Event>change_external_contact</Event><UserID>a</UserID><ExternalUserID>y</ExternalUserID>",
        "<Event>template_card_event</Event><TaskId>1</TaskId>",
        "<Event>template_card_event</Event><TaskId>2</TaskId>",
        "<Event>sys_approval_change</Event><ApprovalInfo><SpNo>1</SpNo></ApprovalInfo>",
        "<Event>sys_approval_change</Event><ApprovalInfo><SpNo>2</SpNo></ApprovalInfo>",
        "<Event>upload_media_job_finish</Event><JobId>1</JobId>",
        "<Event>upload_media_job_finish</Event><JobId>2</JobId>",
        "<Event>batch_job_result</Event><BatchJob><JobId>1</JobId></BatchJob>",
        "<Event>batch_job_result</Event><BatchJob><JobId>2</JobId></BatchJob>",
    ];
    let keys = identifying
        .iter()
        .map(|fields| key_of(&event(fields)))
        .collect::<HashSet<_>>();
    assert_eq!(keys.len(), identifying.len());

    // A contact synchronisation: 1,000 members in one second.
    let members = |user| {
        event(&format!(
            "<Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>u{user}</UserID>"
        ))
    };
    assert_eq!(
        (0..1000)
            .map(|user| key_of(&members(user)))
            .collect::<HashSet<_>>()
            .len(),
        1000
    );

    let suite = |ticket| {
        format!(
            "<xml><SuiteId>s</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>1</TimeStamp><SuiteTicket>{ticket}</SuiteTicket></xml>"
        )
    };
    assert_ne!(key_of(&suite("a")), key_of(&suite("b")));
}

#[test]
fn a_key_prints_who_and_what_but_not_the_content() {
    let cases = [
        (TEXT.to_owned(), "msg:zhangsan:4561255354251345929"),
        (TEXT.replace("zhangsan", ""), "msg::4561255354251345929"),
        (CONTACT.to_owned(), "event:sys:1403610513:change_contact:"),
        (
            TEXT.replace("MsgId", "Other"),
            "event:zhangsan:1409659813:text:",
        ),
        (
            "<xml><InfoType>suite_ticket</InfoType><TimeStamp>1</TimeStamp></xml>".to_owned(),
            "event::1:suite_ticket:",
        ),
        ("<xml/>".to_owned(), "event::0::"),
    ];
    for (xml, expected) in cases {
        let key = key_of(&xml);
        assert_eq!(key.to_string(), key.as_str());
        let rest = key
            .as_str()
            .strip_prefix(expected)
            .unwrap_or_else(|| panic!("{key} is not {expected}…"));
        let digits = if expected.starts_with("msg:") { 0 } else { 16 };
        assert!(
            rest.len() == digits
                && rest
                    .chars()
                    .all(|char| matches!(char, '0'..='9' | 'a'..='f')),
            "{key}"
        );
        assert!(
            !key.as_str().contains("secret") && !key.as_str().contains("meeting"),
            "{key}"
        );
        assert!(!format!("{key:?}").contains("secret"), "{key:?}");
    }
    assert_eq!(DeliveryKey::new("mine").to_string(), "mine");
    assert_eq!(
        DeliveryKey::new(String::from("mine")),
        DeliveryKey::new("mine")
    );
}

#[test]
fn a_key_is_short_however_long_the_names() {
    let message = |end: &str| {
        let long = "x".repeat(100_000);
        format!(
            "<xml><FromUserName>{long}{end}</FromUserName><MsgType>text</MsgType><MsgId>{long}</MsgId></xml>"
        )
    };
    let key = key_of(&message("1"));
    assert!(key.as_str().len() < 200, "{key}");
    assert_eq!(key, key_of(&message("1")));
    assert_ne!(key, key_of(&message("2")));
}

#[track_caller]
fn key_of(xml: &str) -> DeliveryKey {
    DeliveryKey::of(&Message::parse(xml).expect("XML"))
}

#[test]
fn no_part_of_a_key_grows_with_what_a_stranger_sends() {
    let long = "x".repeat(500_000);
    for (what, xml) in [
        ("the sender", TEXT.replace("zhangsan", &long)),
        ("the number", TEXT.replace("4561255354251345929", &long)),
        ("the event", CONTACT.replace("change_contact", &long)),
        (
            "the type",
            CONTACT.replace("<MsgType>event", &format!("<MsgType>{long}")),
        ),
        ("an element", CONTACT.replace("1,2", &long)),
    ] {
        let key = key_of(&xml);
        assert!(
            key.as_str().len() < 400,
            "{what}: {} bytes",
            key.as_str().len()
        );
        assert_eq!(key, key_of(&xml), "{what}");
        let other = xml.replacen("xxx", "xyx", 1);
        assert!(other == xml || key_of(&other) != key, "{what}");
    }
    let own = DeliveryKey::new(long.clone());
    assert!(own.as_str().len() < 400);
    assert_ne!(own, DeliveryKey::new(format!("{long}x")));
}

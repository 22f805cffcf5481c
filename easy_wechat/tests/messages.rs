//! The documented messages and events of both platforms, as values.

use easy_wechat::event::ContactChange;
use easy_wechat::xml::Field;
use easy_wechat::{Event, Message, MessageKind};

#[test]
fn every_documented_message_has_a_type() {
    let mut blocks = 0;
    for block in include_str!("fixtures/messages.txt").split("\n\n") {
        if let Some((elements, expected)) = block.trim_end().rsplit_once("\n= ") {
            check(elements, expected);
            blocks += 1;
        }
    }
    assert_eq!(blocks, 97);
}

#[test]
fn the_header_is_read() {
    let message = parse(
        "<ToUserName><![CDATA[toUser]]></ToUserName><FromUserName><![CDATA[fromUser]]></FromUserName>\
         <CreateTime>1348831860</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[this is a test]]></Content><MsgId>1234567890123456</MsgId><AgentID>1</AgentID>",
    );
    assert_eq!(message.from, "fromUser");
    assert_eq!(message.to, "toUser");
    assert_eq!(message.created, 1_348_831_860);
    assert!(
        message
            .id
            .as_ref()
            .is_some_and(|id| *id == "1234567890123456")
    );
    assert_eq!(message.agent.map(|agent| agent.0), Some(1));
    assert_eq!(message.text(), Some("this is a test"));

    let bare = parse("");
    assert_eq!((bare.from.as_str(), &*bare.to, bare.created), ("", "", 0));
    assert_eq!((&bare.id, bare.agent, bare.text()), (&None, None, None));
    assert!(
        parse("<MsgType>voice</MsgType><MediaId>m</MediaId>")
            .media_id()
            .is_some_and(|id| *id == "m")
    );
}

#[test]
fn the_header_may_be_odd() {
    for (elements, id, agent, created) in [
        ("<MsgId> 1 </MsgId>", Some("1"), None, 0),
        ("<MsgId/>", None, None, 0),
        (
            "<MsgId>49d72d67_1555684067</MsgId>",
            Some("49d72d67_1555684067"),
            None,
            0,
        ),
        (
            "<MsgId>18446744073709551615</MsgId>",
            Some("18446744073709551615"),
            None,
            0,
        ),
        ("<AgentID><![CDATA[218]]></AgentID>", None, Some(218), 0),
        ("<AgentID></AgentID>", None, None, 0),
        ("<AgentID>x</AgentID>", None, None, 0),
        ("<AgentID>99999999999999999999</AgentID>", None, None, 0),
        // The example of taskcard_click spells it so.
        ("<AgentId>1</AgentId>", None, Some(1), 0),
        ("<CreateTime> 1 </CreateTime>", None, None, 1),
        ("<CreateTime>soon</CreateTime>", None, None, 0),
        (
            "<CreateTime>99999999999999999999</CreateTime>",
            None,
            None,
            0,
        ),
        ("<TimeStamp>7</TimeStamp>", None, None, 7),
        (
            "<CreateTime>1</CreateTime><TimeStamp>7</TimeStamp>",
            None,
            None,
            1,
        ),
    ] {
        let message = parse(elements);
        assert_eq!(message.id, id.map(Into::into), "{elements}");
        assert_eq!(message.agent.map(|agent| agent.0), agent, "{elements}");
        assert_eq!(message.created, created, "{elements}");
    }
}

#[test]
fn identifiers_and_numbers_are_read_without_the_white_space_around_them() {
    for (before, after) in [
        ("\n  <![CDATA[", "]]>\n"),
        ("<![CDATA[ ", "\n]]>"),
        ("\r\n\t", " "),
    ] {
        let parse = |elements: &[(&str, &str)]| {
            let element =
                |(name, text): &(&str, &str)| format!("<{name}>{before}{text}{after}</{name}>");
            parse(&elements.iter().map(element).collect::<String>())
        };
        let header = [
            ("ToUserName", "corp"),
            ("FromUserName", "zhangsan"),
            ("CreateTime", "1348831860"),
            ("MsgId", "77"),
            ("AgentID", "3"),
        ];
        let of = |rest: &[(&str, &str)]| parse(&[&header, rest].concat());
        let text = of(&[("MsgType", "text"), ("Content", "hi")]);
        assert_eq!((text.msg_type(), text.to.as_str()), ("text", "corp"));
        assert_eq!(text.from, "zhangsan");
        assert_eq!(text.created, 1_348_831_860);
        assert_eq!(text.id.as_ref().map(easy_wechat::MsgId::as_str), Some("77"));
        assert_eq!(text.agent.map(|agent| agent.0), Some(3));
        assert_eq!(text.text().map(str::trim), Some("hi"));
        if before.starts_with('\n') {
            assert_eq!(text.text(), Some("hi"), "layout is no text");
        }
        let image = of(&[
            ("MsgType", "image"),
            ("MediaId", "m-1"),
            ("PicUrl", "http://a.test/"),
        ]);
        assert_eq!(
            image.media_id().map(easy_wechat::MediaId::as_str),
            Some("m-1")
        );
        let place = of(&[
            ("MsgType", "location"),
            ("Location_X", "1.5"),
            ("Location_Y", "2"),
        ]);
        assert!(matches!(place.kind, MessageKind::Location { latitude, .. } if latitude > 1.4));
        let click = of(&[
            ("MsgType", "event"),
            ("Event", "CLICK"),
            ("EventKey", "menu-1"),
        ]);
        assert_eq!(click.event_name(), Some("CLICK"));
        assert!(matches!(click.event(), Some(Event::Click { key }) if key == "menu-1"));
        let ticket = of(&[
            ("InfoType", "suite_ticket"),
            ("SuiteId", "s"),
            ("SuiteTicket", "t"),
        ]);
        assert!(ticket.is_suite_instruction());
        assert!(
            matches!(ticket.event(), Some(Event::SuiteTicket { suite_id, .. }) if suite_id == "s")
        );
        let changed = of(&[
            ("MsgType", "event"),
            ("Event", "change_contact"),
            ("ChangeType", "delete_user"),
            ("UserID", "lisi"),
        ]);
        let Some(Event::ChangeContact(ContactChange::DeleteUser { user_id })) = changed.event()
        else {
            panic!("{changed:?}");
        };
        assert_eq!(*user_id, "lisi");
    }
}

#[test]
fn a_place_without_numbers_is_none() {
    for (x, y) in [
        ("", "1"),
        ("1", ""),
        ("north", "1"),
        ("1,5", "1"),
        ("1", "NaN"),
        ("inf", "1"),
        ("1", "-infinity"),
        ("1e999", "1"),
    ] {
        let place = format!("<Location_X>{x}</Location_X><Location_Y>{y}</Location_Y>");
        let message = format!("<MsgType>location</MsgType>{place}");
        check(&message, "Unknown { msg_type: \"location\" }");
        assert_eq!(
            parse(&message).get("Location_X"),
            Some(x),
            "what came can still be read"
        );
        for (event, elements) in [
            (
                "location_select",
                format!("<SendLocationInfo>{place}</SendLocationInfo>"),
            ),
            (
                "LOCATION",
                format!("<Latitude>{x}</Latitude><Longitude>{y}</Longitude>"),
            ),
        ] {
            let elements = format!("<MsgType>event</MsgType><Event>{event}</Event>{elements}");
            check(&elements, &format!("Event(Unknown {{ name: {event:?} }})"));
        }
    }
    let place = "<MsgType>location</MsgType><Location_X> -1.5 </Location_X>";
    check(place, "Unknown { msg_type: \"location\" }");
    check(
        &format!("{place}<Location_Y>+180</Location_Y><Scale>x</Scale>"),
        "Location { latitude: -1.5, longitude: 180.0, scale: 0, label: \"\" }",
    );
    check(
        "<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>1</Latitude><Longitude>2</Longitude>\
         <Precision>NaN</Precision>",
        "Event(Location { latitude: 1.0, longitude: 2.0, precision: 0.0 })",
    );
}

#[test]
fn what_a_type_leaves_out_can_be_read_by_name() {
    let message = parse(
        "<FromUserName>sys</FromUserName><MsgType>event</MsgType><Event>change_contact</Event>\
         <ChangeType>create_user</ChangeType><UserID>zhangsan</UserID><MainDepartment>1</MainDepartment><ExtAttr>\
         <Item><Name>爱好</Name><Type>0</Type><Text><Value>旅游</Value></Text></Item>\
         <Item><Name>卡号</Name><Type>1</Type><Web><Title>企业微信</Title></Web></Item></ExtAttr>",
    );
    let event = message.event().expect("an event");
    assert!(matches!(
        event,
        Event::ChangeContact(ContactChange::CreateUser { .. })
    ));
    assert_eq!(
        (message.agent, message.get("MainDepartment")),
        (None, Some("1"))
    );
    assert_eq!(message.get("ExtAttr/Item/Text/Value"), Some("旅游"));
    assert_eq!(texts(&message, "ExtAttr/Item/Name"), ["爱好", "卡号"]);
}

#[test]
fn what_is_unknown_keeps_everything() {
    for (elements, expected) in [
        (
            "<MsgType>Brand_New</MsgType>",
            "Unknown { msg_type: \"Brand_New\" }",
        ),
        ("", "Unknown { msg_type: \"\" }"),
        ("<MsgType/>", "Unknown { msg_type: \"\" }"),
        (
            "<MsgType>event</MsgType><Event>Brand_New</Event>",
            "Event(Unknown { name: \"Brand_New\" })",
        ),
        ("<MsgType>event</MsgType>", "Event(Unknown { name: \"\" })"),
    ] {
        let message = parse(&format!(
            "{elements}<A>1</A><L><I>x</I><I><J>y</J></I></L><A>2</A><E/>"
        ));
        assert_eq!(format!("{:?}", message.kind), expected);
        let texts_of = ["A", "L/I", "L/I/J", "E"].map(|path| message.get(path));
        assert_eq!(texts_of, [Some("1"), Some("x"), Some("y"), Some("")]);
        assert_eq!(texts(&message, "A"), ["1", "2"]);
        assert_eq!(texts(&message, "L/I"), ["x", ""]);
        let names = message.fields().iter().map(Field::name).collect::<Vec<_>>();
        assert!(names.ends_with(&["A", "L", "A", "E"]), "{names:?}");
        let printed = format!("{:?}", message.fields());
        let expected = r#""A": "1", "L": {"I": "x", "I": {"J": "y"}}, "A": "2", "E": ""}"#;
        assert!(printed.ends_with(expected), "{printed}");
    }
}

#[test]
fn fields_are_equal_when_the_same_is_in_them() {
    let fields = |elements: &str| parse(elements).fields().clone();
    let one = fields("<A><B>1</B></A><C/>");
    for same in [
        "<A> <B><![CDATA[1]]></B>\n</A><C></C>",
        "<!-- --><A b='c'><B>&#49;</B></A>\r\n<C><![CDATA[]]></C>",
    ] {
        assert_eq!(fields(same), one, "{same}");
    }
    for other in [
        "<A><B>2</B></A><C/>",
        "<A><b>1</b></A><C/>",
        "<A/><B>1</B><C/>",
        "<A><B>1</B><C/></A>",
        "<C/><A><B>1</B></A>",
        "<A><B>1</B></A>",
        "<A><B>1</B></A><C/><C/>",
        "<A>1<B>1</B></A><C/>",
    ] {
        assert_ne!(fields(other), one, "{other}");
    }
}

#[test]
fn every_known_event_has_a_type() {
    let place = "<Latitude>1</Latitude><Longitude>2</Longitude><SendLocationInfo>\
        <Location_X>1</Location_X><Location_Y>2</Location_Y></SendLocationInfo>";
    for &name in Event::KNOWN {
        for written in [name.to_owned(), name.to_uppercase()] {
            for elements in [
                format!("<MsgType>event</MsgType><Event>{written}</Event>{place}"),
                format!("<InfoType>{written}</InfoType>{place}"),
            ] {
                let message = parse(&elements);
                let event = message.event().expect("an event");
                assert!(!matches!(event, Event::Unknown { .. }), "{written}");
                assert_eq!(
                    message.event_name(),
                    Some(&*written),
                    "the name stays as it was written"
                );
            }
        }
        assert_eq!(name, name.to_lowercase());
        assert_eq!(
            Event::KNOWN.iter().filter(|&&other| other == name).count(),
            1,
            "{name}"
        );
    }
    for &msg_type in MessageKind::MSG_TYPES {
        let place = "<Location_X>1</Location_X><Location_Y>2</Location_Y>";
        let message = parse(&format!("<MsgType>{msg_type}</MsgType>{place}"));
        assert!(
            !matches!(message.kind, MessageKind::Unknown { .. }),
            "{msg_type}"
        );
    }
}

#[test]
fn only_what_has_no_type_is_an_instruction_to_a_suite() {
    let event =
        parse("<MsgType>event</MsgType><Event>click</Event><InfoType>suite_ticket</InfoType>");
    assert_eq!(
        (event.is_suite_instruction(), event.event_name()),
        (false, Some("click"))
    );
    let text =
        parse("<MsgType>text</MsgType><Event>click</Event><InfoType>suite_ticket</InfoType>");
    assert_eq!(
        (text.is_suite_instruction(), text.event_name()),
        (false, None)
    );
    assert!(!parse("").is_suite_instruction());
}

/// The typed value is `expected`, as `Debug` shows it, in whatever letters the type is written.
#[track_caller]
fn check(elements: &str, expected: &str) {
    let message = parse(elements);
    assert_eq!(format!("{:?}", message.kind), expected);

    let element = ["Event", "InfoType", "MsgType"]
        .into_iter()
        .find(|path| message.get(path).is_some());
    let element = element.expect("a type");
    let name = message.get(element).expect("a type");
    let is_event = element != "MsgType";
    assert_eq!(message.event_name(), is_event.then_some(name));
    let msg_type = if is_event { "event" } else { name };
    assert!(message.msg_type().eq_ignore_ascii_case(msg_type));
    assert_eq!(message.event().is_some(), is_event);
    assert_eq!(message.is_suite_instruction(), element == "InfoType");

    let upper = name.to_uppercase();
    let again = elements.replace(
        &format!("<{element}>{name}<"),
        &format!("<{element}>{upper}<"),
    );
    assert!(
        again != elements || upper == name,
        "the type is not found in {elements}"
    );
    let expected = expected
        .replace(
            &format!("Unknown {{ msg_type: {name:?}"),
            &format!("Unknown {{ msg_type: {upper:?}"),
        )
        .replace(
            &format!("Unknown {{ name: {name:?}"),
            &format!("Unknown {{ name: {upper:?}"),
        );
    assert_eq!(format!("{:?}", parse(&again).kind), expected);
}

#[track_caller]
fn parse(elements: &str) -> Message {
    Message::parse(format!("<xml>{elements}</xml>")).expect("XML")
}

fn texts<'a>(message: &'a Message, path: &str) -> Vec<&'a str> {
    message.all(path).map(Field::text).collect()
}

//! The decrypted XML of a callback: signed and encrypted as the platform does it, then read in two ways.

use easy_wechat::xml::{Field, Fields, Limits, XmlWriter};
use easy_wechat::{Account, DeliveryKey, Message, Reply, Seal};
use easy_wechat::query::Query;

use crate::keys::{TOKEN, crypt, signed};

pub(crate) const DICTIONARY: &[&str] = &[
    "<xml>", "</xml>", "<MsgType>", "</MsgType>", "<MsgType><![CDATA[text]]></MsgType>", "<Event>", "</Event>",
    "<Content><![CDATA[", "]]></Content>", "<MsgId>1</MsgId>", "<CreateTime>1</CreateTime>",
    "<FromUserName>", "</FromUserName>", "<![CDATA[", "]]>", "]]]]><![CDATA[>", "<!--", "-->", "<!DOCTYPE a [",
    "<!ENTITY b \"c\">", "<?x ?>", "&amp;", "&#13;", "&#x1F600;", "&lol;", "\0", "\r", "\r\n", "\u{FFFD}", "😀",
    "<item>", "</item>", "<a:b/>", "<a b='c'/>", " ", "9999999999999999999999", "-1", "1e9",
];

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    arrives_as_it_was_sent(&text);
    let fields = Fields::parse(&*text);
    two_readers_agree(&text, fields.as_ref().ok());
    let message = Message::parse(&*text);
    assert_eq!(fields.as_ref().map(drop), message.as_ref().map(drop));
    let (fields, message) = match (fields, message) {
        (Ok(fields), Ok(message)) => (fields, message),
        (Err(error), _) | (_, Err(error)) => return assert!(error.to_string().len() < 500),
    };
    let length: usize = fields.iter().map(texts).sum();
    assert!(length <= text.len(), "more text than there was");
    let key = DeliveryKey::of(&message);
    // Keys are remembered by the thousand.
    assert!(key.as_str().len() <= 512, "{key}");
    let again = Message::parse(&*text).unwrap();
    assert_eq!(key, DeliveryKey::of(&again), "a re-send is the same");
    let once = written(&fields);
    let twice = written(&Fields::parse(once.as_str()).unwrap());
    // XML makes one line end of all, unless it is written as a reference.
    assert_eq!(once.replace("\r\n", "\n").replace('\r', "\n"), twice);
    if let Some(xml) = Reply::echo(message).to_xml("to", "from", 0) {
        let fields = Fields::parse(xml).unwrap();
        assert_eq!(fields.get("ToUserName"), Some("to"), "nothing broke out");
        assert_eq!(fields.all("ToUserName").count(), 1);
    }
}

fn arrives_as_it_was_sent(text: &str) {
    let seal = Seal {
        timestamp: 1,
        nonce: "2".to_owned(),
        random: [7; 16],
    };
    let body = crypt("wx".into()).encrypt_msg(text, &seal).unwrap();
    let fields = Fields::parse(body.as_str()).unwrap();
    let signature = fields.get("MsgSignature").unwrap();
    let query = format!("msg_signature={signature}&timestamp=1&nonce=2");
    let query = Query::parse(&query).unwrap();
    let account = Account::wecom(crypt("wx".into()));
    let received = account.open(&query, &body, Limits::default()).unwrap();
    assert_eq!(received.xml, text);
    // In plain mode the whole body is a stranger's.
    let signature = signed([TOKEN, "1", "2"]);
    let query = format!("signature={signature}&timestamp=1&nonce=2");
    let query = Query::parse(&query).unwrap();
    let account = Account::plain_official_account(TOKEN).unwrap();
    if let Ok(received) = account.open(&query, text, Limits::default()) {
        assert_eq!(received.xml, text);
    }
}

/// A comment before the root is read over, and keeps the quick reader from it.
fn two_readers_agree(text: &str, fields: Option<&Fields>) {
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    if start.starts_with("<?") || text.starts_with('\u{FEFF}') {
        return;
    }
    let slowly = Fields::parse(format!("<!---->{text}")).ok();
    assert_eq!(fields.map(written), slowly.as_ref().map(written));
}

fn texts(field: Field<'_>) -> usize {
    field.text().len() + field.children().map(texts).sum::<usize>()
}

fn written(fields: &Fields) -> String {
    let mut xml = XmlWriter::new();
    xml.element("xml", |xml| {
        for field in fields.iter() {
            write(xml, field);
        }
    });
    xml.finish()
}

fn write(xml: &mut XmlWriter, field: Field<'_>) {
    if field.children().next().is_none() {
        return xml.text(field.name(), field.text());
    }
    xml.element(field.name(), |xml| {
        for child in field.children() {
            write(xml, child);
        }
    });
}

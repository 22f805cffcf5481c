//! XML that the platform never sends, and XML that it might.

use easy_wechat::Message;
use easy_wechat::crypt::{Envelope, EnvelopeError};
use easy_wechat::xml::{Fields, Limits, XmlError};

const BILLION_LAUGHS: &str = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;">]><xml><Content>&lol2;</Content></xml>"#;
const FOREIGN_FILE: &str = r#"<!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><xml><Content>&xxe;</Content></xml>"#;

#[test]
fn what_the_platform_never_sends_is_refused() {
    #[rustfmt::skip]
    let cases = [
        ("billion laughs", BILLION_LAUGHS, DTD),
        ("a foreign file", FOREIGN_FILE, DTD),
        ("a DTD from elsewhere", r#"<!DOCTYPE xml SYSTEM "http://evil.example/x.dtd"><xml/>"#, DTD),
        ("a DTD in small letters", "<!doctype xml><xml/>", DTD),
        ("an empty DTD", "<!DOCTYPE xml><xml/>", DTD),
        ("a DTD behind the root", "<xml/><!DOCTYPE xml>", DTD),
        ("a DTD inside the root", "<xml><!DOCTYPE xml></xml>", DTD),
        ("a stray < in text", "<xml><A>a < b</A></xml>", MALFORMED),
        ("nothing", "", NO_ROOT),
        ("white space", " \r\n\t ", NO_ROOT),
        ("only a byte order mark", "\u{FEFF}", NO_ROOT),
        ("only text", "hello", NO_ROOT),
        ("only CDATA", "<![CDATA[hello]]>", NO_ROOT),
        ("only an entity", "&amp;", NO_ROOT),
        ("only a declaration", "<?xml version=\"1.0\"?>", NO_ROOT),
        ("only a comment", "<!-- <xml/> -->", NO_ROOT),
        ("text before the root", "success<xml/>", NO_ROOT),
        ("JSON", r#"{"ToUserName":"gh_1","Encrypt":"x"}"#, JSON),
        ("JSON behind white space", "\r\n  {}", JSON),
        ("JSON behind a byte order mark", "\u{FEFF}{}", JSON),
        ("two roots", "<xml/><xml/>", TWO_ROOTS),
        ("two full roots", "<xml><A>1</A></xml><xml><A>2</A></xml>", TWO_ROOTS),
        ("text behind the root", "<xml></xml>success", TWO_ROOTS),
        ("CDATA behind the root", "<xml/><![CDATA[x]]>", TWO_ROOTS),
        ("an entity behind the root", "<xml/>&lt;", TWO_ROOTS),
        ("JSON behind the root", "<xml/>{}", TWO_ROOTS),
        ("an open root", "<xml>", MALFORMED),
        ("an open element", "<xml><A></xml>", MALFORMED),
        ("an open tag", "<xml><A", MALFORMED),
        ("an open CDATA", "<xml><A><![CDATA[x</A></xml>", MALFORMED),
        ("an open comment", "<xml><!-- </xml>", MALFORMED),
        ("only the end", "</xml>", MALFORMED),
        ("one end too many", "<xml/></xml>", MALFORMED),
        ("ends that cross", "<xml><A><B></A></B></xml>", MALFORMED),
        ("an end in other letters", "<xml><A></a></xml>", MALFORMED),
        ("no name", "<xml><></></xml>", MALFORMED),
        ("a space before the name", "<xml>< A></A></xml>", MALFORMED),
        ("a slash as a name", "<xml><<//></xml>", MALFORMED),
        ("a slash in a name", "<xml><A/B></A/B></xml>", MALFORMED),
        ("a < in a name", "<xml><A<B></A<B></xml>", MALFORMED),
        ("a quote in a name", "<xml><A'></A'></xml>", MALFORMED),
        ("a number as a name", "<xml><1></1></xml>", MALFORMED),
        ("a name with a dash before it", "<xml><-A></-A></xml>", MALFORMED),
    ];
    for (name, xml, expected) in cases {
        check(name, xml, Limits::default(), &Err(expected));
    }
}

#[test]
fn what_costs_too_much_is_refused() {
    let limits = |max_bytes, max_depth, max_elements| Limits {
        max_bytes,
        max_depth,
        max_elements,
    };
    let standard = limits(1 << 20, 32, 10_000);
    assert_eq!(standard, Limits::default());
    let deep = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
    let many = |elements: usize| format!("<a>{}</a>", "<b/>".repeat(elements - 1));
    let long = |bytes: usize| format!("<a>{}</a>", "x".repeat(bytes - 7));
    let least = || "<a/>".to_owned();
    let too_large = |of, limit| Err(XmlError::TooLarge { of, limit });
    #[rustfmt::skip]
    let cases = [
        ("32 deep", deep(32), standard, Ok(())),
        ("33 deep", deep(33), standard, too_large("levels", 32)),
        ("10,000 deep", deep(10_000), standard, too_large("levels", 32)),
        ("deep and never closed", "<a>".repeat(100_000), standard, too_large("levels", 32)),
        ("deep where it may be", deep(10_000), limits(1 << 20, 10_000, 10_000), Ok(())),
        ("10,000 elements", many(10_000), standard, Ok(())),
        ("10,001 elements", many(10_001), standard, too_large("elements", 10_000)),
        ("1 MiB", long(1 << 20), standard, Ok(())),
        ("1 MiB and a byte", long((1 << 20) + 1), standard, too_large("bytes", 1 << 20)),
        ("10 MB", long(10 << 20), standard, too_large("bytes", 1 << 20)),
        ("10 MB of white space", " ".repeat(10 << 20), standard, too_large("bytes", 1 << 20)),
        ("10 MB where it may be", long(10 << 20), limits(10 << 20, 1, 1), Ok(())),
        ("just enough", least(), limits(4, 1, 1), Ok(())),
        ("a byte too many", least(), limits(3, 1, 1), too_large("bytes", 3)),
        ("no level", least(), limits(4, 0, 1), too_large("levels", 0)),
        ("no element", least(), limits(4, 1, 0), too_large("elements", 0)),
    ];
    for (name, xml, limits, expected) in cases {
        check(name, &xml, limits, &expected);
    }
}

#[test]
fn what_the_platform_might_send_is_read() {
    #[rustfmt::skip]
    let cases: [(&str, &str, Texts<'_>); 35] = [
        ("a byte order mark", "\u{FEFF}<xml><A>1</A></xml>", &[("A", "1")]),
        ("a mark and a declaration", "\u{FEFF}<?xml version=\"1.0\"?><xml><A>1</A></xml>", &[("A", "1")]),
        ("a byte order mark in the text", "<xml><A>\u{FEFF}1</A></xml>", &[("A", "\u{FEFF}1")]),
        ("a declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><A>1</A></xml>", &[("A", "1")]),
        ("a declaration that lies", "<?xml version='1.0' encoding='GBK'?><xml><A>你</A></xml>", &[("A", "你")]),
        ("white space around", " \r\n<xml> <A>1</A>\t</xml>\n\n", &[("A", "1")]),
        ("white space in tags", "<xml ><A\n>1</A ></xml\t>", &[("A", "1")]),
        ("white space in the text stays", "<xml><A> 1 </A><B><![CDATA[ 2 ]]></B></xml>", &[("A", " 1 "), ("B", " 2 ")]),
        ("a processing instruction", "<xml><?php echo 1 ?><A>1</A></xml>", &[("A", "1")]),
        ("comments", "<!-- a --><xml><!-- <A>0</A> --><A>1<!-- & -->2</A></xml><!-- b -->", &[("A", "12")]),
        ("attributes", "<xml v=\"1\"><A a='<' b=\"&x;\" c>1</A></xml>", &[("A", "1")]),
        ("CRLF", "<xml>\r\n<A>a\r\nb\rc\nd</A>\r\n</xml>", &[("A", "a\nb\nc\nd")]),
        ("CRLF in CDATA", "<xml><A><![CDATA[a\r\nb\r\rc]]></A></xml>", &[("A", "a\nb\n\nc")]),
        ("CR by number", "<xml><A>a&#13;&#10;b</A></xml>", &[("A", "a\r\nb")]),
        ("CDATA", "<xml><A><![CDATA[<b>&amp;</b>]]></A></xml>", &[("A", "<b>&amp;</b>")]),
        ("adjacent CDATA", "<xml><A><![CDATA[1]]><![CDATA[2]]><![CDATA[3]]></A></xml>", &[("A", "123")]),
        ("CDATA and text", "<xml><A>1<![CDATA[2]]>3&lt;<![CDATA[4]]></A></xml>", &[("A", "123<4")]),
        ("empty CDATA", "<xml><A><![CDATA[]]></A><B><![CDATA[]]>1<![CDATA[]]></B></xml>", &[("A", ""), ("B", "1")]),
        ("CDATA split around its own end", "<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>", &[("A", "a]]>b")]),
        ("brackets in CDATA", "<xml><A><![CDATA[[[1]]]]></A><B><![CDATA[]]]></B></xml>", &[("A", "[[1]]"), ("B", "]")]),
        ("the five entities", "<xml><A>&lt;&gt;&amp;&quot;&apos;</A></xml>", &[("A", "<>&\"'")]),
        ("no entity twice", "<xml><A>&amp;lt;</A></xml>", &[("A", "&lt;")]),
        ("characters by number", "<xml><A>&#20320;&#x597d;&#x1F600;</A></xml>", &[("A", "你好😀")]),
        ("Chinese", "<xml><A>广州市海珠区</A></xml>", &[("A", "广州市海珠区")]),
        ("empty elements", "<xml><A/><B></B><C /></xml>", &[("A", ""), ("B", ""), ("C", "")]),
        ("an empty root", "<xml/>", &[]),
        ("another root", "<Root><A>1</A></Root>", &[("A", "1")]),
        ("names with a prefix", "<w:xml xmlns:w='urn:w'><w:A>1</w:A></w:xml>", &[("w:A", "1")]),
        ("names of all kinds", "<xml><_a.b-c:d9>1</_a.b-c:d9></xml>", &[("_a.b-c:d9", "1")]),
        ("Chinese names", "<xml><名>1</名></xml>", &[("名", "1")]),
        ("the first of two", "<xml><A>1</A><A>2</A></xml>", &[("A", "1")]),
        ("the first that is deep enough", "<xml><A/><A><B>2</B></A></xml>", &[("A", ""), ("A/B", "2")]),
        ("the same name inside itself", "<xml><A><A>2</A></A></xml>", &[("A", ""), ("A/A", "2")]),
        ("text before children", "<xml><A>1<B>2</B>3</A></xml>", &[("A", "1"), ("A/B", "2")]),
        ("other letters are another name", "<xml><a>1</a><A>2</A></xml>", &[("A", "2"), ("a", "1")]),
    ];
    for (name, xml, expected) in cases {
        check(name, xml, Limits::default(), &Ok(()));
        let fields = Fields::parse(xml).expect(name);
        for &(path, text) in expected {
            assert_eq!(fields.get(path), Some(text), "{name}: {path}");
        }
        for path in ["", "/", "A/", "/A", "Z", "A/Z", "xml"] {
            assert_eq!(fields.get(path), None, "{name}: {path}");
        }
    }
}

#[test]
fn a_broken_character_costs_itself_and_not_the_message() {
    #[rustfmt::skip]
    let cases = [
        ("an entity without a DTD", "a&lol;b", "a&lol;b"),
        ("an entity of HTML", "a&nbsp;b", "a&nbsp;b"),
        ("an entity in capitals", "a&AMP;b", "a&AMP;b"),
        ("a stray &", "a & b", "a & b"),
        ("a query", "http://a.test/?a=1&b=2&c=3", "http://a.test/?a=1&b=2&c=3"),
        ("a stray & at the end", "a&", "a&"),
        ("only &", "&", "&"),
        ("& and a reference", "a && b &amp; c", "a && b & c"),
        ("& before CDATA", "a &<![CDATA[b]]>", "a &b"),
        ("NUL", "a\0b", "a\u{FFFD}b"),
        ("NUL in CDATA", "<![CDATA[a\0b]]>", "a\u{FFFD}b"),
        ("NUL by number", "a&#0;b", "a\u{FFFD}b"),
        ("NUL by hexadecimal number", "a&#x0;b", "a\u{FFFD}b"),
        ("NUL by long number", "a&#0000;b", "a\u{FFFD}b"),
        ("no character", "a&#;b", "a\u{FFFD}b"),
        ("no number", "a&#xyz;b", "a\u{FFFD}b"),
        ("a negative character", "a&#-1;b", "a\u{FFFD}b"),
        ("half a surrogate pair", "a&#xD800;b", "a\u{FFFD}b"),
        ("the other half", "a&#56832;b", "a\u{FFFD}b"),
        ("beyond Unicode", "a&#x110000;b", "a\u{FFFD}b"),
        ("far beyond Unicode", "a&#99999999999999999999;b", "a\u{FFFD}b"),
        ("no character of XML", "a&#xFFFE;\u{FFFF}b", "a\u{FFFE}\u{FFFF}b"),
        ("control characters", "a\u{1}&#2;\u{1F}b", "a\u{1}\u{2}\u{1F}b"),
    ];
    for (name, inside, expected) in cases {
        let xml = format!("<xml><A>1</A><Content>{inside}</Content><B>2</B></xml>");
        check(name, &xml, Limits::default(), &Ok(()));
        let fields = Fields::parse(xml).expect(name);
        assert_eq!(fields.get("Content"), Some(expected), "{name}");
        assert_eq!(fields.get("A"), Some("1"), "{name}");
        assert_eq!(fields.get("B"), Some("2"), "{name}");
    }
    for behind in ["<xml><A>1</A></xml>\0", "\0<xml><A>1</A></xml>\n\0\0"] {
        let fields = Fields::parse(behind).expect("NUL around the root");
        assert_eq!(fields.get("A"), Some("1"));
    }
}

#[test]
fn white_space_around_cdata_is_layout() {
    #[rustfmt::skip]
    let cases = [
        ("\n  <![CDATA[text]]>\n", "text"),
        ("\r\n\t<![CDATA[ text ]]> ", " text "),
        ("<![CDATA[text]]>\n", "text"),
        ("\n<![CDATA[text]]>", "text"),
        (" <![CDATA[]]> ", ""),
        (" <![CDATA[ ]]> ", " "),
        (" <![CDATA[a]]> <![CDATA[b]]> ", "ab"),
        (" <!-- --> <![CDATA[a]]> <!-- --> ", "a"),
        ("<![CDATA[a]]> b ", "a b "),
        ("a <![CDATA[b]]>", "a b"),
        ("<![CDATA[a]]> &amp; b", "a & b"),
        (" bare ", " bare "),
    ];
    for (inside, expected) in cases {
        let xml = format!("<xml><Content>{inside}</Content><L><I>{inside}</I></L></xml>");
        let fields = Fields::parse(xml).expect(inside);
        assert_eq!(fields.get("Content"), Some(expected), "{inside:?}");
        assert_eq!(fields.get("L/I"), Some(expected), "{inside:?}");
    }
}

#[test]
fn an_envelope_has_one_ciphertext() {
    let no_encrypt = || Err(EnvelopeError::NoEncrypt);
    let repeated = || Err(EnvelopeError::RepeatedEncrypt);
    #[rustfmt::skip]
    let cases = [
        ("CDATA", "<xml><Encrypt><![CDATA[abc=]]></Encrypt></xml>", Ok("abc=")),
        ("text", "<xml><Encrypt>abc=</Encrypt></xml>", Ok("abc=")),
        ("white space", "<xml><Encrypt>\n <![CDATA[ abc= ]]>\r\n</Encrypt></xml>", Ok("abc=")),
        ("in pieces", "<xml><Encrypt>ab<!-- -->c&#61;</Encrypt></xml>", Ok("abc=")),
        ("a byte order mark", "\u{FEFF}<xml><Encrypt>abc=</Encrypt></xml>", Ok("abc=")),
        ("behind others", "<xml><ToUserName>w</ToUserName><AgentID/><Encrypt>abc=</Encrypt></xml>", Ok("abc=")),
        ("none", "<xml><ToUserName>w</ToUserName></xml>", no_encrypt()),
        ("an empty one", "<xml><Encrypt><![CDATA[]]></Encrypt></xml>", no_encrypt()),
        ("white space alone", "<xml><Encrypt> \n </Encrypt></xml>", no_encrypt()),
        ("in small letters", "<xml><encrypt>abc=</encrypt></xml>", no_encrypt()),
        ("too deep", "<xml><A><Encrypt>abc=</Encrypt></A></xml>", no_encrypt()),
        ("as the root", "<Encrypt>abc=</Encrypt>", no_encrypt()),
        ("two", "<xml><Encrypt>abc=</Encrypt><Encrypt>def=</Encrypt></xml>", repeated()),
        ("an empty second", "<xml><Encrypt>abc=</Encrypt><Encrypt/></xml>", repeated()),
        ("an empty first", "<xml><Encrypt/><Encrypt>abc=</Encrypt></xml>", repeated()),
    ];
    for (name, body, expected) in cases {
        let found = Envelope::parse(body).map(|envelope| envelope.encrypt);
        assert_eq!(found.as_deref(), expected.as_ref().copied(), "{name}");
    }
    let envelope = "<xml><AgentID><![CDATA[218]]></AgentID><Encrypt>abc=</Encrypt><ToUserName>wx5823</ToUserName></xml>";
    let envelope = Envelope::parse(envelope).expect("an envelope");
    assert_eq!(
        (&*envelope.to_user_name, &*envelope.agent_id),
        ("wx5823", "218")
    );
}

#[test]
fn a_refusal_is_short_however_long_the_name_it_quotes() {
    let xml = format!("<xml><a></{}></xml>", "x".repeat(100_000));
    let error = Fields::parse(xml).expect_err("mismatched");
    assert!(error.to_string().len() < 300, "{error}");
}

/// Every reader of XML takes `xml`, or refuses it, for the same reason.
#[track_caller]
fn check(name: &str, xml: &str, limits: Limits, expected: &Result<(), XmlError>) {
    let same = |error| match error {
        XmlError::Malformed { at, what } => {
            assert!(
                at <= xml.len() as u64 && !what.is_empty(),
                "{name}: {what:?} at {at}"
            );
            MALFORMED
        }
        other => other,
    };
    let fields = Fields::parse_within(xml, limits).map(drop).map_err(same);
    assert_eq!(&fields, expected, "{name}");
    let message = Message::parse_within(xml, limits).map(drop).map_err(same);
    assert_eq!(&message, expected, "{name}, as a message");
    let envelope = match Envelope::parse_within(xml, limits) {
        Err(EnvelopeError::Xml(error)) => Err(same(error)),
        _ => Ok(()),
    };
    assert_eq!(&envelope, expected, "{name}, as an envelope");
}

/// Paths, and the texts that stand there.
type Texts<'a> = &'a [(&'a str, &'a str)];

const DTD: XmlError = XmlError::Dtd;
const NO_ROOT: XmlError = XmlError::NoRoot { json: false };
const JSON: XmlError = XmlError::NoRoot { json: true };
const TWO_ROOTS: XmlError = XmlError::TwoRoots;
/// Where and what is not compared.
const MALFORMED: XmlError = XmlError::Malformed {
    at: 0,
    what: String::new(),
};

//! The cases of `easy_wechat/test/test_wechat.py` in FinalTheory/EasyWeChat.

use crate::child::Echo;
use crate::platform::{Platform, element};
use crate::wire::Request;
use crate::{CORPID, KEY};

#[test]
fn the_recorded_text_is_answered_with_the_same_text() {
    let echo = Echo::start();
    let answer = echo.call(&text());
    assert_eq!(answer.status, 200);
    let xml = Platform::wecom().open(&answer);
    assert_eq!(element(&xml, "ToUserName"), Some("FinalTheory"));
    assert_eq!(element(&xml, "FromUserName"), Some(CORPID));
    assert_eq!(element(&xml, "MsgType"), Some("text"));
    assert_eq!(element(&xml, "Content"), Some("测试"));
    // The platform sends it again: the same answer.
    assert_eq!(
        Platform::wecom().said(&echo.call(&text())).as_deref(),
        Some("测试")
    );
}

#[test]
fn the_recorded_echostr_is_verified() {
    let echo = Echo::of(&format!(
        "[system]\nmax_callback_age = 0\n[demo]\ncorpid = {CORPID}\nappid = 0\n\
         token = 8wdYqOgJWQlFRE13FaBAUOU2FxXVtGr\nencoding_aes_key = {KEY}\n"
    ));
    let answer = echo.call(&echostr());
    assert_eq!((answer.status, answer.text()), (200, "3526188745834360299"));
    let wrong = echostr().with("msg_signature", "fa5e779b1eeb709358f9742db4704ff932754a46");
    assert_eq!(echo.call(&wrong).status, 403);
}

#[test]
fn wrong_parameters_and_other_methods_are_refused() {
    let echo = Echo::start();
    for (what, request, status) in [
        ("the echostr of another token", echostr(), 403),
        (
            "a GET without parameters",
            Request::new("GET", "/weixin"),
            400,
        ),
        (
            "a GET of words",
            echostr().with("msg_signature", "a").with("timestamp", "b"),
            403,
        ),
        (
            "a POST without parameters",
            text().without("msg_signature"),
            400,
        ),
        (
            "a POST with another signature",
            text().with("msg_signature", &"0".repeat(40)),
            400,
        ),
        ("a POST with another nonce", text().with("nonce", "1"), 400),
        ("a POST without a body", text().with_body(""), 400),
        ("a PUT", text().by("PUT"), 405),
        ("a DELETE", text().by("DELETE"), 405),
        ("a HEAD without echostr", text().by("HEAD"), 400),
        ("an OPTIONS", text().by("OPTIONS"), 405),
        ("another path", text().to("/"), 404),
    ] {
        let answer = echo.call(&request);
        assert_eq!((answer.status, answer.text()), (status, ""), "{what}");
    }
}

/// A callback of 2015.
pub(crate) fn text() -> Request {
    Request::new("POST", "/weixin")
        .with("msg_signature", "3483710b6ece7efff2dfcebb8aa258347eea6313")
        .with("timestamp", "1450092658")
        .with("nonce", "2095700682")
        .with_body(format!(
            "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName>\n<Encrypt><![CDATA[{ENCRYPT}]]></Encrypt>\n\
             <AgentID><![CDATA[2]]></AgentID>\n</xml>"
        ))
}

fn echostr() -> Request {
    let echostr =
        "JJbZng5xDFUaE4UhtGVct3ksIzuIeh2Hik4Jf+HtuJPppSyv7gaNY/plvblHZRe1JVMv3XGj9fST8ppx62lArQ==";
    Request::new("GET", "/weixin")
        .with("msg_signature", "fa5e779b1eeb709358f9742db4704ff932754a45")
        .with("timestamp", "1450093931")
        .with("nonce", "112775")
        .with("echostr", echostr)
}

const ENCRYPT: &str = "OoM+8tz/6B7iGq55mU5PoP6u9w4iJW2BP/L8MWMRGMGll3kue5NRtkqPcOwUVdyFTWsaqUYvFXm0k7WVTt5d1ixBCb8FupfKP3eIar7ZPqwf7CYlXFT/vxUkO/y12LNr7LOJzxe2hKDwBMyZ/SJEo0OYuit8BzfiyvlBv300lnqDUnGvOumfp25i3WVxzV3FulKg/8VvAbqTBhiTUL3oRHxbBCIth6HlrNlrT4ePVz0Azkh++hRL57IRHU+FTTFz9wLjnyhmAgd8ka/j/SMrGtF0SiIGTjbzdWViKI8Jmpzox1N4ggBoABmbZTAHqgZZIKsKwVFnmZg+4kGbqDff+BuHqGzyuIVzfORJNTHT8sS8GmeODAJeO+9HtR6lOO981tlsvfWgYAsfGyzMxRh1gxTEWBfqz6PA1unAlfLUNjr54Q0aJOwP2ELqQnMYFgggSGqoe638SISc3bLlervxdw==";

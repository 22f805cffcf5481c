//! The hot list of Zhihu, in both of its forms and in none.

use std::net::TcpListener;
use std::time::Duration;

use easy_wechat::store::MemoryStore;
use easy_wechat::{Clock, Secret, Timestamp};
use morning_push::zhihu::{Question, Zhihu, ZhihuError, articles, parse};

use crate::page::Page;

pub(crate) const WEB: &str = include_str!("../fixtures/zhihu_hot_2018-11-15.json");
const API: &str = include_str!("../fixtures/zhihu_hot_total_made_up.json");

#[test]
fn both_forms_are_read() {
    let web = parse(WEB.as_bytes()).unwrap();
    assert_eq!(web.len(), 2);
    assert_eq!(web[0].title, "人人网被多牛传媒并购，对其后续发展有何影响？");
    assert_eq!(web[0].url, "https://www.zhihu.com/question/302347850");
    assert_eq!(web[0].heat, "617 万热度");
    assert!(
        web[0].image.starts_with("https://pic3.zhimg.com/50/")
            && web[0].excerpt.starts_with("多牛旗下")
    );

    let api = parse(API.as_bytes()).unwrap();
    let expected = Question {
        title: "有哪些适合早上读的书？".to_owned(),
        url: "https://www.zhihu.com/question/302347850".to_owned(),
        excerpt: "早起之后， 读什么好？".to_owned(),
        image: "https://pic3.zhimg.com/50/v2-4201aa2f.jpg".to_owned(),
        heat: "622 万热度".to_owned(),
    };
    assert_eq!(api[0], expected);
    let titles: Vec<&str> = api.iter().map(|it| it.title.as_str()).collect();
    let questions = [
        "有哪些适合早上读的书？",
        "名声在外, 本地却没有的食物?",
        "图片地址不对的问题",
    ];
    assert_eq!(titles, questions, "answers and articles are left out");
    assert_eq!(api[2].image, "", "no picture of a strange scheme");
}

#[test]
fn what_is_no_list_is_told_apart() {
    for (body, what) in [
        ("", "nothing"),
        ("  <!DOCTYPE html><html>安全验证</html>", "HTML"),
        ("rubbish", "no JSON"),
        ("{\"data\":", "no JSON"),
        ("{}", "another form"),
        (r#"{"data": {"a": 1}}"#, "another form"),
        (
            r#"{"error":{"code":100,"message":"请登录"}}"#,
            "another form",
        ),
        (r#"{"data": []}"#, "without questions"),
        (
            r#"{"data": [null, 1, "a", {"target": {"title": 7}}]}"#,
            "without questions",
        ),
        (
            r#"{"data": [{"target": {"title": "a", "url": "https://evil.example/x"}}]}"#,
            "without questions",
        ),
        (
            r#"{"data": [{"target": {"title": "a", "url": "https://x/question/1/answer/2?a=1"}}]}"#,
            "without questions",
        ),
    ] {
        let error = parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(what), "{body}: {error}");
    }
}

/// Links for sharing have something behind the number.
#[test]
fn an_address_with_a_query_is_a_question_still() {
    let id = "1950000000000000001";
    for behind in [
        "",
        "/",
        "?utm_source=hot",
        "/?a=/b/2#c",
        "#top",
        "?a=1&b=question/7",
    ] {
        for path in ["question", "questions"] {
            let url = format!("https://www.zhihu.com/{path}/{id}{behind}");
            let body = format!(r#"{{"data": [{{"target": {{"title": "a", "url": "{url}"}}}}]}}"#);
            let found = parse(body.as_bytes()).unwrap();
            assert_eq!(found[0].url, format!("https://www.zhihu.com/question/{id}"));
        }
    }
}

#[test]
fn articles_are_within_the_limits_of_the_platform() {
    let long = Question {
        title: "长".repeat(500),
        url: "https://www.zhihu.com/question/1".to_owned(),
        excerpt: "文".repeat(5000),
        image: String::new(),
        heat: "1 万热度".to_owned(),
    };
    let made = articles(&vec![long; 50], 8, Some("知乎热榜"));
    assert_eq!(made.len(), 8);
    for article in &made {
        assert!(
            article.title.len() <= 128 && article.title.ends_with("长…"),
            "{}",
            article.title
        );
        assert!(
            article.description.len() <= 512 && article.description.starts_with("1 万热度\n文")
        );
    }
    assert!(made[0].title.starts_with("知乎热榜 | 长") && made[1].title.starts_with("长"));
    assert_eq!(articles(&parse(WEB.as_bytes()).unwrap(), 8, None).len(), 2);
}

/// What is answered at both addresses, and what comes of it: the number of questions, or the error.
#[tokio::test]
async fn the_second_address_is_asked_where_the_first_gives_none() {
    let html = "<html>出错了</html>";
    for (web, api, expected) in [
        ((200, WEB), (500, ""), Ok(2)),
        ((401, r#"{"error":{}}"#), (200, API), Ok(3)),
        ((200, html), (200, API), Ok(3)),
        ((200, API), (500, ""), Ok(3)),
        (
            (401, ""),
            (401, ""),
            Err("zhihu answered 401; it may want a cookie: zhihu_cookie of the push"),
        ),
        (
            (403, ""),
            (500, ""),
            Err("zhihu answered 403; it may want a cookie: zhihu_cookie of the push"),
        ),
        ((503, html), (200, html), Err("zhihu answered 503")),
        (
            (200, html),
            (404, ""),
            Err("zhihu answered a page (HTML), not its hot list"),
        ),
        (
            (200, ""),
            (200, "{}"),
            Err("zhihu answered nothing, not its hot list"),
        ),
    ] {
        let page = Page::start(web, api);
        let found = Zhihu::new(Some(page.url()), None)
            .hot(&store(NOON), NOON)
            .await;
        let found = found
            .map(|questions| questions.len())
            .map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{web:?} {api:?}");
    }
    let huge = "x".repeat(2 * 1024 * 1024 + 1);
    let page = Page::start((200, &huge), (200, &huge));
    let error = Zhihu::new(Some(page.url()), None)
        .hot(&store(NOON), NOON)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("more than 2097152 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn it_is_asked_once_in_ten_minutes_and_with_the_cookie() {
    let page = Page::start((200, WEB), (500, ""));
    let clock = Clock::fake(NOON);
    let store = MemoryStore::new(clock.clone());
    let zhihu = Zhihu::new(Some(page.url()), Some(Secret::from("z_c0=secret")));
    for (seconds, asked) in [(0, 1), (60, 1), (539, 1), (1, 2), (10, 2)] {
        clock.advance(Duration::from_secs(seconds));
        assert_eq!(zhihu.hot(&store, clock.now()).await.unwrap().len(), 2);
        assert_eq!(page.asked().len(), asked, "{seconds} s later");
    }
    let head = page.asked()[0].to_lowercase();
    assert!(
        head.contains("cookie: z_c0=secret") && head.contains("user-agent: mozilla"),
        "{head}"
    );
    assert!(!format!("{zhihu:?}").contains("secret"), "{zhihu:?}");
}

#[tokio::test]
async fn who_does_not_listen_or_never_answers_is_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (addr, part) in [
        (closed, "refused"),
        (silent.local_addr().unwrap(), "no answer within"),
    ] {
        let zhihu = Zhihu::new(Some(format!("http://{addr}")), None);
        let zhihu = zhihu.time_out(Duration::from_millis(200));
        let error = zhihu.hot(&store(NOON), NOON).await.unwrap_err();
        assert!(matches!(error, ZhihuError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.to_string().contains("hot-list"), "{error}");
    }
}

fn store(now: Timestamp) -> MemoryStore {
    MemoryStore::new(Clock::fake(now))
}

const NOON: Timestamp = Timestamp::from_secs(1_796_100_000);

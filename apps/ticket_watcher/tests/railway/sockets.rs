//! The client against a site that behaves, moves, refuses and stalls.

use std::time::Duration;

use ticket_watcher::railway::{Railway, RailwayError, RailwaySettings, Remedy};

use crate::rows::fixture;
use crate::site::{Site, Told, first_page, journey, json, told};

const QUERY: &str = "?leftTicketDTO.train_date=2026-09-12&leftTicketDTO.from_station=BJP\
                     &leftTicketDTO.to_station=SHH&purpose_codes=ADULT";

fn recorded() -> Told {
    json(&fixture("q_2026-09-12_rows_in_assembled_envelope.json"))
}

fn moved(path: &str) -> String {
    format!("{{\"status\":false,\"c_url\":\"{path}\",\"c_name\":\"CLeftTicketUrl\"}}")
}

fn error_page() -> Told {
    told(
        "302 Moved Temporarily",
        "Location: http://www.12306.cn/mormhweb/logFiles/error.html",
        "",
    )
}

#[tokio::test]
async fn it_asks_as_the_page_does() {
    let site = Site::with_query(|_, _| recorded()).await;
    let railway = site.railway();
    for _ in 0..2 {
        assert_eq!(railway.query(&journey()).await.unwrap().trains.len(), 4);
    }
    let query = format!("GET /otn/leftTicket/queryZ{QUERY}");
    assert_eq!(
        site.asked(),
        ["GET /otn/leftTicket/init?linktypeid=dc", &query, &query]
    );
    let head = site.heads()[1].to_lowercase();
    for header in [
        "user-agent: mozilla/5.0 ",
        "cookie: jsessionid=abc; route=r1\r\n",
        "x-requested-with: xmlhttprequest",
        "if-modified-since: 0",
        "accept: application/json, text/javascript, */*; q=0.01",
        &format!("referer: {}/otn/leftticket/init\r\n", site.url),
    ] {
        assert!(head.contains(header), "no {header} in\n{head}");
    }
}

#[tokio::test]
async fn the_path_comes_from_the_configuration_where_the_page_has_none() {
    let site = Site::start(|_, head| match head {
        head if head.contains("/init") => told("200 OK", "X-A: b", "<html>new page</html>"),
        head if head.contains("/login/conf") => {
            json(&fixture("login_conf_2024-04-22.json").replace("queryG", "queryT"))
        }
        _ => recorded(),
    })
    .await;
    site.railway().query(&journey()).await.unwrap();
    assert_eq!(
        site.asked()[1..],
        [
            "POST /otn/login/conf".to_owned(),
            format!("GET /otn/leftTicket/queryT{QUERY}")
        ]
    );
}

#[tokio::test]
async fn a_moved_path_is_followed_once_and_remembered() {
    for to in [
        json(&moved("leftTicket/queryX")),
        told(
            "302 Found",
            "Content-Type: application/json",
            &moved("leftTicket/queryX"),
        ),
        told(
            "302 Found",
            "Location: queryX?leftTicketDTO.train_date=2026-09-12",
            "",
        ),
    ] {
        let site = Site::with_query(move |_, head| {
            if head.contains("/queryX?") {
                recorded()
            } else {
                to.clone()
            }
        })
        .await;
        let railway = site.railway();
        for _ in 0..2 {
            railway.query(&journey()).await.unwrap();
        }
        let asked = site.asked();
        assert_eq!(asked.len(), 4, "{asked:?}");
        assert_eq!(asked[2], format!("GET /otn/leftTicket/queryX{QUERY}"));
        assert_eq!(asked[3], asked[2]);
    }
}

#[tokio::test]
async fn a_path_that_moves_for_ever_is_not_run_after() {
    let site =
        Site::with_query(|n, _| json(&moved(["leftTicket/queryA", "leftTicket/queryB"][n % 2])))
            .await;
    let error = site.railway().query(&journey()).await.unwrap_err();
    assert!(matches!(error, RailwayError::Restless), "{error:?}");
    assert_eq!(site.asked().len(), 3);
}

#[tokio::test]
async fn a_session_that_is_refused_is_renewed_once() {
    let site = Site::with_query(|n, _| if n == 1 { error_page() } else { recorded() }).await;
    let railway = site.railway();
    railway.query(&journey()).await.unwrap();
    railway.query(&journey()).await.unwrap();
    assert_eq!(
        site.asked()
            .iter()
            .filter(|line| line.contains("/init"))
            .count(),
        2
    );

    let site = Site::with_query(|_, _| error_page()).await;
    let railway = site.railway();
    for visits in 1..=2 {
        let error = railway.query(&journey()).await.unwrap_err();
        assert!(matches!(error.remedy(), Remedy::Pause(_)), "{error:?}");
        // A new session that is refused is not renewed again.
        assert_eq!(site.asked().len(), 2 * visits);
    }
}

#[tokio::test]
async fn trouble_is_sorted_by_what_to_do() {
    for (answer, requests, remedy) in [
        (
            told("403 Forbidden", "X-A: b", "{}"),
            2,
            Remedy::Pause(Duration::from_mins(10)),
        ),
        (
            told("200 OK", "Content-Type: text/html", "<html>"),
            2,
            Remedy::Pause(Duration::from_mins(2)),
        ),
        (
            told("200 OK", "X-A: b", ""),
            2,
            Remedy::Pause(Duration::from_mins(2)),
        ),
        (told("500 Oops", "X-A: b", "oops"), 2, Remedy::TryLater),
        (
            json(fixture("answers_not_ok.jsonl").lines().last().unwrap()),
            2,
            Remedy::FixQuestion,
        ),
        (
            Told {
                bytes: b"HTTP/1.1 200 OK\r\nContent-Le".to_vec(),
                stall: true,
            },
            2,
            Remedy::TryLater,
        ),
        (
            Told {
                bytes: b"rubbish\r\n\r\n".to_vec(),
                stall: false,
            },
            2,
            Remedy::TryLater,
        ),
    ] {
        let site = Site::with_query(move |_, _| answer.clone()).await;
        let railway = Railway::new(&RailwaySettings {
            base_url: site.url.clone(),
            timeout: Duration::from_millis(500),
            gap: Duration::ZERO,
        });
        let error = railway.unwrap().query(&journey()).await.unwrap_err();
        assert_eq!(error.remedy(), remedy, "{error:?}");
        assert_eq!(site.asked().len(), requests, "{error:?}");
        assert!(
            !format!("{error} {error:?}").contains(&site.url),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_stalls_or_does_not_end_is_given_up() {
    let endless = Told {
        bytes: [b"HTTP/1.1 200 OK\r\n\r\n{".as_slice(), &vec![b' '; 5 << 20]].concat(),
        stall: true,
    };
    let site = Site::with_query(move |_, _| endless.clone()).await;
    let error = site.railway().query(&journey()).await.unwrap_err();
    assert!(matches!(error, RailwayError::TooLarge { .. }), "{error:?}");

    let stalls = Told {
        bytes: b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{".to_vec(),
        stall: true,
    };
    let site = Site::start(move |n, _| if n == 0 { first_page() } else { stalls.clone() }).await;
    let settings = RailwaySettings {
        base_url: site.url.clone(),
        timeout: Duration::from_millis(300),
        gap: Duration::ZERO,
    };
    let error = Railway::new(&settings)
        .unwrap()
        .query(&journey())
        .await
        .unwrap_err();
    assert!(matches!(error, RailwayError::TimeOut { .. }), "{error:?}");
}

#[tokio::test]
async fn questions_keep_their_distance() {
    let site = Site::with_query(|_, _| recorded()).await;
    let gap = Duration::from_millis(120);
    let settings = RailwaySettings {
        base_url: site.url.clone(),
        gap,
        ..RailwaySettings::default()
    };
    let railway = Railway::new(&settings).unwrap();
    let began = std::time::Instant::now();
    let (one, two) = (journey(), journey());
    let (one, two) = tokio::join!(railway.query(&one), railway.query(&two));
    assert!(one.is_ok() && two.is_ok());
    assert!(began.elapsed() >= gap);
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    for bad in [
        "",
        "kyfw.12306.cn",
        "ftp://kyfw.12306.cn",
        "https://",
        "https://a.cn/?x=1",
        "https://user@a.cn",
    ] {
        let settings = RailwaySettings {
            base_url: bad.to_owned(),
            ..RailwaySettings::default()
        };
        let error = Railway::new(&settings).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("is no address like https://kyfw.12306.cn"),
            "{bad}: {error}"
        );
    }
}

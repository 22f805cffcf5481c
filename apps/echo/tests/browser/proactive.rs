//! What an app sends by the API arrives on the open page, and what one clicks on it goes to the app.

use serde_json::{Value, json};

use crate::page::Page;
use crate::scenario;
use crate::wire::{Request, call};

#[tokio::test]
async fn proactive_messages_arrive_live_and_can_be_recalled() {
    scenario("proactive", async |page| {
        let api = Api::of(page).await;
        page.click("member-lisi").await;
        let sent = api.send("lisi", "text", &json!({"content": "你的快递已到"}));
        page.bubble("app", "你的快递已到").await;
        api.send(
            "lisi",
            "news",
            &json!({"articles": [{"title": "中秋节礼品领取", "description": "今年", "url": "https://work.weixin.qq.com"}]}),
        );
        page.bubble("app", "中秋节礼品领取").await;
        let recalled = api.post("message/recall", &json!({"msgid": sent["msgid"]}));
        assert_eq!(recalled["errcode"], 0, "{recalled}");
        page.until(
            "the text is gone",
            "[...document.querySelectorAll('[data-testid=message]')].every(it => !it.textContent.includes('你的快递已到'))",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_button_of_a_card_calls_the_app_back() {
    scenario("card", async |page| {
        let api = Api::of(page).await;
        page.click("member-zhangsan").await;
        let card = json!({
            "card_type": "button_interaction",
            "main_title": {"title": "请假申请", "desc": "张三 三天"},
            "task_id": "task-1",
            "button_list": [{"text": "同意", "style": 1, "key": "agree"}, {"text": "驳回", "style": 2, "key": "reject"}],
        });
        api.send("zhangsan", "template_card", &card);
        page.bubble("app", "请假申请").await;
        page.until(
            "the button is pressed",
            "(it => it && (it.click(), true))([...document.querySelectorAll('[data-testid=message] button')].find(it => it.textContent.includes('同意')))",
        )
        .await;
        let chip = "[data-testid=message][data-type=event] [data-testid=chip]:not([data-state=running])";
        page.css(chip).await.click().await.unwrap();
        let plain = page
            .until(
                "the event that the app got",
                "document.querySelector('[data-testid=block-plain]')?.textContent",
            )
            .await;
        let plain = plain.as_str().unwrap();
        for part in ["template_card_event", "agree", "task-1", "ResponseCode"] {
            assert!(plain.contains(part), "no {part} in {plain}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_menu_is_shown_and_its_buttons_work() {
    scenario("menu", async |page| {
        let api = Api::of(page).await;
        let menu = json!({"button": [{"type": "click", "name": "今日菜单", "key": "TODAY"}]});
        let made = api.post(&format!("menu/create?agentid={}", api.agentid), &menu);
        assert_eq!(made["errcode"], 0, "{made}");
        page.click("menu-toggle").await;
        page.find("menu-bar").await;
        page.until(
            "the menu's button is pressed",
            "(it => it && (it.click(), true))([...document.querySelectorAll('[data-testid=menu-bar] button')].find(it => it.textContent.includes('今日菜单')))",
        )
        .await;
        page.until(
            "the click is in the conversation",
            "[...document.querySelectorAll('[data-testid=message][data-type=event]')].some(it => it.textContent.includes('click'))",
        )
        .await;
    })
    .await;
}

/// The API as the app calls it.
struct Api {
    addr: std::net::SocketAddr,
    agentid: i64,
    token: String,
}

impl Api {
    /// With the keys that the page shows.
    async fn of(page: &Page) -> Self {
        let url = page.browser.current_url().await.unwrap();
        let addr = format!("127.0.0.1:{}", url.port().unwrap())
            .parse()
            .unwrap();
        let fetch =
            "const done = arguments[0]; fetch('/sandbox/state').then(it => it.json()).then(done)";
        let state = page.browser.execute_async(fetch, Vec::new()).await.unwrap();
        let ini = state["account"]["ini"].as_str().unwrap();
        let value = |key: &str| {
            let line = ini.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap().trim_start_matches(" = ").to_owned()
        };
        let request = Request::new("GET", "/cgi-bin/gettoken")
            .with("corpid", &value("corpid"))
            .with("corpsecret", &value("secret"));
        let answer: Value = serde_json::from_str(call(addr, &request).text()).unwrap();
        Self {
            addr,
            agentid: state["account"]["agentid"].as_i64().unwrap(),
            token: answer["access_token"].as_str().unwrap().to_owned(),
        }
    }

    fn send(&self, to: &str, msgtype: &str, content: &Value) -> Value {
        let message =
            json!({"touser": to, "msgtype": msgtype, "agentid": self.agentid, msgtype: content});
        let sent = self.post("message/send", &message);
        assert_eq!(sent["errcode"], 0, "{sent}");
        sent
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let (path, agentid) = path.split_once("?agentid=").unwrap_or((path, ""));
        let mut request = Request::new("POST", &format!("/cgi-bin/{path}"))
            .with("access_token", &self.token)
            .with_body(body.to_string());
        if !agentid.is_empty() {
            request = request.with("agentid", agentid);
        }
        serde_json::from_str(call(self.addr, &request).text()).unwrap()
    }
}

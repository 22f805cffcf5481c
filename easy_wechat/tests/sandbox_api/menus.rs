//! The app's menu.

use serde_json::{Value, json};

use super::caller::{Caller, refused};

fn create(caller: &Caller, app: &str, menu: &Value) -> Value {
    let path = "/cgi-bin/menu/create";
    let request = super::support::wire::Request::new("POST", path)
        .with("access_token", &caller.token(app))
        .with("agentid", &caller.agent(app).to_string());
    caller.json(&request.with_body(menu.to_string()))
}

#[test]
fn a_menu_is_kept_shown_and_deleted() {
    let caller = Caller::new();
    let agent = caller.agent("demo").to_string();
    let agent = [("agentid", &*agent)];
    let get = || caller.get("/cgi-bin/menu/get", &agent);
    refused(&get(), 46003, "none yet");
    assert_eq!(caller.page()["menu"], Value::Null);
    // The example of the platform's page.
    let menu = json!({"button": [
        {"type": "click", "name": "今日歌曲", "key": "V1001_TODAY_MUSIC"},
        {"name": "菜单", "sub_button": [
            {"type": "view", "name": "搜索", "url": "http://www.soso.com/"},
            {"type": "click", "name": "赞一下我们", "key": "V1001_GOOD"},
        ]},
        {"name": "扫码", "sub_button": [
            {"type": "scancode_waitmsg", "name": "扫码带提示", "key": "rselfmenu_0_0", "sub_button": []},
            {"type": "location_select", "name": "发送位置", "key": "rselfmenu_2_0"},
            {"type": "view_miniprogram", "name": "小程序", "pagepath": "p", "appid": "wx"},
        ]},
    ]});
    assert_eq!(
        create(&caller, "demo", &menu),
        json!({"errcode": 0, "errmsg": "ok"})
    );
    let got = get();
    assert_eq!(got["button"], menu["button"]);
    assert_eq!(got["errcode"], 0);
    assert_eq!(caller.page()["menu"], menu);
    let other = json!({"button": [{"type": "click", "name": "其他", "key": "k"}]});
    assert_eq!(create(&caller, "other", &other)["errcode"], 0);
    assert_eq!(
        caller.page()["menu"],
        menu,
        "that of the app that is called back"
    );
    assert_eq!(caller.get("/cgi-bin/menu/delete", &agent)["errcode"], 0);
    refused(&get(), 46003, "deleted");
    assert_eq!(caller.page()["menu"], Value::Null);
}

#[test]
fn what_is_wrong_has_its_code() {
    let caller = Caller::new();
    let click = json!({"type": "click", "name": "n", "key": "k"});
    let with = |change: Value| {
        let mut button = click.clone();
        for (name, value) in change.as_object().unwrap() {
            button[name] = value.clone();
        }
        json!([button])
    };
    let sub = |change: Value| json!([{"name": "n", "sub_button": with(change)}]);
    for (buttons, code) in [
        (json!([]), 40016),
        (json!(null), 40016),
        (json!(vec![click.clone(); 4]), 40016),
        (with(json!({"type": "fly"})), 40017),
        (json!(["x"]), 40018),
        (with(json!({"name": ""})), 40018),
        (with(json!({"name": "中".repeat(6)})), 40018),
        (with(json!({"key": null})), 40019),
        (with(json!({"key": "k".repeat(129)})), 40019),
        (with(json!({"type": "view"})), 40020),
        (
            with(json!({"type": "view", "url": "u".repeat(1025)})),
            40020,
        ),
        (
            json!([{"name": "n", "sub_button": vec![click.clone(); 6]}]),
            40023,
        ),
        (sub(json!({"sub_button": [click.clone()]})), 40022),
        (sub(json!({"type": "fly"})), 40024),
        (sub(json!({"name": "n".repeat(41)})), 40025),
        (sub(json!({"key": ""})), 40026),
        (sub(json!({"type": "view", "url": ""})), 40027),
    ] {
        let answer = create(&caller, "demo", &json!({"button": buttons}));
        refused(&answer, code, &format!("{buttons:.80}"));
    }
    let menu = json!({"button": [click]});
    let path = "/cgi-bin/menu/create";
    refused(&caller.post(path, &menu), 41011, "no agentid");
    let other = caller.agent("other").to_string();
    let request = caller.request("POST", path, &[("agentid", &other)]);
    refused(
        &caller.json(&request.with_body(menu.to_string())),
        301_002,
        "another app",
    );
}

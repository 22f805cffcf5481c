//! Menus.

use easy_wechat::client::{Button, ClientError, Menu};
use easy_wechat::{AccountKind, Mode, Sandbox, WeChatClient};
use serde_json::json;

use crate::recorder::Recorder;

fn documented() -> Menu {
    Menu::new([
        Button::click("今日歌曲", "V1001_TODAY_MUSIC"),
        Button::menu(
            "菜单",
            [
                Button::view("搜索", "http://www.soso.com/"),
                Button::click("赞一下我们", "V1001_GOOD"),
            ],
        ),
        Button::menu(
            "扫码",
            [
                Button::scancode_waitmsg("扫码带提示", "rselfmenu_0_0"),
                Button::location_select("发送位置", "rselfmenu_2_0"),
                Button::view_miniprogram("小程序", "wx1", "pages/index"),
            ],
        ),
    ])
}

/// As the platform's page writes it, byte for byte.
const DOCUMENTED: &str = r#"{"button":[{"type":"click","name":"今日歌曲","key":"V1001_TODAY_MUSIC"},{"name":"菜单","sub_button":[{"type":"view","name":"搜索","url":"http://www.soso.com/"},{"type":"click","name":"赞一下我们","key":"V1001_GOOD"}]},{"name":"扫码","sub_button":[{"type":"scancode_waitmsg","name":"扫码带提示","key":"rselfmenu_0_0"},{"type":"location_select","name":"发送位置","key":"rselfmenu_2_0"},{"type":"view_miniprogram","name":"小程序","pagepath":"pages/index","appid":"wx1"}]}]}"#;

#[tokio::test]
async fn a_menu_leaves_as_it_is_documented() {
    let recorder = Recorder::start(&[]);
    recorder
        .client("wecom")
        .create_menu(&documented())
        .await
        .unwrap();
    let asked = recorder.asked().pop().unwrap();
    assert_eq!(asked.target, "menu/create?agentid=7");
    assert_eq!(asked.body, DOCUMENTED);
    recorder
        .client("official")
        .create_menu(&documented())
        .await
        .unwrap();
    assert_eq!(recorder.last().0, "menu/create");
}

#[tokio::test]
async fn a_menu_is_made_read_and_taken_away_on_both_platforms() {
    let official = Sandbox::builder().official_account(Mode::Safe);
    for builder in [Sandbox::builder(), official] {
        let sandbox = builder.start().await.unwrap();
        let config = sandbox.config_with("demo", "state_path = memory", "");
        let client = WeChatClient::from_config(&config.unwrap(), "demo").unwrap();
        assert_eq!(client.menu().await.unwrap(), None, "{:?}", client.kind());
        let mut menu = documented();
        if client.kind() == AccountKind::OfficialAccount {
            menu.button[2].sub_button[2] = Button::miniprogram("小程序", "wx1", "p", "http://a");
        }
        client.create_menu(&menu).await.unwrap();
        assert_eq!(client.menu().await.unwrap(), Some(menu));
        client.delete_menu().await.unwrap();
        assert_eq!(client.menu().await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_is_read_of_a_menu_keeps_what_is_new() {
    let answer = json!({"errcode": 0, "errmsg": "ok", "button": [
        {"type": "brand_new", "name": "新", "value": [1], "sub_button": []}]});
    let recorder = Recorder::start(&[("menu/get", answer)]);
    let client = recorder.client("wecom");
    let menu = client.menu().await.unwrap().unwrap();
    assert_eq!(
        (menu.button[0].kind.as_str(), &menu.button[0].other["value"]),
        ("brand_new", &json!([1]))
    );
    client.create_menu(&menu).await.unwrap();
    let sent = recorder.asked().pop().unwrap().body;
    assert_eq!(
        sent,
        r#"{"button":[{"type":"brand_new","name":"新","value":[1]}]}"#
    );
}

#[tokio::test]
async fn what_the_platform_would_not_take_does_not_leave() {
    let recorder = Recorder::start(&[]);
    let click = |name: &str| Button::click(name, "k");
    let sub = |button: Button| Menu::new([Button::menu("n", [button])]);
    let name = |bytes: usize| "n".repeat(bytes);
    let two_levels = Button::menu("n", [click("a")]);
    for (menu, says) in [
        (
            Menu::new([]),
            "button has 0 entries; the platform takes 1 to 3",
        ),
        (
            Menu::new(vec![click("n"); 4]),
            "button has 4 entries; the platform takes 1 to 3",
        ),
        (
            Menu::new([Button::menu("n", [])]),
            "button[0].sub_button has 0 entries; the platform takes 1 to 5",
        ),
        (
            Menu::new([Button::menu("n", vec![click("n"); 6])]),
            "button[0].sub_button has 6 entries; the platform takes 1 to 5",
        ),
        (
            Menu::new([click(&"中".repeat(6))]),
            "button[0].name has 18 bytes, the platform takes 16: make it shorter",
        ),
        (
            Menu::new([click("")]),
            "button[0].name is missing or empty, and the platform needs it",
        ),
        (
            sub(click(&name(41))),
            "button[0].sub_button[0].name has 41 bytes, the platform takes 40: make it shorter",
        ),
        (
            Menu::new([Button::click("n", name(129))]),
            "button[0].key has 129 bytes, the platform takes 128: make it shorter",
        ),
        (
            sub(Button::view("n", name(1025))),
            "button[0].sub_button[0].url has 1025 bytes, the platform takes 1024: make it shorter",
        ),
        (
            Menu::new([Button::view_miniprogram("n", "", "p")]),
            "button[0].appid is missing or empty, and the platform needs it",
        ),
        (
            sub(two_levels),
            "button[0].sub_button[0].sub_button is a third level; expected at most two levels",
        ),
    ] {
        let error = recorder
            .client("wecom")
            .create_menu(&menu)
            .await
            .unwrap_err();
        assert!(matches!(error, ClientError::Outgoing(_)), "{error:?}");
        assert_eq!(error.to_string(), says);
    }
    assert_eq!(recorder.asked(), []);
    let longest = sub(Button::click(name(60), name(128)));
    longest.check(AccountKind::OfficialAccount).unwrap();
    longest.check(AccountKind::WeCom).unwrap_err();
    sub(click(&name(40))).check(AccountKind::WeCom).unwrap();
    Menu::new([click(&name(16))])
        .check(AccountKind::WeCom)
        .unwrap();
}

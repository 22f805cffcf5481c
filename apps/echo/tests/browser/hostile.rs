//! What people write stays text.

use serde_json::Value;

use crate::scenario;

#[tokio::test]
async fn markup_in_a_message_is_shown_and_never_run() {
    scenario("markup", async |page| {
        for text in [
            "<script>window.struck = 1</script>",
            "<img src=x onerror=\"window.struck = 2\">",
            "<a href=\"javascript:window.struck=3\">click</a>",
            "<svg onload=window.struck=4>",
        ] {
            page.say(text).await;
            page.bubble("member", text.split('>').next().unwrap()).await;
        }
        page.until(
            "all of it came back",
            "document.querySelectorAll('[data-testid=message][data-from=app]').length === 4",
        )
        .await;
        let struck = page.browser.execute("return window.struck ?? null", Vec::new()).await;
        assert_eq!(struck.unwrap(), Value::Null);
        let leads = page
            .browser
            .execute(
                "return [...document.querySelectorAll('[data-testid=message] a')].map(it => it.protocol)",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(leads, Value::Array(Vec::new()), "a javascript: address is no link");
    })
    .await;
}

#[tokio::test]
async fn a_thousand_messages_do_not_slow_the_page() {
    scenario("thousand", async |page| {
        let sent = page
            .browser
            .execute_async(
                "const done = arguments[0];
                 fetch('/sandbox/burst', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Sandbox': '1'},
                     body: JSON.stringify({messages: 1000, members: 1, content: 'n'})}).then(it => it.json()).then(done)",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(sent["started"], 1000);
        page.click("member-member1").await;
        // The page is busy with all of them, and takes what one writes all the same.
        page.say("the last one").await;
        page.bubble("app", "the last one").await;
        page.until(
            "not all bubbles are built at once",
            "document.querySelectorAll('[data-testid=message]').length < 1500",
        )
        .await;
    })
    .await;
}

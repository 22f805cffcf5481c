//! Faults are injected on the page, and what comes of them is told.

use crate::{scenario, scenario_in};

#[tokio::test]
async fn a_wrongly_signed_callback_is_refused_by_the_app_and_the_page_says_so() {
    scenario("wrong-signature", async |page| {
        page.click("faults-open").await;
        let kind = page.find("fault-kind").await;
        kind.select_by_value("wrong_signature").await.unwrap();
        page.click("fault-add").await;
        page.until(
            "the fault is listed",
            "document.querySelector('[data-testid=fault-active] [data-kind=wrong_signature]')",
        )
        .await;
        page.say("有人冒充").await;
        page.until(
            "the message failed",
            "document.querySelector('[data-testid=chip][data-state=failed]')",
        )
        .await;
        page.css("[data-testid=chip][data-state=failed]")
            .await
            .click()
            .await
            .unwrap();
        let words = page
            .until(
                "the words",
                "document.querySelector('[data-testid=exchange-detail]').textContent",
            )
            .await;
        assert!(words.as_str().unwrap().contains("签名"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn in_a_narrow_window_one_writes_as_well() {
    scenario_in("narrow", (420, 800), "en-US", async |page| {
        page.click("member-zhangsan").await;
        page.say("narrow").await;
        page.bubble("app", "narrow").await;
        let wide = page
            .browser
            .execute(
                "return document.documentElement.scrollWidth > innerWidth",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(wide, false, "nothing sticks out");
        // As a phone's back button: first the inspector goes, then the conversation.
        page.css("#inspector-narrow").await.click().await.unwrap();
        let shown = "document.body.dataset.view + (document.body.dataset.drawer ?? '')";
        page.until("the inspector", &format!("{shown} === 'conversationopen'"))
            .await;
        for place in ["conversation", "members"] {
            page.browser.back().await.unwrap();
            page.until(place, &format!("{shown} === '{place}'")).await;
        }
    })
    .await;
}

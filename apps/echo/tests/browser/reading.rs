//! What happened can be read on the page, also what a member could not have sent.

use crate::scenario;

#[tokio::test]
async fn the_list_of_what_happened_can_be_read_and_searched() {
    scenario("reading", async |page| {
        page.until(
            "the keyboard is where one writes",
            "document.activeElement.dataset.testid === 'composer'",
        )
        .await;
        for text in ["监控 北京 上海", "列表"] {
            page.say(text).await;
            page.bubble("app", text).await;
        }
        let lines = |filter: &str| {
            format!(
                "[...document.querySelectorAll('[data-testid^=exchange-]')].filter(it => {filter})"
            )
        };
        let named = lines("it.textContent.includes('监控 北京 上海') && /\\d\\d:\\d\\d:\\d\\d/.test(it.textContent)");
        page.until("its words and its second", &format!("{named}.length === 1"))
            .await;
        let search = page.find("search-activity").await;
        search.send_keys("北京").await.unwrap();
        let all = lines("true");
        page.until("what is searched for", &format!("{all}.length === 1"))
            .await;
        search.send_keys("\u{E003}\u{E003}").await.unwrap();
        page.until("all again", &format!("{all}.length >= 2")).await;
        // Sent again: another reply to the same callback, which says so.
        page.until("it opens", &format!("({named}[0].click(), true)"))
            .await;
        page.click("resend").await;
        page.bubble("app", "又一次回复").await;
    })
    .await;
}

#[tokio::test]
async fn a_text_is_not_sent_as_a_picture_unless_one_insists() {
    scenario("samples", async |page| {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("holiday.jpg");
        std::fs::write(&file, "not a picture at all").unwrap();
        let input = page.css("#file-image").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        page.until(
            "it is refused with a reason",
            "document.querySelector('[data-testid=confirm]')?.textContent.includes('holiday.jpg')",
        )
        .await;
        page.click("confirm-yes").await;
        page.bubble("member", "这不是图片").await;
        page.bubble("app", "这不是图片").await;
        for (kind, bubble) in [
            ("voice", ".voice"),
            ("image", "img.picture"),
            ("video", "video"),
        ] {
            page.click("send-sample").await;
            page.click(&format!("sample-{kind}")).await;
            page.css(&format!("[data-from=app][data-type={kind}] {bubble}"))
                .await;
        }
        page.bubble("app", "浏览器无法播放 AMR").await;
    })
    .await;
}

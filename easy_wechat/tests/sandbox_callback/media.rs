//! The files that a member sends from the page.

use serde_json::json;

use super::page::post;
use super::world::{builder, run};

#[test]
fn a_member_does_not_send_a_text_as_a_picture() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        for kind in ["image", "voice", "video"] {
            let path = format!("/sandbox/media?type={kind}&filename=holiday.jpg");
            let refused = post(&sandbox, &path, &json!("this is a text")).await;
            assert_eq!(refused.get("media_id"), None, "{kind}: {refused}");
            assert_eq!(refused["as_is"], true, "it may be tried: {refused}");
            for language in ["en", "zh"] {
                let words = refused["error"][language].as_str().unwrap();
                assert!(
                    words.contains("holiday.jpg") && words.contains("text/plain"),
                    "{words}"
                );
            }
            let sent = post(&sandbox, &format!("{path}&as_is=1"), &json!("a text")).await;
            assert!(sent["media_id"].is_string(), "{sent}");
        }
        let file = post(
            &sandbox,
            "/sandbox/media?type=file&filename=a.txt",
            &json!("a text"),
        )
        .await;
        assert!(file["media_id"].is_string(), "{file}");
        let empty = post(&sandbox, "/sandbox/media?filename=a.txt", &json!("a text")).await;
        assert_eq!(empty["as_is"], false, "{empty}");
    });
}

#[test]
fn there_is_a_sample_of_each_kind() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        for kind in ["image", "voice", "video"] {
            let sample = post(&sandbox, &format!("/sandbox/samples/{kind}"), &json!({})).await;
            assert!(sample["media_id"].is_string(), "{sample}");
        }
        for kind in ["file", "thumb", "no"] {
            let none = post(&sandbox, &format!("/sandbox/samples/{kind}"), &json!({})).await;
            assert!(none["error"].is_object(), "{none}");
        }
    });
}

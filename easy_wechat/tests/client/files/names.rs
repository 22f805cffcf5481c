//! File names from a platform that means no good.

use std::fs;

use easy_wechat::MediaId;
use easy_wechat::client::Download;

use super::rude::{Reply, Rude};

/// The name that a file gets when this header comes with it. It is the only thing in the folder, and in that above it.
#[track_caller]
fn check(header: &str, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let name = runtime.block_on(async {
        let headers = match header {
            "" => String::new(),
            header => format!("Content-Disposition: {header}\r\n"),
        };
        let rude = Rude::start(move |_, _| Reply::new("200 OK", &headers, 7, b"content")).await;
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let to = Download::to(&folder);
        let down = rude
            .client()
            .download_media(&MediaId::from("id-1"), to)
            .await
            .unwrap();
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 1, "{header}");
        let entries: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(entries.len(), 1, "{header}: {entries:?}");
        assert_eq!(down.path, folder.join(&entries[0]));
        entries[0].clone()
    });
    assert_eq!(name, expected, "{header}");
}

#[test]
fn names_are_read_in_every_form() {
    check("attachment; filename=\"报告.pdf\"", "报告.pdf");
    check("attachment; filename=报告.pdf", "报告.pdf");
    check("attachment;filename=\"a;b=c.txt\";size=7", "a;b=c.txt");
    check(
        "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf",
        "报告.pdf",
    );
    check(
        "attachment; filename=\"x.pdf\"; filename*=utf-8'zh'%E6%8A%A5.pdf",
        "报.pdf",
    );
    check(
        "attachment; filename*=GBK''%B1%A8.pdf; filename=\"报.pdf\"",
        "报.pdf",
    );
    check(
        "attachment; filename=\"%E6%8A%A5%E5%91%8A.pdf\"",
        "报告.pdf",
    );
    check("attachment; filename=\"100%.txt\"", "100%.txt");
    check("ATTACHMENT; FILENAME=\"a.txt\"", "a.txt");
    check(
        "attachment; filename=\"say \\\"hi\\\".txt\"",
        "say _hi_.txt",
    );
}

#[test]
fn names_never_lead_out_of_the_folder() {
    check("attachment; filename=\"../../报告.pdf\"", "报告.pdf");
    check("attachment; filename=\"..\\\\..\\\\a.pdf\"", "a.pdf");
    check("attachment; filename=\"C:\\temp\\a.pdf\"", "a.pdf");
    check("attachment; filename=\"/etc/passwd\"", "passwd");
    check("attachment; filename=\"%2e%2e%2f%2e%2e%2fa.txt\"", "a.txt");
    check("attachment; filename*=UTF-8''..%2F..%2F.bashrc", "bashrc");
    check("attachment; filename=\".ssh\"", "ssh");
    check("attachment; filename=\"a%00.txt%0A\"", "a.txt");
    check("attachment; filename=\"CON.txt\"", "_CON.txt");
    check("attachment; filename=\"lpt1\"", "_lpt1");
    check("attachment; filename=\"a.txt. . \"", "a.txt");
    check("attachment; filename=\"-rf\"", "_-rf");
    check("attachment; filename=\". -rf *\"", "_-rf _");
    check(
        "attachment; filename=\"a%E2%80%8Db%C2%9B%EF%BB%BF.txt\"",
        "ab.txt",
    );
    check("attachment; filename=\"Media-x-1.PART\"", "_Media-x-1.PART");
    check("attachment; filename=\"a.txt:stream\"", "a.txt_stream");
    check(
        "attachment; filename=\"photo%E2%80%AEgpj.exe\"",
        "photogpj.exe",
    );
}

#[test]
fn a_file_with_no_name_is_called_after_its_id() {
    for header in [
        "",
        "inline",
        "attachment; filename=\"..\"",
        "attachment; filename=\"\"",
        "attachment; filename",
    ] {
        check(header, NAMELESS);
    }
}

#[test]
fn a_long_name_keeps_its_extension() {
    let name = "长".repeat(300);
    check(
        &format!("attachment; filename=\"{name}.pdf\""),
        &format!("{}.pdf", "长".repeat(65)),
    );
    let name = format!("{}. . {}", "a".repeat(198), "b".repeat(100));
    check(
        &format!("attachment; filename=\"{name}\""),
        &"a".repeat(198),
    );
}

/// SHA-1 of `id-1` begins so.
const NAMELESS: &str = "media-id1-188189cf87016bdd";

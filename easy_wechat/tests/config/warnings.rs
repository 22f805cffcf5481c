//! Keys that are probably misspelt.

use crate::{SECRET, parse, tells_no_secret};

#[test]
fn an_unknown_key_suggests_the_nearest_or_lists_the_known_ones() {
    for (section, key, hint) in [
        ("system", "lisen", "did you mean listen?"),
        ("system", "Listen", "did you mean listen?"),
        ("system", "log_levle", "did you mean log_level?"),
        ("system", "healthcheck", "known are listen, route_name"),
        ("system", "token", "known are"),
        ("demo", "encoding_aeskey", "did you mean encoding_aes_key?"),
        ("demo", "EncodingAESKey", "encoding_aes_key"),
        ("demo", "corp_id", "did you mean corpid?"),
        ("demo", "secert", "did you mean secret?"),
        ("demo", "tokens_file", "token"),
        ("demo", "密钥", "known are kind, mode"),
        ("demo", "listen", "known are"),
    ] {
        let text = format!("[system]\n[demo]\nappid = 1\n[{section}x]\n").replace(
            &format!("[{section}]\n"),
            &format!("[{section}]\n{key} = {SECRET}\n"),
        );
        let config = parse(&text).unwrap();
        let mut warnings = config.system().unwrap().warnings;
        warnings.extend(config.app("demo").unwrap().warnings);
        let [warning] = warnings.as_slice() else {
            panic!("{key}: {warnings:?}");
        };
        for part in ["config.ini", &format!("[{section}] {key}"), hint] {
            assert!(warning.contains(part), "{part:?} is not in: {warning}");
        }
        tells_no_secret(warning);
    }
}

#[test]
fn known_keys_their_file_twins_and_other_programs_sections_are_not_warned_about() {
    let text = "[system]\nother_sections = nginx\nlisten = 1\nlisten_file =\n[demo]\nsecret_file =\ntoken_file =\n\
                [nginx]\nworker_processes = 4\n[ticket_watcher]\nroutes = a\n";
    let config = parse(text).unwrap();
    assert_eq!(config.system().unwrap().warnings, [""; 0]);
    assert_eq!(config.app("demo").unwrap().warnings, [""; 0]);
}

#[test]
fn a_missing_key_tells_of_the_misspelt_one() {
    let config = parse("[demo]\ncorpid = ww1\ntokne = abc\nencoding_aes_key = x\n").unwrap();
    let error = config
        .app("demo")
        .unwrap()
        .account()
        .unwrap_err()
        .to_string();
    assert!(error.contains("[demo] token is missing"), "{error}");
    assert!(error.contains("unknown key [demo] tokne"), "{error}");
}

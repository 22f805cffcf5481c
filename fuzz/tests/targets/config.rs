//! `config.ini`: a second reader finds the same values, and no error or `Debug` shows a secret.

use easy_wechat::Config;

pub(crate) const DICTIONARY: &[&str] = &[
    "[demo]\n", "[system]\n", "[robot]\n", "[push:a]\n", "[", "]", "=", ":", ";", "#", "\"", "'", "\\", "\n", "\r\n", "\r",
    "\u{FEFF}", "\u{3000}", "\u{200B}", "\0", "=\n", "secret = SECRETSECRET\n", "token = SECRETSECRET\n",
    "encoding_aes_key = SECRETSECRET\n", "webhook = https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRETSECRET\n",
    "proxy = http://li:SECRETSECRET@127.0.0.1:3128\n", "corpid = ww1\n", "appid = 1000002\n", "kind = official_account\n",
    "mode = plain\n", "reply_within = 4.5\n", "max_body = 1M\n", "listen = 127.0.0.1:6000\n", "log_max_size = 10M\n",
    "api_base_url = http://127.0.0.1:8686\n", "99999999999999999999", "-1", "1e400", "NaN", "true", "；", "＝", "［demo］",
];

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut said = String::new();
    let mut say = |what: String| said.push_str(&what);
    match Config::parse(&text, [("", "")]) {
        Err(error) => say(format!("{error} {error:?}")),
        Ok(config) => {
            say(format!("{config:?}"));
            match config.system() {
                Ok(system) => say(format!("{system:?}")),
                Err(error) => say(format!("{error} {error:?}")),
            }
            // Each reading checks all sections, for those that no program reads.
            for name in config.sections().take(20) {
                match config.app(name) {
                    Ok(app) => {
                        say(format!("{app:?}"));
                        let errors = [
                            app.account().err(),
                            app.credentials().err(),
                            app.robot().err(),
                        ];
                        say(format!("{errors:?}"));
                    }
                    Err(error) => say(format!("{error} {error:?}")),
                }
            }
            second_reader(&text, &config);
        }
    }
    if only_as_a_secret(&text) {
        assert!(!said.contains(SECRET), "a secret is shown: {said:.2000}");
    }
    assert!(said.len() < 20_000 + 40 * text.len(), "{} bytes", said.len());
}

/// Whether the secret stands only where one belongs: as a value of such a key, in one line.
fn only_as_a_secret(text: &str) -> bool {
    text.lines().filter(|line| line.contains(SECRET)).all(|line| {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let key = key.trim();
        let is_secret = ["secret", "token", "encoding_aes_key", "webhook", "proxy"].contains(&key);
        is_secret && value.contains(SECRET) && !line.contains('\r')
    })
}

/// The plainest lines, read in the plainest way.
fn second_reader(text: &str, config: &Config) {
    let mut section = None;
    for line in text.strip_prefix('\u{FEFF}').unwrap_or(text).lines() {
        let line = line.trim();
        if line.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = Some(name.trim_end_matches(']').trim());
        } else if let (Some(section), Some((key, value))) = (section, line.split_once('=')) {
            let plain = |word: &str, more: &str| {
                let is_plain = |char: char| char.is_ascii_alphanumeric() || more.contains(char);
                !word.is_empty() && word.chars().all(is_plain)
            };
            let (key, value) = (key.trim(), value.trim());
            // A key that names a file stands for what is in it.
            if plain(section, "_") && plain(key, "_") && plain(value, "./-") && !key.ends_with("_file") {
                let Ok(found) = config.section(section) else {
                    continue;
                };
                if let Ok(found) = found.get(key) {
                    assert_eq!(found.as_deref(), Some(value), "[{section}] {key}");
                }
            }
        }
    }
}

const SECRET: &str = "SECRETSECRET";

//! Every key: its default, what may stand there, and what is said when something else does.

use std::fmt::Debug;

use easy_wechat::config::{AppConfig, PlugInReaders, SystemConfig};
use easy_wechat::{Config, ConfigError, Secret, UserId};

use crate::{parse, says};

/// Key, default, good values, bad ones, and what is expected instead. `->` shows how a good value is read, where that is
/// not as it is written.
const SYSTEM: &str = r#"
listen           | 0.0.0.0:6000    | 127.0.0.1:8080                 |                      |
route_name       | weixin          | /a/b/ ; x                      |                      |
workers          | 0               | 4 ; 0                          | two ; -1 ; 1.5       | a whole number
max_body         | 65536           | BYTES                          | NO_BYTES             | a number of bytes, like
max_in_flight    | 8192            | 1 ; 100000                     | 0 ; many ; -1        | a whole number
shutdown_timeout | 10s             | SECONDS                        | NO_SECONDS           | a number of seconds
healthz          | false           | BOOLS                          | NO_BOOLS             | true or false
log_path         | None            | /var/log -> Some("/var/log")   |                      |
log_name         | easy_wechat.log | a b.log                        | a/b ; a\b ; .. ; .   | a file name
log_level        | Info            | warn -> Warn ; DEBUG -> Debug ; off -> Off ; trace -> Trace | loud ; 2 | one of off, error, warn
log_format       | Human           | json -> Json ; human -> Human  | xml                  | one of human, json
log_max_size     | 10485760        | BYTES                          | NO_BYTES             | a number of bytes, like
log_max_files    | 10              | 60 ; 0                         | all ; -1             | a whole number
log_max_age      | 0ns             | 10 -> 864000s ; 0.5 -> 43200s  | 10 days ; -1 ; nan   | a number of days
log_daily        | true            | BOOLS                          | NO_BOOLS             | true or false
log_time_zone    | Asia/Shanghai   | UTC                            |                      |
log_stderr       | true            | BOOLS                          | NO_BOOLS             | true or false
log_file         | true            | BOOLS                          | NO_BOOLS             | true or false
other_sections   |                 | weather, stock:*               |                      |
"#;

const APP: &str = "
kind             | WeCom  | wecom -> WeCom ; official_account -> OfficialAccount       | wechat ; 1 | wecom or official_account
mode             | Safe   | plain -> Plain ; compatible -> Compatible ; safe -> Safe   | clear | plain, compatible or safe
corpid           |        | ww1                           |                            |
appid            |        | 0 ; 1000002                   | wx82ef843a5129db66 ; two   | AgentId, a number
secret           | none   | a=b                           |                            |
token            | none   | abc                           |                            |
encoding_aes_key | none   | abc                           |                            |
receive_ids      |        | a ; a, b,,c -> a+b+c          |                            |
route_name       | weixin | a/b ; /                       |                            |
reply_within     | 4.5s   | 3 -> 3s ; 0.3 -> 300ms ; 4.99 -> 4.99s | 5 ; 60 ; 0 ; -1 ; soon ; nan | seconds above 0 and below 5
max_callback_age | 600s   | SECONDS                       | NO_SECONDS                 | a number of seconds
deduplicate      | true   | BOOLS                         | NO_BOOLS                   | true or false
customer_service | false  | BOOLS                         | NO_BOOLS                   | true or false
webhook          | none   | 693a91f6 ; https://a.example/x?key=b=c |                      |
api_base_url     | https://qyapi.weixin.qq.com | http://127.0.0.1:8686 ; https://a.example/wx/ -> https://a.example/wx ; https://a.example/cgi-bin -> https://a.example ; https://a.example/wx/cgi-bin/gettoken -> https://a.example/wx ; https://a.example/cgi-binary ; HTTPS://[::1]:1 | qyapi.weixin.qq.com ; ftp://a ; http:///x ; // ; https://a:99999 ; https://[::1 | http:// or https://
proxy            | Environment | off -> Off ; environment -> Environment ; http://a:3128 -> Address(Secret(..)) ; socks5://u:p@a:1 -> Address(Secret(..)) ; HTTP://a -> Address(Secret(..)) |  |
api_connect_timeout | 5s  | 3 -> 3s ; 0.5 -> 500ms        | -1 ; 10s ; ten ; inf ; NaN ; 1e99 ; 0 | a number of seconds above 0
api_timeout      | 10s    | 3 -> 3s ; 0.5 -> 500ms        | -1 ; 10s ; ten ; inf ; NaN ; 1e99 ; 0 | a number of seconds above 0
api_patience     | 15s    | SECONDS                       | NO_SECONDS                 | a number of seconds
rate_limits      | true   | BOOLS                         | NO_BOOLS                   | true or false
markdown_as_text | Nobody | all -> Everybody ; a, b,,c -> a+b+c |                   |
state_path       | memory | /var/lib/x ; ./memory ; memory |                           |
";

/// The keys of [`APP`] that all apps may share.
const SHARED: [&str; 12] = [
    "route_name",
    "api_base_url",
    "proxy",
    "api_connect_timeout",
    "api_timeout",
    "api_patience",
    "rate_limits",
    "markdown_as_text",
    "state_path",
    "reply_within",
    "max_callback_age",
    "deduplicate",
];

const SETS: [(&str, &str); 6] = [
    ("NO_BOOLS", "maybe ; 2 ; -"),
    (
        "BOOLS",
        "true ; Yes -> true ; ON -> true ; 1 -> true ; False -> false ; no -> false ; off -> false ; 0 -> false",
    ),
    ("NO_SECONDS", "-1 ; 10s ; ten ; inf ; NaN ; 1e99"),
    (
        "SECONDS",
        "0 -> 0ns ; 3 -> 3s ; 0.5 -> 500ms ; 86400 -> 86400s",
    ),
    (
        "NO_BYTES",
        "128 KiB ; 10MB ; -1 ; 1.5M ; K ; 1KK ; 99999999999G ; much",
    ),
    (
        "BYTES",
        "65536 ; 128K -> 131072 ; 128k -> 131072 ; 2M -> 2097152 ; 1 G -> 1073741824 ; 0",
    ),
];

#[test]
fn every_key_of_system_has_its_default_takes_what_is_good_and_refuses_what_is_not() {
    let read = |config: &Config, key: &str| config.system().map(|system| of_system(&system, key));
    for key in Key::all(SYSTEM) {
        key.check("system", "", read);
    }
}

#[test]
fn every_key_of_an_app_has_its_default_takes_what_is_good_and_refuses_what_is_not() {
    let read = |config: &Config, key: &str| config.app("demo").map(|app| of_app(&app, key));
    for key in Key::all(APP) {
        key.check("demo", "", read);
    }
}

#[test]
fn what_apps_share_stands_in_system_and_an_apps_own_wins() {
    let read = |config: &Config, key: &str| config.app("demo").map(|app| of_app(&app, key));
    let shared = Key::all(APP)
        .into_iter()
        .filter(|key| SHARED.contains(&key.name));
    for key in shared {
        key.check("system", "[demo]\n", read);
        let (name, (other, _)) = (key.name, key.good[0]);
        for (good, shown) in &key.good {
            let text = format!("[demo]\n{name} = {good}\n[system]\n{name} = {other}\n");
            assert_eq!(
                read(&parse(&text).unwrap(), name).unwrap(),
                *shown,
                "{text}"
            );
        }
    }
}

#[test]
fn no_key_is_left_out() {
    for (section, table, shared) in [("system", SYSTEM, &SHARED[1..]), ("demo", APP, &[])] {
        let mut listed: Vec<&str> = Key::all(table).iter().map(|key| key.name).collect();
        listed.extend(shared);
        listed.sort_unstable();
        assert_eq!(
            listed,
            crate::known_keys(section).iter().collect::<Vec<_>>(),
            "{section}"
        );
    }
}

struct Key {
    name: &'static str,
    default: &'static str,
    /// With how each is shown.
    good: Vec<(&'static str, &'static str)>,
    bad: Vec<&'static str>,
    expected: &'static str,
}

impl Key {
    fn all(table: &'static str) -> Vec<Self> {
        table
            .lines()
            .filter(|line| !line.is_empty())
            .map(Self::read)
            .collect()
    }

    fn read(line: &'static str) -> Self {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, default, good, bad, expected] = columns[..] else {
            panic!("{line}");
        };
        let values = |column: &'static str| {
            let set = SETS.iter().find(|(name, _)| *name == column);
            let values = set.map_or(column, |(_, values)| values).split(" ; ");
            values.filter(|value| !value.is_empty())
        };
        let good = values(good).map(|value| value.split_once(" -> ").unwrap_or((value, value)));
        Self {
            name,
            default,
            good: good.collect(),
            bad: values(bad).collect(),
            expected,
        }
    }

    /// In the file, in the environment, and in a file that either names, it is all the same.
    fn check(
        &self,
        section: &str,
        before: &str,
        read: impl Fn(&Config, &str) -> Result<String, ConfigError>,
    ) {
        let name = self.name;
        let head = format!("{before}[{section}]\n");
        for nothing in [String::new(), format!("{name} ="), format!("{name} = \"\"")] {
            let config = parse(&format!("{head}{nothing}")).unwrap();
            assert_eq!(read(&config, name).unwrap(), self.default, "{name}");
        }
        let variable = format!("EASY_WECHAT_{section}_{name}").to_uppercase();
        let file_variable = format!("{variable}_FILE");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        let ways = |value: &str| {
            std::fs::write(&path, format!("{value}\r\n")).unwrap();
            let path = path.to_str().unwrap();
            let file = |line: String| Config::parse(&format!("{head}{line}\n"), [("", "")]);
            let environment = |name: &str, value| Config::parse(&head, [(name, value)]);
            [
                (file(format!("{name} = {value}")), "config.ini"),
                (file(format!("{name}_file = {path}")), "config.ini"),
                (environment(&variable, value), &variable),
                (environment(&file_variable, path), &file_variable),
            ]
            .map(|(config, origin)| (config.unwrap(), origin.to_owned()))
        };
        for (value, shown) in &self.good {
            for (config, origin) in ways(value) {
                assert_eq!(
                    read(&config, name).unwrap(),
                    *shown,
                    "{name} = {value} by {origin}"
                );
            }
        }
        for value in &self.bad {
            for (config, origin) in ways(value) {
                let error = read(&config, name).expect_err(value);
                let place = format!("{origin}: [{section}] {name} is {value:?}");
                says(&error, &[&place, "should be", self.expected]);
            }
        }
    }
}

fn of_system(it: &SystemConfig, key: &str) -> String {
    match key {
        "listen" => it.listen.clone(),
        "route_name" => it.route_name.clone(),
        "workers" => show(&it.workers),
        "max_body" => show(&it.max_body),
        "max_in_flight" => show(&it.max_in_flight),
        "shutdown_timeout" => show(&it.shutdown_timeout),
        "healthz" => show(&it.healthz),
        "log_path" => show(&it.log.dir),
        "log_name" => it.log.name.clone(),
        "log_level" => show(&it.log.level),
        "log_format" => show(&it.log.format),
        "log_max_size" => show(&it.log.max_size),
        "log_max_files" => show(&it.log.max_files),
        "log_max_age" => show(&it.log.max_age),
        "log_daily" => show(&it.log.daily),
        "log_time_zone" => it.log.time_zone.clone(),
        "log_stderr" => show(&it.log.stderr),
        "log_file" => show(&it.log.file),
        "other_sections" => it.other_sections.join(", "),
        other => panic!("no key {other}"),
    }
}

fn of_app(it: &AppConfig, key: &str) -> String {
    match key {
        "kind" => show(&it.kind),
        "mode" => show(&it.mode),
        "corpid" => it.corpid.clone(),
        "appid" => it.appid.clone(),
        "secret" => reveal(it.secret.as_ref()),
        "api_base_url" => it.api.base_url.clone(),
        "proxy" => show(&it.api.proxy),
        "api_connect_timeout" => show(&it.api.connect_timeout),
        "api_timeout" => show(&it.api.timeout),
        "api_patience" => show(&it.api.patience),
        "rate_limits" => show(&it.api.rate_limits),
        "markdown_as_text" => readers(&it.api.markdown_as_text),
        "state_path" => it
            .api
            .state_path
            .as_ref()
            .map_or_else(|| "memory".to_owned(), |path| path.display().to_string()),
        "token" => reveal(it.token.as_ref()),
        "encoding_aes_key" => reveal(it.encoding_aes_key.as_ref()),
        "receive_ids" => it.receive_ids.join("+"),
        "route_name" => it.route_name.clone(),
        "reply_within" => show(&it.reply_within),
        "max_callback_age" => show(&it.max_callback_age),
        "deduplicate" => show(&it.deduplicate),
        "customer_service" => show(&it.customer_service),
        "webhook" => reveal(it.webhook.as_ref()),
        other => panic!("no key {other}"),
    }
}

fn readers(readers: &PlugInReaders) -> String {
    match readers {
        PlugInReaders::Members(members) => {
            let names: Vec<&str> = members.iter().map(UserId::as_str).collect();
            names.join("+")
        }
        other => show(other),
    }
}

fn show(value: &impl Debug) -> String {
    format!("{value:?}")
}

fn reveal(secret: Option<&Secret>) -> String {
    secret.map_or("none", Secret::reveal).to_owned()
}

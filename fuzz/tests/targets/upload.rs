//! Uploads: the sandbox reads any multipart body and stays alive, and a file that the client sends comes back the same.

use std::sync::LazyLock;

use easy_wechat::client::Upload;
use easy_wechat::outgoing::MediaType;
use easy_wechat::{ClientError, MediaId, Sandbox, WeChatClient};
use serde_json::Value;
use tokio::runtime::Runtime;

pub(crate) const DICTIONARY: &[&str] = &[
    "--B", "--B--", "--B\r\n", "\r\n--B--\r\n", "\r\n", "\n", "Content-Disposition: form-data; ", "name=\"media\"", "name=media",
    "; filename=\"a.txt\"", "; filename*=UTF-8''%E4%BD%A0", "filename=\"月报.pdf\"", "\"", "\\\"", "%22", "Content-Type: text/plain\r\n",
    "Content-Length: 5\r\n", "Content-Length: 99999999999\r\n", "Content-Transfer-Encoding: base64\r\n", "multipart/mixed; boundary=B",
    "\0", "\u{ff}", "../../etc/passwd", ": ", ";",
];

pub(crate) fn check(input: &[u8]) {
    WORLD.runtime.block_on(async {
        WORLD.reads(input).await;
        WORLD.writes(input).await;
    });
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

struct World {
    runtime: Runtime,
    sandbox: Sandbox,
    client: WeChatClient,
    http: reqwest::Client,
    token: String,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start()).unwrap();
        let config = sandbox.config("demo");
        // It sees to the TLS that the other client needs as well.
        let client = WeChatClient::from_config(&config, "demo").unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let app = config.app("demo").unwrap();
        let url = format!(
            "{}/cgi-bin/gettoken?corpid={}&corpsecret={}",
            sandbox.url(),
            app.corpid,
            app.secret.as_ref().unwrap().reveal()
        );
        let token = runtime.block_on(async {
            let answer = http.get(url).send().await.unwrap().bytes().await.unwrap();
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            answer["access_token"].as_str().unwrap().to_owned()
        });
        Self {
            runtime,
            sandbox,
            client,
            http,
            token,
        }
    }

    /// The input is the body, with the boundary `B`.
    async fn reads(&self, input: &[u8]) {
        let url = format!(
            "{}/cgi-bin/media/upload?type=file&access_token={}",
            self.sandbox.url(),
            self.token
        );
        let request = self.http.post(url).body(input.to_vec());
        let request = request.header("Content-Type", "multipart/form-data; boundary=B");
        let answer = request.send().await.expect("the sandbox lives");
        assert_eq!(answer.status(), 200);
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let errcode = answer["errcode"].as_i64().expect("an errcode");
        let Some(media_id) = answer["media_id"].as_str() else {
            return assert_ne!(errcode, 0, "{answer}");
        };
        let media = self.client.media(&MediaId::from(media_id)).await.unwrap();
        let bytes = media.bytes.as_ref();
        let is_part = input.windows(bytes.len().max(1)).any(|window| window == bytes);
        assert!(is_part || bytes.is_empty(), "the file is a part of the body");
    }

    /// The first line of the input is the name, the rest the file.
    async fn writes(&self, input: &[u8]) {
        let end = input.iter().position(|&byte| byte == b'\n');
        let (name, file) = input.split_at(end.unwrap_or(input.len().min(8)));
        let name = String::from_utf8_lossy(name).into_owned();
        let upload = Upload::bytes(&name, file.to_vec());
        let uploaded = match self.client.upload_media(MediaType::File, upload).await {
            Ok(uploaded) => uploaded,
            // Too small, or no name.
            Err(ClientError::Outgoing(_)) => return,
            Err(error) => panic!("{name:?} of {} bytes: {error:?}", file.len()),
        };
        let media = self.client.media(&uploaded.media_id).await.unwrap();
        assert_eq!(media.bytes, file);
        let plain = |char: char| char.is_alphanumeric();
        if !name.is_empty() && name.len() < 100 && name.chars().all(plain) {
            let came = media.file_name.unwrap_or_default();
            assert!(came == name || came == format!("_{name}"), "{came:?} for {name:?}");
        }
    }
}

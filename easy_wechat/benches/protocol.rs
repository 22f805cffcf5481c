//! The pure part beside its bare primitives, in one run: open, seal, parse, serialize.
//!
//! `cargo bench -p easy_wechat --bench protocol`

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

use std::hint::black_box;
use std::time::Instant;

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::{GeneralPurposeConfig, Simd};
use easy_wechat::crypt::Envelope;
use easy_wechat::{Message, Reply, Seal, WXBizMsgCrypt};
use sha1::{Digest as _, Sha1};

fn main() {
    println!("\n| ns, median | 300 B | 64 KiB |");
    println!("|---|---|---|");
    let small = Sample::new(300);
    let large = Sample::new(64 * 1024);
    let row = |name: &str, of: &dyn Fn(&Sample) -> f64| {
        let (small, large) = (of(&small), of(&large));
        println!("| {name} | {small:.0} | {large:.0} |");
        (small, large)
    };
    row("envelope: body to ciphertext", &|s| {
        time(|| Envelope::parse(&s.body).map(|e| e.encrypt.len()))
    });
    let open = row("open: verify, decode, decrypt, check", &|s| {
        time(|| s.open())
    });
    let seal = row("seal: encrypt, encode, sign, envelope", &|s| {
        time(|| s.seal())
    });
    row("parse: XML to Message", &|s| {
        time(|| Message::parse(s.message.as_str()))
    });
    row("serialize: Reply to XML", &|s| {
        time(|| s.reply.to_xml("zhangsan", CORPID, 1_450_092_658))
    });
    let decode = row("primitive: base64 decode", &|s| time(|| s.bare_decode()));
    let encode = row("primitive: base64 encode", &|s| time(|| s.bare_encode()));
    let decrypt = row("primitive: AES-256-CBC decrypt", &|s| {
        time(|| s.bare_decrypt())
    });
    let encrypt = row("primitive: AES-256-CBC encrypt", &|s| {
        time(|| s.bare_encrypt())
    });
    let sha1 = row("primitive: SHA-1", &|s| time(|| s.bare_sha1()));
    let ours = (open.0 + seal.0, open.1 + seal.1);
    let sum = |of: fn((f64, f64)) -> f64| {
        of(decode) + of(encode) + of(decrypt) + of(encrypt) + 2.0 * of(sha1)
    };
    let bare = (sum(|it| it.0), sum(|it| it.1));
    println!(
        "| **open + seal** | **{:.0}** | **{:.0}** |",
        ours.0, ours.1
    );
    println!(
        "| the primitives together | {:.0} | {:.0} |",
        bare.0, bare.1
    );
    println!(
        "| open + seal beside them | {:.2} x | {:.2} x |",
        ours.0 / bare.0,
        ours.1 / bare.1
    );
}

/// A message of a given length, and everything that is made of it.
struct Sample {
    crypt: WXBizMsgCrypt,
    message: String,
    reply: Reply,
    body: String,
    encrypt: String,
    signature: String,
    plain: Vec<u8>,
    ciphertext: Vec<u8>,
    base64: Simd,
    aes: (aes::Aes256Enc, aes::Aes256Dec),
    seal: Seal,
}

impl Sample {
    fn new(length: usize) -> Self {
        let crypt = WXBizMsgCrypt::new(TOKEN, KEY, CORPID).expect("good keys");
        let head = format!(
            "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>\
             <CreateTime>1450092658</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA["
        );
        let tail = "]]></Content><MsgId>4484038593957855295</MsgId><AgentID>2</AgentID></xml>";
        let content = "x".repeat(length - head.len() - tail.len());
        let message = format!("{head}{content}{tail}");
        let seal = Seal {
            timestamp: 1_450_092_658,
            nonce: "2095700682".to_owned(),
            random: *b"0123456789abcdef",
        };
        let body = crypt
            .encrypt_msg(&message, &seal)
            .expect("it can be sealed");
        let encrypt = Envelope::parse(&body)
            .expect("an envelope")
            .encrypt
            .into_owned();
        let signature =
            easy_wechat::crypt::signature([TOKEN, "1450092658", "2095700682", &encrypt]);
        let base64 = Simd::standard(GeneralPurposeConfig::new());
        let ciphertext = base64.decode(&encrypt).expect("base64");
        Self {
            signature: String::from_utf8(signature.to_vec()).expect("hex"),
            reply: Reply::Text(content),
            plain: vec![b'x'; ciphertext.len()],
            aes: (
                aes::Aes256Enc::new(&[7; 32].into()),
                aes::Aes256Dec::new(&[7; 32].into()),
            ),
            crypt,
            message,
            body,
            encrypt,
            ciphertext,
            base64,
            seal,
        }
    }

    fn open(&self) -> usize {
        let opened = self
            .crypt
            .open(&self.encrypt, &self.signature, "1450092658", "2095700682");
        opened.expect("it is ours").message.len()
    }

    fn seal(&self) -> usize {
        self.crypt
            .seal(&self.message, CORPID, &self.seal)
            .expect("it can be sealed")
            .len()
    }

    fn bare_decode(&self) -> Vec<u8> {
        self.base64.decode(&self.encrypt).expect("base64")
    }

    fn bare_encode(&self) -> String {
        self.base64.encode(&self.ciphertext)
    }

    fn bare_decrypt(&self) -> Vec<u8> {
        let mut buffer = self.ciphertext.clone();
        cbc::Decryptor::inner_iv_init(&self.aes.1, &[7; 16].into())
            .decrypt_padded::<NoPadding>(&mut buffer)
            .expect("whole blocks");
        buffer
    }

    fn bare_encrypt(&self) -> Vec<u8> {
        let mut buffer = self.plain.clone();
        let length = buffer.len();
        cbc::Encryptor::inner_iv_init(&self.aes.0, &[7; 16].into())
            .encrypt_padded::<NoPadding>(&mut buffer, length)
            .expect("whole blocks");
        buffer
    }

    fn bare_sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.encrypt).into()
    }
}

/// Nanoseconds a call, the median of many batches.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut batches = Vec::new();
    for _ in 0..101 {
        let mut calls = 0_u32;
        let began = Instant::now();
        while calls < 20 || began.elapsed().as_micros() < 300 {
            for _ in 0..5 {
                black_box(call());
            }
            calls += 5;
        }
        batches.push(began.elapsed().as_nanos() as f64 / f64::from(calls));
    }
    batches.sort_by(f64::total_cmp);
    batches[batches.len() / 2]
}

const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
const CORPID: &str = "wx82ef843a5129db66";

use std::fmt;
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig, Simd};
use zeroize::Zeroizing;

use super::CryptError;

/// The key of a callback address: 43 characters that stand for 32 bytes.
///
/// Never printed, and wiped when dropped.
#[derive(Clone)]
pub struct EncodingAesKey(Zeroizing<[u8; 32]>);

impl EncodingAesKey {
    /// Reads the 43 characters of the console.
    ///
    /// They carry 258 bits, 2 more than the key has. The console draws all 43 at random, so the surplus bits may be
    /// anything; they are left out, as the platform does.
    ///
    /// # Errors
    /// [`CryptError::IllegalAesKey`] when it is not 43 characters of base64.
    pub fn parse(text: &str) -> Result<Self, CryptError> {
        let illegal = || CryptError::IllegalAesKey {
            characters: text.chars().count(),
        };
        if text.len() != 43 {
            return Err(illegal());
        }
        let bytes = Zeroizing::new(LENIENT.decode(text).map_err(|_| illegal())?);
        let key = bytes
            .first_chunk::<32>()
            .filter(|_| bytes.len() == 32)
            .ok_or_else(illegal)?;
        Ok(Self(Zeroizing::new(*key)))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodingAesKey(..)")
    }
}

/// Whom a message may be for: the id that stands, encrypted, behind every message.
///
/// | what is called back | its receive id |
/// |---|---|
/// | an app of one's own | the corpid |
/// | a third-party app (suite) | the suiteid, and the corpids that installed it |
/// | an Official Account | its AppID |
/// | an AI bot of one's own | the empty text |
///
/// <https://developer.work.weixin.qq.com/document/path/90968>
#[derive(Clone, Debug)]
pub struct ReceiveIds {
    /// The first is one's own. `None` allows all.
    allowed: Option<Arc<[Arc<str>]>>,
}

impl ReceiveIds {
    /// Any one of `ids`; the first is what replies are sealed with when nothing else is said.
    pub fn any_of<T: AsRef<str>>(ids: impl IntoIterator<Item = T>) -> Self {
        Self {
            allowed: Some(ids.into_iter().map(|id| Arc::from(id.as_ref())).collect()),
        }
    }

    /// Do not check: whoever has the token and the key is believed to be calling the right one.
    pub fn unchecked() -> Self {
        Self { allowed: None }
    }

    pub(super) fn own(&self) -> &str {
        self.allowed
            .as_deref()
            .and_then(<[_]>::first)
            .map_or("", |id| id)
    }

    /// The id among the allowed ones that is `found`.
    pub(super) fn admit(&self, found: &[u8]) -> Result<Arc<str>, CryptError> {
        let Some(allowed) = self.allowed.as_deref() else {
            return Ok(Arc::from(String::from_utf8_lossy(found)));
        };
        allowed
            .iter()
            .find(|id| id.as_bytes() == found)
            .cloned()
            .ok_or_else(|| CryptError::ValidateCorpid {
                found: String::from_utf8_lossy(found).chars().take(64).collect(),
                expected: allowed.iter().map(ToString::to_string).collect(),
            })
    }
}

impl From<&str> for ReceiveIds {
    fn from(id: &str) -> Self {
        Self::any_of([id])
    }
}

impl From<String> for ReceiveIds {
    fn from(id: String) -> Self {
        Self::any_of([id])
    }
}

static LENIENT: LazyLock<Simd> = LazyLock::new(|| {
    Simd::standard(
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    )
});

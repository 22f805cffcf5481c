use serde_json::{Map, Value};

use super::WeChatClient;
use super::multipart::{self, Rule};
use super::upload::Upload;
use crate::call::ClientError;
use crate::clock::Timestamp;
use crate::ids::MediaId;
use crate::outgoing::MediaType;

/// A file that the platform has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// What a message names it by, for 3 days. All apps of the corporation may use it.
    pub media_id: MediaId,
    /// When the platform took it.
    pub created_at: Timestamp,
}

impl WeChatClient {
    /// Uploads a temporary file (临时素材), which the platform keeps for 3 days.
    ///
    /// It is checked before anything leaves: that it can be read, its size, its format. It may take `api_timeout` and a
    /// second for each 32 KiB. When it fails it is sent again as any call, within `api_patience`: a file that was uploaded
    /// twice does no harm.
    ///
    /// ```no_run
    /// # async fn example(client: easy_wechat::WeChatClient) -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::client::Upload;
    /// use easy_wechat::outgoing::MediaType;
    /// use serde_json::json;
    ///
    /// let report = client.upload_media(MediaType::File, Upload::file("月报.pdf")).await?;
    /// let _ = client.send_media("file", json!({"media_id": report.media_id.as_str()}), "zhangsan").await?;
    /// # Ok(()) }
    /// ```
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90253>,
    /// <https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html>
    ///
    /// # Errors
    /// - [`ClientError::File`] when it cannot be read, or changes while it is sent.
    /// - [`ClientError::Outgoing`] before anything is sent, when the platform would not take it: too small, too large, of
    ///   another format.
    /// - [`ClientError::Api`] when the platform refuses; [`ClientError::Unreachable`] when it cannot be reached.
    pub async fn upload_media(
        &self,
        media_type: MediaType,
        file: Upload,
    ) -> Result<Uploaded, ClientError> {
        let query = [("type", media_type.as_str())];
        let rule = Rule::Media(media_type);
        let answer = self.send_file(MEDIA, &query, &file, rule).await?;
        read(&answer, self.0.clock.now())
            .ok_or_else(|| ClientError::garbled(MEDIA, "JSON without a media_id", true))
    }

    /// Uploads a picture for articles and markdown, and returns its address, which is good for ever but only inside of the
    /// platform's apps.
    ///
    /// JPG or PNG, at most 2 MB, on an Official Account 1 MB.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90256>
    ///
    /// # Errors
    /// As for [`WeChatClient::upload_media`].
    pub async fn upload_image(&self, file: Upload) -> Result<String, ClientError> {
        let answer = self.send_file(IMAGE, &[], &file, Rule::Article).await?;
        match answer.get("url") {
            Some(Value::String(url)) if !url.is_empty() => Ok(url.clone()),
            _ => Err(ClientError::garbled(IMAGE, "JSON without a url", true)),
        }
    }

    async fn send_file(
        &self,
        path: &str,
        query: &[(&str, &str)],
        file: &Upload,
        rule: Rule,
    ) -> Result<Map<String, Value>, ClientError> {
        let api = &*self.0.api;
        let file = &file.afresh();
        rule.check(api.kind, file).await?;
        self.persist(|token| async move {
            let secrets = [("access_token", token.secret().reveal())];
            multipart::send(api, path, query, &secrets, file, rule).await
        })
        .await
    }
}

/// What the platform says of a file that it took; `now` counts where it does not say when.
pub(super) fn read(answer: &Map<String, Value>, now: Timestamp) -> Option<Uploaded> {
    // The cover of a film has a name of its own on Official Accounts.
    let id = ["media_id", "thumb_media_id"]
        .into_iter()
        .find_map(|name| answer.get(name)?.as_str())
        .filter(|id| !id.is_empty())?;
    let created_at = match answer.get("created_at") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number.as_i64(),
        _ => None,
    };
    Some(Uploaded {
        media_id: MediaId::from(id),
        created_at: created_at.map_or(now, Timestamp::from_secs),
    })
}

const MEDIA: &str = "/cgi-bin/media/upload";
const IMAGE: &str = "/cgi-bin/media/uploadimg";

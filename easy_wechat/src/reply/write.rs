//! Replies as the platform's XML.

use super::{Article, Reply};
use crate::ids::MediaId;
use crate::xml::XmlWriter;

impl Reply {
    /// The reply as XML, from the one who was written to back to the one who wrote; `None` when there is nothing to send.
    ///
    /// `created` is in seconds since 1970-01-01 UTC. Limits are not looked at: see [`Reply::fit`].
    pub fn to_xml(&self, to: &str, from: &str, created: i64) -> Option<String> {
        let msg_type = self.msg_type()?;
        let mut xml = XmlWriter::with_capacity(self.size_hint() + to.len() + from.len());
        xml.element("xml", |xml| {
            xml.text("ToUserName", to);
            xml.text("FromUserName", from);
            xml.number("CreateTime", created);
            xml.text("MsgType", msg_type);
            self.write_body(xml);
        });
        Some(xml.finish())
    }

    fn write_body(&self, xml: &mut XmlWriter) {
        match self {
            Self::None => {}
            Self::Text(text) => xml.text("Content", text),
            Self::Image(media_id) => media(xml, "Image", media_id),
            Self::Voice(media_id) => media(xml, "Voice", media_id),
            Self::Video {
                media_id,
                title,
                description,
            } => xml.element("Video", |xml| {
                xml.text("MediaId", media_id.as_str());
                xml.text("Title", title);
                xml.text("Description", description);
            }),
            Self::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => {
                xml.element("Music", |xml| {
                    xml.text("Title", title);
                    xml.text("Description", description);
                    xml.text("MusicUrl", music_url);
                    xml.text("HQMusicUrl", hq_music_url);
                    xml.text("ThumbMediaId", thumb_media_id.as_str());
                });
            }
            Self::News(articles) => news(xml, articles),
            Self::UpdateButton { replace_name } => {
                xml.element("Button", |xml| xml.text("ReplaceName", replace_name));
            }
            Self::UpdateTemplateCard(card) => xml.element("TemplateCard", |xml| card.write(xml)),
            Self::UpdateTaskcard { replace_name } => {
                xml.element("TaskCard", |xml| xml.text("ReplaceName", replace_name));
            }
            Self::TransferCustomerService { kf_account } => {
                if let Some(kf_account) = kf_account {
                    xml.element("TransInfo", |xml| xml.text("KfAccount", kf_account));
                }
            }
        }
    }

    /// About how long the XML will be.
    fn size_hint(&self) -> usize {
        match self {
            Self::Text(text) => 256 + text.len(),
            Self::News(articles) => 256 + 512 * articles.len(),
            _ => 512,
        }
    }
}

fn media(xml: &mut XmlWriter, element: &str, media_id: &MediaId) {
    xml.element(element, |xml| xml.text("MediaId", media_id.as_str()));
}

fn news(xml: &mut XmlWriter, articles: &[Article]) {
    xml.number(
        "ArticleCount",
        i64::try_from(articles.len()).unwrap_or(i64::MAX),
    );
    xml.element("Articles", |xml| {
        for article in articles {
            xml.element("item", |xml| {
                xml.text("Title", &article.title);
                xml.text("Description", &article.description);
                xml.text("PicUrl", &article.pic_url);
                xml.text("Url", &article.url);
            });
        }
    });
}

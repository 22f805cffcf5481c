//! The addresses under `/cgi-bin/`: what each one takes, and who answers.

use super::answer::Answered;
use super::body::{Expects, Part};
use super::request::ApiRequest;
use super::{
    agent, appchat, card_update, contacts, custom, media, menu, recall, send, token, webhook,
};
use crate::platform::AccountKind;
use crate::sandbox::world::WorldState;

/// One address.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) verb: Verb,
    /// The platform that has it; both when there is none here.
    of: Option<AccountKind>,
    /// Whether it needs `access_token`.
    pub(crate) token: bool,
    pub(crate) expects: Expects,
    pub(crate) run: Run,
}

/// How an address is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    /// Documented as GET; the platform takes POST as well, with the parameters in the query or in the body, which many
    /// programs rely on.
    Either,
}

pub(crate) type Run = fn(&mut WorldState, &mut ApiRequest<'_>) -> Answered;

impl Endpoint {
    pub(crate) fn of(path: &str) -> Option<&'static Self> {
        ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
    }

    pub(crate) fn is_of(&self, kind: AccountKind) -> bool {
        self.of.is_none_or(|of| of == kind)
    }

    const fn get(path: &'static str, run: Run) -> Self {
        Self {
            path,
            verb: Verb::Get,
            of: Some(AccountKind::WeCom),
            token: true,
            expects: Expects::Nothing,
            run,
        }
    }

    const fn post(path: &'static str, run: Run) -> Self {
        Self {
            verb: Verb::Post,
            expects: Expects::Json(JSON_BYTES),
            ..Self::get(path, run)
        }
    }

    const fn upload(path: &'static str, part: Part, run: Run) -> Self {
        Self {
            verb: Verb::Post,
            expects: Expects::File(part),
            ..Self::get(path, run)
        }
    }

    /// An address that gives out tokens.
    const fn token(path: &'static str, run: Run) -> Self {
        Self {
            verb: Verb::Either,
            token: false,
            expects: Expects::Parameters(PARAMETERS_BYTES),
            ..Self::get(path, run)
        }
    }

    /// The caller is identified in another way.
    const fn without_token(self) -> Self {
        Self {
            token: false,
            ..self
        }
    }

    const fn official(self) -> Self {
        Self {
            of: Some(AccountKind::OfficialAccount),
            ..self
        }
    }

    const fn of_both(self) -> Self {
        Self { of: None, ..self }
    }
}

#[rustfmt::skip]
static ENDPOINTS: &[Endpoint] = &[
    Endpoint::post("/cgi-bin/message/send", send::send),
    Endpoint::token("/cgi-bin/gettoken", token::gettoken),
    Endpoint::post("/cgi-bin/message/custom/send", custom::send).official(),
    Endpoint::token("/cgi-bin/token", token::token).official(),
    Endpoint::post("/cgi-bin/stable_token", token::stable_token).without_token().official(),
    Endpoint::post("/cgi-bin/message/recall", recall::recall),
    Endpoint::post("/cgi-bin/message/update_template_card", card_update::update),
    Endpoint::post("/cgi-bin/message/get_statistics", recall::statistics),
    Endpoint::upload("/cgi-bin/media/upload", Part::Media, media::upload).of_both(),
    Endpoint::get("/cgi-bin/media/get", media::get).of_both(),
    Endpoint::upload("/cgi-bin/media/uploadimg", Part::Any, media::uploadimg).of_both(),
    Endpoint::post("/cgi-bin/appchat/create", appchat::create),
    Endpoint::post("/cgi-bin/appchat/update", appchat::update),
    Endpoint::get("/cgi-bin/appchat/get", appchat::get),
    Endpoint::post("/cgi-bin/appchat/send", appchat::send),
    Endpoint { expects: Expects::Json(WEBHOOK_BYTES), ..Endpoint::post("/cgi-bin/webhook/send", webhook::send).without_token() },
    Endpoint::upload("/cgi-bin/webhook/upload_media", Part::Media, webhook::upload_media).without_token(),
    Endpoint::get("/cgi-bin/user/get", contacts::user_get),
    Endpoint::get("/cgi-bin/user/list", contacts::user_list),
    Endpoint::get("/cgi-bin/user/simplelist", contacts::user_simplelist),
    Endpoint::post("/cgi-bin/user/list_id", contacts::user_list_id),
    Endpoint::get("/cgi-bin/department/list", contacts::department_list),
    Endpoint::get("/cgi-bin/department/get", contacts::department_get),
    Endpoint::get("/cgi-bin/department/simplelist", contacts::department_simplelist),
    Endpoint::get("/cgi-bin/tag/list", contacts::tag_list),
    Endpoint::get("/cgi-bin/tag/get", contacts::tag_get),
    Endpoint::get("/cgi-bin/agent/get", agent::get),
    Endpoint::get("/cgi-bin/agent/list", agent::list),
    Endpoint::post("/cgi-bin/menu/create", menu::create).of_both(),
    Endpoint::get("/cgi-bin/menu/get", menu::get).of_both(),
    Endpoint::get("/cgi-bin/menu/delete", menu::delete).of_both(),
    Endpoint::get("/cgi-bin/getcallbackip", agent::callback_ip).of_both(),
    Endpoint::get("/cgi-bin/get_api_domain_ip", agent::api_domain_ip).of_both(),
];

const JSON_BYTES: usize = 1 << 20;

/// A few ids.
const PARAMETERS_BYTES: usize = 16 << 10;

/// A picture of 2 MiB in base64, and the rest.
const WEBHOOK_BYTES: usize = 4 << 20;

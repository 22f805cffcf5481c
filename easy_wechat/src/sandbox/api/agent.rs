//! What an app may know of itself, and of the platform's addresses.

use serde_json::{Value, json};

use super::answer::{Answered, ok};
use super::request::ApiRequest;
use crate::sandbox::world::WorldState;

/// <https://developer.work.weixin.qq.com/document/path/90227>
pub(crate) fn get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let id = request.query_number("agentid", 41011, 40056)?;
    super::send::own(state, request.app, id)?;
    let users = state.people.iter();
    let users: Vec<Value> = users.map(|it| json!({"userid": it.id})).collect();
    ok(json!({
        "agentid": id,
        "name": state.name_of(request.app),
        "square_logo_url": format!("{}/assets/icon.svg", request.url),
        "description": "",
        "allow_userinfos": {"user": users},
        "allow_partys": {"partyid": [1]},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": "",
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }))
}

/// The app that the token is of: others it may not see.
pub(crate) fn list(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let app = state.apps.get(request.app);
    let list: Vec<Value> = app
        .into_iter()
        .map(|app| {
            json!({
                "agentid": app.agent_id,
                "name": state.name_of(request.app),
                "square_logo_url": format!("{}/assets/icon.svg", request.url),
            })
        })
        .collect();
    ok(json!({"agentlist": list}))
}

/// Where callbacks come from: this machine.
pub(crate) fn callback_ip(_: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    ok(json!({"ip_list": [host(request.url)]}))
}

/// Where the API is: this machine.
pub(crate) fn api_domain_ip(_: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    ok(json!({"ip_list": [host(request.url)]}))
}

fn host(url: &str) -> &str {
    let host = url.rsplit_once(':').map_or(url, |(host, _)| host);
    host.trim_start_matches("http://").trim_matches(['[', ']'])
}

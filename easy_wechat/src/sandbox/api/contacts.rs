//! The directory: members, departments, tags, as an app may read them.
//!
//! <https://developer.work.weixin.qq.com/document/path/90196> and the pages beside it. What apps of today do not get any more
//! (telephone, mail, picture) is left out.

use serde_json::{Value, json};

use super::answer::{Answered, ok};
use super::error::ApiError;
use super::recipients::{is_department, members_of};
use super::request::ApiRequest;
use crate::sandbox::people::{Department, Member};
use crate::sandbox::world::WorldState;

pub(crate) fn user_get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let id = request.query.get("userid");
    let id = id.ok_or_else(|| ApiError::new(41009))?;
    let member = state.people.get(&id);
    let member = member.ok_or_else(|| ApiError::new(60111))?;
    ok(whole(member))
}

/// <https://developer.work.weixin.qq.com/document/path/90201>
pub(crate) fn user_list(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let members = members_in(state, request, whole)?;
    ok(json!({"userlist": members}))
}

pub(crate) fn user_simplelist(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let members = members_in(state, request, brief)?;
    ok(json!({"userlist": members}))
}

/// The members of the department that `department_id` names; with `fetch_child=1` also those of the departments within it.
fn members_in(
    state: &WorldState,
    request: &ApiRequest<'_>,
    show: impl Fn(&Member) -> Value,
) -> Result<Vec<Value>, ApiError> {
    let department = request.query_number("department_id", 60123, 60123)?;
    if !is_department(&state.people, department) {
        return Err(ApiError::at(60123, "department_id"));
    }
    let deep = request.query.get("fetch_child").as_deref() == Some("1");
    let members = members_of(&state.people, department, deep);
    Ok(members
        .filter_map(|id| state.people.get(&id).map(&show))
        .collect())
}

/// All that an app of today reads of a member.
fn whole(member: &Member) -> Value {
    let mut user = brief(member);
    if let Some(fields) = user.as_object_mut() {
        let departments = member.departments.len();
        let rest = [
            ("order", json!(vec![0; departments])),
            ("is_leader_in_dept", json!(vec![0; departments])),
            ("direct_leader", json!([])),
            ("main_department", json!(member.departments.first())),
            ("extattr", json!({"attrs": []})),
            ("gender", json!("0")),
            ("alias", json!("")),
            ("position", json!("")),
            ("status", json!(1)),
        ];
        fields.extend(rest.map(|(name, value)| (name.to_owned(), value)));
    }
    user
}

/// Every member once for each of his departments, in pieces of `limit`.
pub(crate) fn user_list_id(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let limit = request.number("limit").unwrap_or(10_000).clamp(1, 10_000);
    let limit = usize::try_from(limit).unwrap_or(1);
    let cursor = request.text("cursor").unwrap_or_default();
    let from: usize = match cursor.as_str() {
        "" => 0,
        cursor => cursor.parse().map_err(|_| ApiError::at(40058, "cursor"))?,
    };
    let all = state.people.iter().flat_map(|member| {
        let departments = member.departments.iter();
        departments.map(|id| json!({"userid": member.id, "department": id}))
    });
    let mut rest = all.skip(from);
    let piece: Vec<Value> = rest.by_ref().take(limit).collect();
    let mut answer = json!({"dept_user": piece});
    if rest.next().is_some()
        && let Some(fields) = answer.as_object_mut()
    {
        let next = from.saturating_add(limit).to_string();
        fields.insert("next_cursor".to_owned(), Value::from(next));
    }
    ok(answer)
}

pub(crate) fn department_list(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let list = departments(state, request, department)?;
    ok(json!({"department": list}))
}

/// <https://developer.work.weixin.qq.com/document/path/95351>
pub(crate) fn department_get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let id = request.query_number("id", 60123, 60123)?;
    let found = state.people.departments.iter().find(|it| it.id == id);
    let found = found.ok_or_else(|| ApiError::at(60123, "id"))?;
    ok(json!({"department": department(found)}))
}

fn department(it: &Department) -> Value {
    json!({
        "id": it.id,
        "name": it.name,
        "department_leader": [],
        "parentid": it.parent,
        "order": ORDER,
    })
}

pub(crate) fn department_simplelist(
    state: &mut WorldState,
    request: &mut ApiRequest<'_>,
) -> Answered {
    let list = departments(
        state,
        request,
        |it| json!({"id": it.id, "parentid": it.parent, "order": ORDER}),
    )?;
    ok(json!({"department_id": list}))
}

pub(crate) fn tag_list(state: &mut WorldState, _: &mut ApiRequest<'_>) -> Answered {
    let tags = state.people.tags.iter();
    let tags: Vec<Value> = tags
        .map(|tag| json!({"tagid": tag.id, "tagname": tag.name}))
        .collect();
    ok(json!({"taglist": tags}))
}

pub(crate) fn tag_get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let id = request.query_number("tagid", 41017, 40068)?;
    let tag = state.people.tags.iter().find(|tag| tag.id == id);
    let tag = tag.ok_or_else(|| ApiError::new(40068))?;
    let members = tag.members.iter().filter_map(|id| state.people.get(id));
    let members: Vec<Value> = members
        .map(|member| json!({"userid": member.id, "name": member.name}))
        .collect();
    ok(json!({"tagname": tag.name, "userlist": members, "partylist": tag.departments}))
}

fn brief(member: &Member) -> Value {
    json!({
        "userid": member.id,
        "name": member.name,
        "department": member.departments,
    })
}

/// The department that `id` names and those within it; all without an `id`.
fn departments(
    state: &WorldState,
    request: &ApiRequest<'_>,
    show: impl Fn(&Department) -> Value,
) -> Result<Vec<Value>, ApiError> {
    let all = &state.people.departments;
    let mut wanted: Vec<i64> = Vec::new();
    match request.query.get("id") {
        None => wanted.extend(all.iter().map(|it| it.id)),
        Some(_) => wanted.push(request.query_number("id", 60123, 60123)?),
    }
    let mut shown = Vec::new();
    let mut next = 0;
    while let Some(&id) = wanted.get(next) {
        let department = all.iter().find(|it| it.id == id);
        let department = department.ok_or_else(|| ApiError::at(60123, "id"))?;
        shown.push(show(department));
        let children = all.iter().filter(|it| it.parent == id).map(|it| it.id);
        for child in children {
            if !wanted.contains(&child) {
                wanted.push(child);
            }
        }
        next += 1;
    }
    Ok(shown)
}

/// No department stands before another.
const ORDER: i64 = 100;

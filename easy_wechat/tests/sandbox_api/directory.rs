//! What an app may read of the corporation.

use serde_json::{Value, json};

use super::caller::{Caller, refused};

#[test]
fn members() {
    let caller = Caller::new();
    let user = caller.get("/cgi-bin/user/get", &[("userid", "ZHANGSAN")]);
    assert_eq!(user["errcode"], 0);
    assert_eq!(user["userid"], "zhangsan");
    assert_eq!(user["name"], "张三");
    assert_eq!(user["department"], json!([1, 2]));
    assert_eq!(user["gender"], "0", "a text on the platform");
    assert_eq!(user["main_department"], 1);
    refused(
        &caller.get("/cgi-bin/user/get", &[("userid", "no")]),
        60111,
        "unknown",
    );
    refused(&caller.get("/cgi-bin/user/get", &[]), 41009, "none");

    let list = |query: &[(&str, &str)]| caller.get("/cgi-bin/user/simplelist", query);
    let names = |answer: &Value| -> Vec<Value> {
        let list = answer["userlist"].as_array().unwrap();
        list.iter().map(|it| it["userid"].clone()).collect()
    };
    assert_eq!(
        names(&list(&[("department_id", "1")])),
        ["lisi", "zhangsan"]
    );
    assert_eq!(names(&list(&[("department_id", "2")])), ["zhangsan"]);
    let deep = [("department_id", "1"), ("fetch_child", "1")];
    assert_eq!(names(&list(&deep)), ["lisi", "zhangsan"]);
    let whole = caller.get("/cgi-bin/user/list", &[("department_id", "2")]);
    assert_eq!(whole["errcode"], 0);
    for (name, value) in user.as_object().unwrap() {
        if !name.starts_with("err") {
            assert_eq!(&whole["userlist"][0][name], value, "as user/get has it");
        }
    }
    refused(&list(&[("department_id", "9")]), 60123, "unknown");
    refused(&list(&[("department_id", "x")]), 60123, "no number");
    refused(&list(&[]), 60123, "none");
}

#[test]
fn members_in_pieces() {
    let caller = Caller::new();
    let piece = |body: &Value| caller.post("/cgi-bin/user/list_id", body);
    let all = piece(&json!({}));
    assert_eq!(
        all["dept_user"],
        json!([
            {"userid": "lisi", "department": 1},
            {"userid": "zhangsan", "department": 1},
            {"userid": "zhangsan", "department": 2},
        ])
    );
    assert_eq!(all.get("next_cursor"), None);
    let first = piece(&json!({"limit": 2}));
    assert_eq!(first["dept_user"].as_array().unwrap().len(), 2);
    let rest = piece(&json!({"limit": 2, "cursor": first["next_cursor"]}));
    assert_eq!(
        rest["dept_user"],
        json!([{"userid": "zhangsan", "department": 2}])
    );
    assert_eq!(rest.get("next_cursor"), None);
    refused(&piece(&json!({"cursor": "x"})), 40058, "a made-up cursor");
}

#[test]
fn departments_and_tags() {
    let caller = Caller::new();
    let ids = |answer: &Value, name: &str| -> Vec<Value> {
        let list = answer[name].as_array().unwrap();
        list.iter().map(|it| it["id"].clone()).collect()
    };
    let all = caller.get("/cgi-bin/department/list", &[]);
    assert_eq!(ids(&all, "department"), [1, 2]);
    assert_eq!(all["department"][1]["parentid"], 1);
    assert_eq!(all["department"][0]["name"], "沙箱公司");
    let one = caller.get("/cgi-bin/department/list", &[("id", "2")]);
    assert_eq!(ids(&one, "department"), [2]);
    let get = |query: &[(&str, &str)]| caller.get("/cgi-bin/department/get", query);
    assert_eq!(get(&[("id", "2")])["department"], one["department"][0]);
    refused(&get(&[("id", "9")]), 60123, "unknown");
    refused(&get(&[]), 60123, "none");
    let simple = caller.get("/cgi-bin/department/simplelist", &[("id", "1")]);
    assert_eq!(ids(&simple, "department_id"), [1, 2]);
    refused(
        &caller.get("/cgi-bin/department/list", &[("id", "9")]),
        60123,
        "unknown",
    );

    let tags = caller.get("/cgi-bin/tag/list", &[]);
    assert_eq!(tags["taglist"], json!([{"tagid": 1, "tagname": "值班"}]));
    let tag = caller.get("/cgi-bin/tag/get", &[("tagid", "1")]);
    assert_eq!(tag["tagname"], "值班");
    assert_eq!(
        tag["userlist"],
        json!([{"userid": "zhangsan", "name": "张三"}])
    );
    assert_eq!(tag["partylist"], json!([]));
    refused(
        &caller.get("/cgi-bin/tag/get", &[("tagid", "9")]),
        40068,
        "unknown",
    );
    refused(&caller.get("/cgi-bin/tag/get", &[]), 41017, "none");
}

#[test]
fn the_app_and_the_addresses() {
    let caller = Caller::new();
    let (own, other) = (caller.agent("demo"), caller.agent("other"));
    let agent = |id: &str| caller.get("/cgi-bin/agent/get", &[("agentid", id)]);
    let own_id = own.to_string();
    let app = agent(&own_id);
    assert_eq!(app["agentid"], own);
    assert_eq!(app["name"], "demo");
    assert_eq!(app["close"], 0);
    assert_eq!(app["allow_partys"], json!({"partyid": [1]}));
    refused(&agent(&other.to_string()), 301_002, "the other app");
    refused(&agent("7"), 40056, "no app");
    refused(&agent("x"), 40056, "no number");
    refused(&caller.get("/cgi-bin/agent/get", &[]), 41011, "none");
    let list = caller.get("/cgi-bin/agent/list", &[])["agentlist"].clone();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["agentid"], own);
    for path in ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"] {
        assert_eq!(caller.get(path, &[])["ip_list"], json!(["127.0.0.1"]));
    }
}

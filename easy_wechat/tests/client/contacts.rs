//! Members, departments, tags, apps, addresses: what the platform documents, and what it sends instead.

use easy_wechat::client::{Gender, StatisticsDay, UserStatus};
use easy_wechat::{AgentId, PartyId, Sandbox, TagId, UserId, WeChatClient};
use serde_json::{Value, json};

use crate::recorder::Recorder;

fn parties(ids: &[i64]) -> Vec<PartyId> {
    ids.iter().copied().map(PartyId::from).collect()
}

#[tokio::test]
async fn the_directory_of_the_sandbox_is_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let config = sandbox.config_with("demo", "state_path = memory", "");
    let client = WeChatClient::from_config(&config.unwrap(), "demo").unwrap();

    let user = client.user(&UserId::from("zhangsan")).await.unwrap();
    assert_eq!(
        (user.userid.as_str(), user.name.as_str()),
        ("zhangsan", "张三")
    );
    assert_eq!(user.department, parties(&[1, 2]));
    assert_eq!(user.status, UserStatus::Active);
    let error = client.user(&UserId::from("nobody")).await.unwrap_err();
    assert_eq!(error.errcode(), Some(60111));

    let root = PartyId::from(1);
    let users = client.users_of(&root, true).await.unwrap();
    assert!(
        users
            .iter()
            .any(|it| it.userid == "lisi" && it.name == "李四")
    );
    let page = client.user_ids(None).await.unwrap();
    assert!(
        page.dept_user
            .iter()
            .any(|it| it.userid == "zhangsan" && it.department == "2")
    );
    assert_eq!(page.next_cursor, None);

    let departments = client.departments().await.unwrap();
    assert!(
        departments
            .iter()
            .any(|it| it.id == "1" && !it.name.is_empty())
    );
    let places = client.department_ids().await.unwrap();
    assert_eq!(places.len(), departments.len());
    let below = client.departments_of(&PartyId::from(2)).await.unwrap();
    assert!(below.len() < departments.len() && below[0].id == "2");

    let tags = client.tags().await.unwrap();
    let tag = client.tag(&tags[0].tagid).await.unwrap();
    assert_eq!(tag.tagname, tags[0].tagname);

    let agent = client.agent().await.unwrap();
    assert_eq!(agent.agentid, client.agents().await.unwrap()[0].agentid);
    assert!(agent.isreportenter && !agent.close);
    assert!(agent.allow_userinfos.contains(&UserId::from("lisi")));

    assert_eq!(client.callback_ips().await.unwrap(), ["127.0.0.1"]);
    assert_eq!(client.api_domain_ips().await.unwrap(), ["127.0.0.1"]);

    assert_eq!(client.statistics(StatisticsDay::Today).await.unwrap(), []);
    let _ = client
        .send_media("text", json!({"content": "a"}), "lisi|zhangsan")
        .await;
    let statistics = client.statistics(StatisticsDay::Today).await.unwrap();
    assert_eq!(
        (statistics[0].agentid, statistics[0].app_name.as_str()),
        (agent.agentid, "demo")
    );
    assert!(statistics[0].count > 0);
    assert_eq!(
        client.statistics(StatisticsDay::Yesterday).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_member_as_the_platform_documents_him() {
    let answer = json!({
        "errcode": 0, "errmsg": "ok", "userid": "zhangsan", "name": "张三", "department": [1, 2], "order": [1, 2],
        "position": "后台工程师", "mobile": "13800000000", "gender": "1", "email": "zhangsan@gzdev.com",
        "is_leader_in_dept": [1, 0], "direct_leader": ["lisi"], "avatar": "http://a", "thumb_avatar": "http://t",
        "telephone": "020-123456", "alias": "jackzhang", "address": "广州", "open_userid": "xxxxxx",
        "main_department": 1, "extattr": {"attrs": [{"type": 0, "name": "文本名称", "text": {"value": "文本"}}]},
        "status": 1, "qr_code": "https://q", "external_position": "产品经理",
        "external_profile": {"external_corp_name": "企业简称"},
    });
    let recorder = Recorder::start(&[("user/get", answer)]);
    let user = recorder
        .client("wecom")
        .user(&UserId::from("zhangsan"))
        .await
        .unwrap();
    assert_eq!(recorder.last().0, "user/get?userid=zhangsan");
    assert_eq!(user.department, parties(&[1, 2]));
    assert_eq!(
        (user.order.as_slice(), user.main_department),
        ([1, 2].as_slice(), PartyId::from(1))
    );
    assert_eq!(
        (user.gender, user.status),
        (Gender::Male, UserStatus::Active)
    );
    assert_eq!(user.is_leader_in_dept, [true, false]);
    assert_eq!(user.direct_leader, [UserId::from("lisi")]);
    assert_eq!(user.mobile, "13800000000");
    assert_eq!(user.telephone, "020-123456");
    assert_eq!(user.alias, "jackzhang");
    assert_eq!(user.email, "zhangsan@gzdev.com");
    assert_eq!(user.position, "后台工程师");
    assert_eq!(user.open_userid, "xxxxxx");
    assert_eq!(user.avatar, "http://a");
    assert_eq!(user.other["extattr"]["attrs"][0]["text"]["value"], "文本");
    let mut others: Vec<&str> = user.other.keys().map(String::as_str).collect();
    others.sort_unstable();
    let expected = [
        "address",
        "extattr",
        "external_position",
        "external_profile",
        "qr_code",
        "thumb_avatar",
    ];
    assert_eq!(others, expected);
}

/// The same with other types: numbers as text, text as numbers, one in place of a list, null, nothing.
#[tokio::test]
async fn odd_types_are_read_and_what_is_missing_is_empty() {
    let odd = json!({
        "userid": 42, "name": null, "department": ["1", 2], "order": null, "main_department": "2", "gender": 2,
        "status": "4", "is_leader_in_dept": ["1", "0", true], "direct_leader": "lisi", "mobile": 13_800_000_000_i64,
    });
    let recorder = Recorder::start(&[
        ("user/get", odd),
        ("department/list", json!({"department": null})),
    ]);
    let client = recorder.client("wecom");
    let user = client.user(&UserId::from("42")).await.unwrap();
    assert_eq!(
        (
            user.userid.as_str(),
            user.name.as_str(),
            user.mobile.as_str()
        ),
        ("42", "", "13800000000")
    );
    assert_eq!(
        (user.department, user.main_department),
        (parties(&[1, 2]), PartyId::from(2))
    );
    assert_eq!(
        (user.gender, user.status),
        (Gender::Female, UserStatus::Inactive)
    );
    assert_eq!(user.is_leader_in_dept, [true, false, true]);
    assert_eq!(user.direct_leader, [UserId::from("lisi")]);
    assert_eq!((user.order, user.alias.as_str()), (vec![], ""));
    assert_eq!(client.departments().await.unwrap(), []);
    assert_eq!(client.tags().await.unwrap(), []);
    for (answer, gender) in [
        (json!("2"), Gender::Female),
        (json!("0"), Gender::Unknown),
        (json!(""), Gender::Unknown),
        (json!({}), Gender::Unknown),
        (json!(3), Gender::Unknown),
    ] {
        let recorder = Recorder::start(&[("user/get", json!({"gender": answer}))]);
        let user = recorder
            .client("wecom")
            .user(&UserId::from("a"))
            .await
            .unwrap();
        assert_eq!(user.gender, gender, "{answer}");
    }
}

#[tokio::test]
async fn lists_as_the_platform_documents_them() {
    let recorder = documented();
    let client = recorder.client("wecom");
    let asked = |target: &str, body: Value| assert_eq!(recorder.last(), (target.to_owned(), body));
    let none = || Value::Null;

    let users = client.users_of(&PartyId::from(1), false).await.unwrap();
    asked("user/simplelist?department_id=1&fetch_child=0", none());
    assert_eq!(
        (users[0].department.clone(), users[0].open_userid.as_str()),
        (parties(&[1, 2]), "xxxxxx")
    );
    let page = client.user_ids(Some("CURSOR".to_owned())).await.unwrap();
    asked("user/list_id", json!({"cursor": "CURSOR", "limit": 10_000}));
    assert_eq!(
        (
            page.next_cursor.as_deref(),
            page.dept_user[0].department.as_str()
        ),
        (Some("aaaa"), "1")
    );
    let departments = client.departments_of(&PartyId::from(2)).await.unwrap();
    asked("department/list?id=2", none());
    let it = &departments[0];
    assert_eq!(
        (it.name.as_str(), it.name_en.as_str(), it.order),
        ("广州研发中心", "RDGZ", 10)
    );
    assert_eq!(
        it.department_leader,
        [UserId::from("zhangsan"), UserId::from("lisi")]
    );
    let places = client.department_ids().await.unwrap();
    assert_eq!((places[0].parentid.as_str(), places[0].order), ("1", 10));
    assert_eq!(client.tags().await.unwrap()[0].tagid, TagId::from(1));
    let tag = client.tag(&TagId::from(12)).await.unwrap();
    asked("tag/get?tagid=12", none());
    assert_eq!(
        (tag.userlist[0].name.as_str(), tag.partylist),
        ("李四", parties(&[2]))
    );
    assert_eq!(
        client.agents().await.unwrap()[0].agentid,
        AgentId(1_000_005)
    );
    let agent = client.agent().await.unwrap();
    asked("agent/get?agentid=7", none());
    assert_eq!(agent.agentid, AgentId(1_000_005));
    assert_eq!(
        agent.allow_userinfos,
        [UserId::from("zhangshan"), UserId::from("lisi")]
    );
    assert_eq!(
        (agent.allow_partys, agent.allow_tags.len()),
        (parties(&[1]), 3)
    );
    assert_eq!(
        (agent.close, agent.report_location_flag, agent.isreportenter),
        (false, true, false)
    );
    assert_eq!(agent.other["customized_publish_status"], 1);
    assert_eq!(agent.other.len(), 1, "{:?}", agent.other);
    let statistics = client.statistics(StatisticsDay::Yesterday).await.unwrap();
    asked("message/get_statistics", json!({"time_type": 1}));
    assert_eq!(
        (statistics[0].agentid, statistics[0].count),
        (AgentId(1_000_002), 101)
    );
    assert_eq!(
        client.callback_ips().await.unwrap(),
        ["1.2.3.4", "101.226.103.0/25"]
    );
    assert_eq!(client.api_domain_ips().await.unwrap().len(), 2);
}

#[tokio::test]
async fn tags_are_made_given_and_taken() {
    let recorder = Recorder::start(&[
        (
            "tag/create",
            json!({"errcode": 0, "errmsg": "created", "tagid": 12}),
        ),
        (
            "tag/addtagusers",
            json!({"errcode": 0, "errmsg": "ok", "invalidlist": "usr1|usr2", "invalidparty": [2, 4]}),
        ),
    ]);
    let client = recorder.client("wecom");
    let tag = client.create_tag("UI", None).await.unwrap();
    assert_eq!(
        recorder.last(),
        ("tag/create".to_owned(), json!({"tagname": "UI"}))
    );
    assert_eq!(tag, TagId::from(12));
    let _ = client.create_tag("UI", Some(TagId::from(3))).await.unwrap();
    assert_eq!(recorder.last().1, json!({"tagname": "UI", "tagid": 3}));

    let users = [UserId::from("user1"), UserId::from("usr1")];
    let missed = client
        .add_tag_users(&tag, &users, &parties(&[4]))
        .await
        .unwrap();
    let body = json!({"tagid": 12, "userlist": ["user1", "usr1"], "partylist": [4]});
    assert_eq!(recorder.last(), ("tag/addtagusers".to_owned(), body));
    assert_eq!(missed.users, [UserId::from("usr1"), UserId::from("usr2")]);
    assert_eq!(missed.parties, parties(&[2, 4]));
    let missed = client
        .remove_tag_users(&tag, &users[..1], &[])
        .await
        .unwrap();
    let body = json!({"tagid": 12, "userlist": ["user1"], "partylist": []});
    assert_eq!(recorder.last(), ("tag/deltagusers".to_owned(), body));
    assert!(missed.is_nobody());

    // Some answers have no number; then it is the one that was asked for.
    let recorder = Recorder::start(&[("tag/create", json!({"errcode": 0, "errmsg": "ok"}))]);
    let client = recorder.client("wecom");
    assert_eq!(
        client.create_tag("UI", Some(TagId::from(3))).await.unwrap(),
        TagId::from(3)
    );
    let error = client.create_tag("UI", None).await.unwrap_err().to_string();
    assert!(
        error.starts_with("tag/create: the answer is JSON without a tagid"),
        "{error}"
    );
}

/// The answers as the pages of the platform show them, some with another type.
fn documented() -> Recorder {
    Recorder::start(&[
        (
            "user/simplelist",
            json!({"errcode": 0, "errmsg": "ok", "userlist": [
                {"userid": "zhangsan", "name": "张三", "department": [1, 2], "open_userid": "xxxxxx"}]}),
        ),
        (
            "user/list_id",
            json!({"next_cursor": "aaaa", "dept_user": [{"userid": "zhangsan", "department": 1}]}),
        ),
        (
            "department/list",
            json!({"department": [{"id": 2, "name": "广州研发中心", "name_en": "RDGZ",
                "department_leader": ["zhangsan", "lisi"], "parentid": 1, "order": 10}]}),
        ),
        (
            "department/simplelist",
            json!({"department_id": [{"id": 2, "parentid": "1", "order": "10"}]}),
        ),
        (
            "tag/list",
            json!({"taglist": [{"tagid": 1, "tagname": "a"}]}),
        ),
        (
            "tag/get",
            json!({"tagname": "乒乓球协会", "userlist": [{"userid": "zhangsan", "name": "李四"}], "partylist": [2]}),
        ),
        (
            "agent/list",
            json!({"agentlist": [{"agentid": 1_000_005, "name": "HR助手", "square_logo_url": "url"}]}),
        ),
        (
            "agent/get",
            json!({"errcode": 0, "errmsg": "ok", "agentid": "1000005", "name": "HR助手", "square_logo_url": "https://l",
                "description": "d", "allow_userinfos": {"user": [{"userid": "zhangshan"}, {"userid": "lisi"}]},
                "allow_partys": {"partyid": [1]}, "allow_tags": {"tagid": [1, 2, 3]}, "close": 0,
                "redirect_domain": "open.work.weixin.qq.com", "report_location_flag": 1, "isreportenter": 0,
                "home_url": "https://open.work.weixin.qq.com", "customized_publish_status": 1}),
        ),
        (
            "message/get_statistics",
            json!({"statistics": [{"agentid": 1_000_002, "app_name": "应用1", "count": "101"}]}),
        ),
        (
            "getcallbackip",
            json!({"ip_list": ["1.2.3.4", "101.226.103.0/25"], "errcode": 0, "errmsg": "ok"}),
        ),
        (
            "get_api_domain_ip",
            json!({"ip_list": ["182.254.11.176", "182.254.78.66"]}),
        ),
    ])
}

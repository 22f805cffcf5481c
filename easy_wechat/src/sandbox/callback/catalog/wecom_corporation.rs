//! WeCom's events about the corporation: contacts, approvals, media, calendars, rooms.
//!
//! <https://developer.work.weixin.qq.com/document/path/90970>,
//! <https://developer.work.weixin.qq.com/document/path/90269>

use super::Known;

/// Of the last ones the fields are not all known; what is missing can be added on the page.
pub(super) const EVENTS: &[Known] = &[
    contact(
        "contacts: a member was added",
        "通讯录: 新增成员",
        &[
            ("ChangeType", "create_user"),
            ("UserID", "zhangsan"),
            ("Name", "张三"),
            ("Department", "1,2,3"),
            ("MainDepartment", "1"),
            ("IsLeaderInDept", "1,0,0"),
            ("DirectLeader", "lisi,wangwu"),
            ("Position", "产品经理"),
            ("Mobile", "13800000000"),
            ("Gender", "1"),
            ("Email", "zhangsan@gzdev.com"),
            ("BizMail", "zhangsan@qyycs2.wecom.work"),
            ("Status", "1"),
            ("Avatar", "http://wx.qlogo.cn/mmopen/xxx/0"),
            ("Alias", "zhangsan"),
            ("Telephone", "020-123456"),
            ("Address", "广州市"),
            ("ExtAttr/Item[1]/Name", "爱好"),
            ("ExtAttr/Item[1]/Type", "0"),
            ("ExtAttr/Item[1]/Text/Value", "旅游"),
            ("ExtAttr/Item[2]/Name", "卡号"),
            ("ExtAttr/Item[2]/Type", "1"),
            ("ExtAttr/Item[2]/Web/Title", "企业微信"),
            ("ExtAttr/Item[2]/Web/Url", "https://work.weixin.qq.com"),
        ],
    ),
    contact(
        "contacts: a member was changed",
        "通讯录: 更新成员",
        &[
            ("ChangeType", "update_user"),
            ("UserID", "zhangsan"),
            ("NewUserID", "zhangsan001"),
            ("Name", "张三"),
            ("Department", "1,2"),
        ],
    ),
    contact(
        "contacts: a member was deleted",
        "通讯录: 删除成员",
        &[("ChangeType", "delete_user"), ("UserID", "zhangsan")],
    ),
    contact(
        "contacts: a department was added",
        "通讯录: 新增部门",
        &[
            ("ChangeType", "create_party"),
            ("Id", "2"),
            ("Name", "张三"),
            ("ParentId", "1"),
            ("Order", "1"),
        ],
    ),
    contact(
        "contacts: a department was changed",
        "通讯录: 更新部门",
        &[
            ("ChangeType", "update_party"),
            ("Id", "2"),
            ("Name", "张三"),
            ("ParentId", "1"),
        ],
    ),
    contact(
        "contacts: a department was deleted",
        "通讯录: 删除部门",
        &[("ChangeType", "delete_party"), ("Id", "2")],
    ),
    contact(
        "contacts: a tag was changed",
        "通讯录: 标签成员变更",
        &[
            ("ChangeType", "update_tag"),
            ("TagId", "1"),
            ("AddUserItems", "zhangsan,lisi"),
            ("DelUserItems", "zhangsan1,lisi1"),
            ("AddPartyItems", "1,2"),
            ("DelPartyItems", "3,4"),
        ],
    ),
    Known::new(
        "batch_job_result",
        "contacts: a long job is done",
        "通讯录: 异步任务完成",
        &[
            (
                "BatchJob/JobId",
                "S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4",
            ),
            ("BatchJob/JobType", "sync_user"),
            ("BatchJob/ErrCode", "0"),
            ("BatchJob/ErrMsg", "ok"),
        ],
    )
    .of_no_agent(),
    Known::new(
        "open_approval_change",
        "an approval of the app's own changed",
        "自建应用审批状态变化",
        &[
            ("ApprovalInfo/ThirdNo", "201806010001"),
            ("ApprovalInfo/OpenSpName", "付款"),
            ("ApprovalInfo/OpenTemplateId", "1234567890"),
            ("ApprovalInfo/OpenSpStatus", "1"),
            ("ApprovalInfo/ApplyTime", "1527837645"),
            ("ApprovalInfo/ApplyUserName", "张三"),
            ("ApprovalInfo/ApplyUserId", "zhangsan"),
            ("ApprovalInfo/ApplyUserParty", "研发部"),
            ("ApprovalInfo/ApplyUserImage", "http://www.qq.com/xxx.png"),
            ("ApprovalInfo/ApprovalNodes/ApprovalNode/NodeStatus", "1"),
            ("ApprovalInfo/ApprovalNodes/ApprovalNode/NodeAttr", "1"),
            ("ApprovalInfo/ApprovalNodes/ApprovalNode/NodeType", "1"),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemName",
                "李四",
            ),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemUserId",
                "lisi",
            ),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemImage",
                "http://www.qq.com/xxx.png",
            ),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemStatus",
                "1",
            ),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemSpeech",
                "",
            ),
            (
                "ApprovalInfo/ApprovalNodes/ApprovalNode/Items/Item/ItemOpTime",
                "0",
            ),
            ("ApprovalInfo/NotifyNodes/NotifyNode/ItemName", "李四"),
            ("ApprovalInfo/NotifyNodes/NotifyNode/ItemUserId", "lisi"),
            (
                "ApprovalInfo/NotifyNodes/NotifyNode/ItemImage",
                "http://www.qq.com/xxx.png",
            ),
            ("ApprovalInfo/approverstep", "0"),
        ],
    )
    .by_system(),
    Known::new(
        "sys_approval_change",
        "an approval changed",
        "审批申请状态变化",
        &[
            ("AgentID", "3010040"),
            ("ApprovalInfo/SpNo", "201909270001"),
            ("ApprovalInfo/SpName", "全字段"),
            ("ApprovalInfo/SpStatus", "1"),
            (
                "ApprovalInfo/TemplateId",
                "3TmmaHyfr9HcNUwUwRBVbsDxbwhQCbvRtVsm",
            ),
            ("ApprovalInfo/ApplyTime", "1569584428"),
            ("ApprovalInfo/Applyer/UserId", "zhangsan"),
            ("ApprovalInfo/Applyer/Party", "1"),
            ("ApprovalInfo/SpRecord/SpStatus", "1"),
            ("ApprovalInfo/SpRecord/ApproverAttr", "1"),
            ("ApprovalInfo/SpRecord/Details/Approver/UserId", "lisi"),
            ("ApprovalInfo/SpRecord/Details/Speech", ""),
            ("ApprovalInfo/SpRecord/Details/SpStatus", "1"),
            ("ApprovalInfo/SpRecord/Details/SpTime", "0"),
            ("ApprovalInfo/Notifyer/UserId", "wangwu"),
            ("ApprovalInfo/StatuChangeEvent", "1"),
        ],
    )
    .by_system(),
    Known::new(
        "living_status_change",
        "a live broadcast begins or ends",
        "直播状态变化",
        &[("LivingId", "LivingId"), ("Status", "1")],
    ),
    Known::new(
        "upload_media_job_finish",
        "a file that was fetched from an address is there",
        "异步上传临时素材完成",
        &[("JobId", "jobid_S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4")],
    )
    .by_system()
    .of_no_agent(),
    calendar(
        "add_schedule",
        "a calendar entry was added",
        "新增日程",
        SCHEDULE,
    ),
    calendar(
        "modify_schedule",
        "a calendar entry was changed",
        "修改日程",
        SCHEDULE,
    ),
    calendar(
        "delete_schedule",
        "a calendar entry was deleted",
        "删除日程",
        SCHEDULE,
    ),
    calendar(
        "modify_calendar",
        "a calendar was changed",
        "修改日历",
        CALENDAR,
    ),
    calendar(
        "delete_calendar",
        "a calendar was deleted",
        "删除日历",
        CALENDAR,
    ),
    calendar(
        "book_meeting_room",
        "a meeting room was booked",
        "预定会议室",
        MEETING_ROOM,
    ),
    calendar(
        "cancel_meeting_room",
        "a meeting room was given back",
        "取消预定会议室",
        MEETING_ROOM,
    ),
    calendar("meeting_change", "a meeting changed", "会议变更", &[]),
    calendar("document_change", "a document changed", "文档变更", &[]),
    calendar(
        "msgaudit_notify",
        "messages are to be archived",
        "会话内容存档: 产生会话",
        &[],
    ),
    calendar(
        "unlicensed_notify",
        "a member has no licence",
        "接口许可失效通知",
        &[],
    ),
    calendar(
        "license_pay_success",
        "a licence was paid for",
        "接口许可支付成功",
        &[],
    ),
];

const fn contact(
    en: &'static str,
    zh: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Known {
    Known::new("change_contact", en, zh, fields)
        .by_system()
        .of_no_agent()
}

const fn calendar(
    name: &'static str,
    en: &'static str,
    zh: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Known {
    Known::new(name, en, zh, fields).of_no_agent()
}

const SCHEDULE: &[(&str, &str)] = &[
    ("CalId", "wcjgewCwAAqeJcPI1d8Pwbjt7nttzAAA"),
    ("ScheduleId", "17c7d2bd9f20d652840f72f59e796AAA"),
];

/// As the libraries that take these events read them: <https://developer.work.weixin.qq.com/document/path/95333>.
const MEETING_ROOM: &[(&str, &str)] = &[
    ("MeetingRoomId", "1"),
    ("MeetingId", "mtebsada6e027c123cbafAAA"),
];

const CALENDAR: &[(&str, &str)] = &[("CalId", "wcjgewCwAAqeJcPI1d8Pwbjt7nttzAAA")];

//! WeCom's events about customers: contacts, groups, tags, customer service.
//!
//! <https://developer.work.weixin.qq.com/document/path/92130>,
//! <https://developer.work.weixin.qq.com/document/path/94670>

use super::Known;

pub(super) const EVENTS: &[Known] = &[
    Known::new(
        "kf_msg_or_event",
        "customer service: there are messages to fetch",
        "微信客服: 有新消息或事件",
        &[
            ("Token", "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR"),
            ("OpenKfId", "wkxxxxxxx"),
        ],
    )
    .by_nobody()
    .of_no_agent(),
    Known::new(
        "kf_account_auth_change",
        "customer service: accounts were given or taken",
        "微信客服: 账号授权变更",
        &[
            ("AuthAddOpenKfId[1]", "wkAAA"),
            ("AuthAddOpenKfId[2]", "wkBBB"),
            ("AuthDelOpenKfId", "wkCCC"),
        ],
    )
    .by_system()
    .of_no_agent(),
    customer(
        "a customer was added",
        "添加企业客户",
        &[
            ("ChangeType", "add_external_contact"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
            ("State", "teststate"),
            ("WelcomeCode", "WELCOMECODE"),
        ],
    ),
    customer(
        "a customer was changed",
        "编辑企业客户",
        &[
            ("ChangeType", "edit_external_contact"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
            ("State", "teststate"),
        ],
    ),
    customer(
        "a customer was added without his consent yet",
        "外部联系人免验证添加成员",
        &[
            ("ChangeType", "add_half_external_contact"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
            ("State", "teststate"),
            ("WelcomeCode", "WELCOMECODE"),
        ],
    ),
    customer(
        "a customer was deleted",
        "删除企业客户",
        &[
            ("ChangeType", "del_external_contact"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
            ("Source", "DELETE_BY_TRANSFER"),
        ],
    ),
    customer(
        "a member was deleted by a customer",
        "客户删除跟进成员",
        &[
            ("ChangeType", "del_follow_user"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
        ],
    ),
    customer(
        "a customer could not be handed over",
        "客户接替失败",
        &[
            ("ChangeType", "transfer_fail"),
            ("FailReason", "customer_refused"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
        ],
    ),
    customer(
        "a customer lets messages be archived",
        "客户同意进行聊天内容存档",
        &[
            ("ChangeType", "msg_audit_approved"),
            ("UserID", "zhangsan"),
            ("ExternalUserID", CUSTOMER),
            ("WelcomeCode", "WELCOMECODE"),
        ],
    ),
    group(
        "a customer group was made",
        "客户群创建",
        &[("ChatId", CHAT), ("ChangeType", "create")],
    ),
    group(
        "a customer group was changed",
        "客户群变更",
        &[
            ("ChatId", CHAT),
            ("ChangeType", "update"),
            ("UpdateDetail", "add_member"),
            ("JoinScene", "1"),
            ("QuitScene", "0"),
            ("MemChangeCnt", "1"),
        ],
    ),
    group(
        "a customer group was dissolved",
        "客户群解散",
        &[("ChatId", CHAT), ("ChangeType", "dismiss")],
    ),
    tag(
        "a customer tag was made",
        "企业客户标签创建",
        &[("Id", TAG), ("TagType", "tag"), ("ChangeType", "create")],
    ),
    tag(
        "a customer tag was changed",
        "企业客户标签变更",
        &[("Id", TAG), ("TagType", "tag"), ("ChangeType", "update")],
    ),
    tag(
        "a customer tag was deleted",
        "企业客户标签删除",
        &[("Id", TAG), ("TagType", "tag"), ("ChangeType", "delete")],
    ),
    tag(
        "the customer tags were put in order",
        "企业客户标签重排",
        &[("Id", TAG), ("TagType", "tag"), ("ChangeType", "shuffle")],
    ),
    Known::new(
        "change_chain",
        "up- and downstream changed",
        "上下游变更",
        &[
            ("ChangeType", "corp_join"),
            ("ChainId", "CHAINID"),
            ("GroupIds/GroupId[1]", "1"),
            ("GroupIds/GroupId[2]", "2"),
            ("CorpIds/CorpId", "CORPID"),
        ],
    )
    .by_system()
    .of_no_agent(),
];

const fn customer(
    en: &'static str,
    zh: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Known {
    Known::new("change_external_contact", en, zh, fields)
        .by_system()
        .of_no_agent()
}

const fn group(
    en: &'static str,
    zh: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Known {
    Known::new("change_external_chat", en, zh, fields)
        .by_system()
        .of_no_agent()
}

const fn tag(
    en: &'static str,
    zh: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Known {
    Known::new("change_external_tag", en, zh, fields)
        .by_system()
        .of_no_agent()
}

const CUSTOMER: &str = "woAJ2GCAAAXtWyujaWJHDDGi0mAAAA";
const CHAT: &str = "wrjc7bDwAASxc8tZvBErFE02BtPWyAAA";
const TAG: &str = "etAJ2GCAAAXtWyujaWJHDDGi0mAAAA";

//! The events of an Official Account.
//!
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html>

use super::Known;

/// Of the last ones the fields are not all known; what is missing can be added on the page.
pub(super) const EVENTS: &[Known] = &[
    Known::new(
        "subscribe",
        "follows the account",
        "关注公众号",
        &[("EventKey", "")],
    )
    .answered(),
    Known::new(
        "subscribe",
        "follows the account by scanning a QR code",
        "扫描带参数的二维码关注",
        &[("EventKey", "qrscene_123123"), ("Ticket", "TICKET")],
    )
    .answered(),
    Known::new(
        "unsubscribe",
        "no longer follows the account",
        "取消关注",
        &[("EventKey", "")],
    ),
    Known::new(
        "SCAN",
        "a follower scans a QR code",
        "已关注用户扫描带参数的二维码",
        &[("EventKey", "123123"), ("Ticket", "TICKET")],
    )
    .answered(),
    Known::new(
        "LOCATION",
        "reports where he is",
        "上报地理位置",
        &[
            ("Latitude", "23.137466"),
            ("Longitude", "113.352425"),
            ("Precision", "119.385040"),
        ],
    ),
    Known::new(
        "CLICK",
        "clicks a button of the menu",
        "点击菜单按钮",
        &[("EventKey", "V1001_TODAY_MUSIC")],
    )
    .answered(),
    Known::new(
        "VIEW",
        "opens a link of the menu",
        "点击菜单跳转链接",
        &[("EventKey", "https://www.qq.com"), ("MenuId", "402123466")],
    ),
    Known::new(
        "scancode_push",
        "scans a code from the menu",
        "菜单: 扫码推事件",
        &[
            ("EventKey", "6"),
            ("ScanCodeInfo/ScanType", "qrcode"),
            ("ScanCodeInfo/ScanResult", "1"),
        ],
    ),
    Known::new(
        "scancode_waitmsg",
        "scans a code from the menu, and waits for a message",
        "菜单: 扫码推事件且弹出“消息接收中”",
        &[
            ("EventKey", "6"),
            ("ScanCodeInfo/ScanType", "qrcode"),
            ("ScanCodeInfo/ScanResult", "2"),
        ],
    )
    .answered(),
    Known::new(
        "pic_sysphoto",
        "takes a photo from the menu",
        "菜单: 系统拍照发图",
        PICTURES,
    ),
    Known::new(
        "pic_photo_or_album",
        "takes or chooses a photo from the menu",
        "菜单: 拍照或者相册发图",
        PICTURES,
    ),
    Known::new(
        "pic_weixin",
        "chooses a photo from the menu",
        "菜单: 微信相册发图",
        PICTURES,
    ),
    Known::new(
        "location_select",
        "chooses a place from the menu",
        "菜单: 弹出地理位置选择器",
        &[
            ("EventKey", "6"),
            ("SendLocationInfo/Location_X", "23"),
            ("SendLocationInfo/Location_Y", "113"),
            ("SendLocationInfo/Scale", "15"),
            ("SendLocationInfo/Label", "广州市海珠区客村艺苑路 106号"),
            ("SendLocationInfo/Poiname", ""),
        ],
    ),
    Known::new(
        "view_miniprogram",
        "opens a mini program of the menu",
        "点击菜单跳转小程序",
        &[("EventKey", "pages/index/index"), ("MenuId", "402123466")],
    ),
    Known::new(
        "TEMPLATESENDJOBFINISH",
        "a template message was delivered",
        "模板消息发送结束",
        &[("MsgID", "200163836"), ("Status", "success")],
    ),
    Known::new(
        "TEMPLATESENDJOBFINISH",
        "a template message was refused by the follower",
        "模板消息被用户拒收",
        &[("MsgID", "200163840"), ("Status", "failed:user block")],
    ),
    Known::new(
        "TEMPLATESENDJOBFINISH",
        "a template message could not be delivered",
        "模板消息发送失败",
        &[("MsgID", "200163840"), ("Status", "failed: system failed")],
    ),
    Known::new(
        "MASSSENDJOBFINISH",
        "a message to many was sent",
        "群发结束",
        &[
            ("MsgID", "1000001625"),
            ("Status", "send success"),
            ("TotalCount", "100"),
            ("FilterCount", "80"),
            ("SentCount", "75"),
            ("ErrorCount", "5"),
            ("CopyrightCheckResult/Count", "0"),
            ("CopyrightCheckResult/ResultList", ""),
            ("ArticleUrlResult/Count", "0"),
            ("ArticleUrlResult/ResultList", ""),
        ],
    ),
    Known::new(
        "kf_create_session",
        "customer service takes the conversation",
        "客服接入会话",
        &[("KfAccount", "test1@test")],
    ),
    Known::new(
        "kf_close_session",
        "customer service ends the conversation",
        "客服关闭会话",
        &[("KfAccount", "test1@test")],
    ),
    Known::new(
        "kf_switch_session",
        "customer service hands the conversation over",
        "客服转接会话",
        &[
            ("FromKfAccount", "test1@test"),
            ("ToKfAccount", "test2@test"),
        ],
    ),
    Known::new(
        "subscribe_msg_popup_event",
        "answers whether he wants a notice",
        "用户操作订阅通知弹窗",
        SUBSCRIBED,
    ),
    Known::new(
        "subscribe_msg_change_event",
        "no longer wants a notice",
        "用户管理订阅通知",
        &[
            ("SubscribeMsgChangeEvent/List/TemplateId", TEMPLATE),
            (
                "SubscribeMsgChangeEvent/List/SubscribeStatusString",
                "reject",
            ),
        ],
    ),
    Known::new(
        "subscribe_msg_sent_event",
        "a notice was sent",
        "订阅通知发送结果",
        &[
            ("SubscribeMsgSentEvent/List/TemplateId", TEMPLATE),
            ("SubscribeMsgSentEvent/List/MsgID", "1700827132819554304"),
            ("SubscribeMsgSentEvent/List/ErrorCode", "0"),
            ("SubscribeMsgSentEvent/List/ErrorStatus", "success"),
        ],
    ),
    Known::new(
        "user_authorization_revoke",
        "takes an authorization back",
        "用户撤回授权",
        &[
            ("OpenID", "OPENID"),
            ("AppID", "APPID"),
            ("RevokeInfo", "1"),
        ],
    ),
    Known::new(
        "card_pass_check",
        "a card was approved",
        "卡券审核通过",
        &[("CardId", "cardid")],
    ),
    Known::new(
        "card_not_pass_check",
        "a card was not approved",
        "卡券审核未通过",
        &[("CardId", "cardid")],
    ),
    Known::new("user_get_card", "takes a card", "用户领取卡券", CARD),
    Known::new("user_del_card", "deletes a card", "用户删除卡券", CARD),
    Known::new("user_consume_card", "redeems a card", "用户核销卡券", CARD),
    Known::new(
        "poi_check_notify",
        "a shop was reviewed",
        "门店审核结果",
        &[
            ("UniqId", "123adb"),
            ("PoiId", "123123"),
            ("Result", "fail"),
            ("msg", "xxxxxx"),
        ],
    ),
];

const PICTURES: &[(&str, &str)] = &[
    ("EventKey", "6"),
    ("SendPicsInfo/Count", "1"),
    (
        "SendPicsInfo/PicList/item/PicMd5Sum",
        "1b5f7c23b5bf75682a53e7b6d163e185",
    ),
];

const SUBSCRIBED: &[(&str, &str)] = &[
    ("SubscribeMsgPopupEvent/List/TemplateId", TEMPLATE),
    (
        "SubscribeMsgPopupEvent/List/SubscribeStatusString",
        "accept",
    ),
    ("SubscribeMsgPopupEvent/List/PopupScene", "2"),
];

const CARD: &[(&str, &str)] = &[("CardId", "cardid"), ("UserCardCode", "12312312")];

const TEMPLATE: &str = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc";

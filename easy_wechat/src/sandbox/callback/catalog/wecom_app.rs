//! WeCom's events about an app: its members, its menu, its cards.
//!
//! <https://developer.work.weixin.qq.com/document/path/90240>

use super::Known;

pub(super) const EVENTS: &[Known] = &[
    Known::new(
        "subscribe",
        "a member may use the app now",
        "成员关注 (进入应用可见范围)",
        &[("EventKey", "")],
    )
    .answered(),
    Known::new(
        "unsubscribe",
        "a member may no longer use the app",
        "成员取消关注 (离开应用可见范围)",
        &[("EventKey", "")],
    ),
    Known::new(
        "enter_agent",
        "a member opens the app",
        "成员进入应用",
        &[("EventKey", "")],
    )
    .answered(),
    Known::new(
        "LOCATION",
        "reports where a member is",
        "上报地理位置",
        &[
            ("Latitude", "23.104"),
            ("Longitude", "113.320"),
            ("Precision", "65.000"),
            ("AppType", "wxwork"),
        ],
    ),
    Known::new(
        "click",
        "clicks a button of the menu",
        "点击菜单按钮",
        &[("EventKey", "V1001_TODAY_MUSIC")],
    )
    .answered(),
    Known::new(
        "view",
        "opens a link of the menu",
        "点击菜单跳转链接",
        &[("EventKey", "https://work.weixin.qq.com")],
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
        "菜单: 相册发图",
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
            ("AppType", "wxwork"),
        ],
    ),
    Known::new(
        "view_miniprogram",
        "opens a mini program of the menu",
        "点击菜单跳转小程序",
        &[("EventKey", "pages/index/index")],
    ),
    Known::new(
        "template_card_event",
        "clicks a button of a template card",
        "点击模板卡片按钮",
        &[
            ("EventKey", "key111"),
            ("TaskId", "taskid111"),
            ("CardType", "multiple_interaction"),
            ("ResponseCode", "ResponseCode"),
            ("SelectedItems/SelectedItem/QuestionKey", "QuestionKey1"),
            ("SelectedItems/SelectedItem/OptionIds/OptionId", "OptionId1"),
        ],
    )
    .answered(),
    Known::new(
        "template_card_menu_event",
        "chooses from the menu of a template card",
        "点击模板卡片右上角菜单",
        &[
            ("EventKey", "key111"),
            ("TaskId", "taskid111"),
            ("CardType", "text_notice"),
            ("ResponseCode", "ResponseCode"),
        ],
    )
    .answered(),
    Known::new(
        "taskcard_click",
        "clicks a button of a task card",
        "点击任务卡片按钮",
        &[("EventKey", "key111"), ("TaskId", "taskid111")],
    )
    .answered(),
    Known::new(
        "switch_workbench_mode",
        "turns the workbench of his own on or off",
        "切换工作台自定义模式",
        &[("Mode", "1")],
    ),
    Known::new(
        "share_agent_change",
        "a shared app of a linked corporation changed",
        "企业互联共享应用变更",
        &[],
    )
    .by_system(),
    Known::new(
        "share_chain_change",
        "a shared app of up- and downstream changed",
        "上下游共享应用变更",
        &[],
    )
    .by_system(),
    Known::new(
        "change_app_admin",
        "the app's administrators changed",
        "应用管理员变更",
        &[],
    )
    .by_system(),
    Known::new(
        "close_inactive_agent",
        "the app was closed because nobody used it",
        "长期未使用应用停用",
        &[],
    ),
    Known::new(
        "reopen_inactive_agent",
        "the app is open again",
        "长期未使用应用重新启用",
        &[],
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

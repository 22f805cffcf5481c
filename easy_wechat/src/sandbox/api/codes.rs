//! The platform's error codes that the sandbox answers with: its words, and what they mean.
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90455>, and for Official Accounts
//! <https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html>. The platform changes its
//! `errmsg` now and then, so that nobody should compare it; where none was seen, the meaning is written.

use crate::sandbox::Words;

/// One code.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) number: i64,
    /// What the platform says, without hint and address.
    pub(crate) errmsg: &'static str,
    en: &'static str,
    zh: &'static str,
}

impl Code {
    /// The row of a code; that of no code in particular when it is not in the table.
    pub(crate) fn of(code: i64) -> &'static Self {
        CODES
            .iter()
            .find(|row| row.number == code)
            .unwrap_or(&UNKNOWN)
    }

    /// What it means.
    pub(crate) fn words(&self) -> Words {
        Words::new(self.en, self.zh)
    }
}

const fn code(code: i64, errmsg: &'static str, en: &'static str, zh: &'static str) -> Code {
    Code {
        number: code,
        errmsg,
        en,
        zh,
    }
}

static UNKNOWN: Code = code(
    0,
    "unknown error",
    "the platform refused the call",
    "平台拒绝了这次调用",
);

#[rustfmt::skip]
static CODES: &[Code] = &[
    code(-1, "system error", "the platform is busy; try again a little later", "系统繁忙, 请稍后再试"),
    code(0, "ok", "success", "成功"),
    code(40001, "invalid credential", "the secret is not that of this corpid or AppID, or the token is not good", "secret 与 corpid/AppID 不符, 或 access_token 无效"),
    code(40002, "invalid grant_type", "grant_type must be client_credential", "grant_type 必须是 client_credential"),
    code(40003, "invalid userid", "there is no such member", "没有这个成员"),
    code(40004, "invalid media type", "the file is of a type that the platform does not take here", "不支持这种文件格式"),
    code(40005, "invalid type parameter", "the parameter `type` must name a kind of file", "type 参数必须是媒体文件类型"),
    code(40006, "invalid media size", "a file must have more than 5 bytes", "文件必须大于 5 个字节"),
    code(40007, "invalid media_id", "there is no such file, it is older than three days, or it is of another kind", "没有这个文件, 或已超过三天, 或类型不符"),
    code(40008, "invalid message type", "the platform has no such msgtype here", "此接口不支持这种 msgtype"),
    code(40009, "invalid image size", "the picture is too large", "图片太大"),
    code(40011, "invalid video size", "the film is too large", "视频太大"),
    code(40013, "invalid corpid", "there is no such corpid or AppID", "没有这个 corpid/AppID"),
    code(40014, "invalid access_token", "the token was never given out, or was revoked: get a new one, then try once more", "access_token 从未发放过或已被撤销: 重新获取后再试一次"),
    code(40016, "invalid button size", "a menu has 1 to 3 buttons", "一级菜单必须是 1 到 3 个"),
    code(40017, "invalid button type", "the button's type is none", "菜单类型不对"),
    code(40018, "invalid button name size", "a button's name is missing or too long", "菜单名称缺失或太长"),
    code(40019, "invalid button key size", "a button's key is missing or too long", "菜单 key 缺失或太长"),
    code(40020, "invalid button url size", "a button's url is missing or too long", "菜单 url 缺失或太长"),
    code(40022, "invalid sub button level", "a menu has two levels", "菜单只有两级"),
    code(40023, "invalid sub button size", "a button has 1 to 5 sub buttons", "二级菜单必须是 1 到 5 个"),
    code(40024, "invalid sub button type", "the sub button's type is none", "二级菜单类型不对"),
    code(40025, "invalid sub button name size", "a sub button's name is missing or too long", "二级菜单名称缺失或太长"),
    code(40026, "invalid sub button key size", "a sub button's key is missing or too long", "二级菜单 key 缺失或太长"),
    code(40027, "invalid sub button url size", "a sub button's url is missing or too long", "二级菜单 url 缺失或太长"),
    code(40032, "invalid userid list size", "a message goes to at most 1000 members", "一次最多发给 1000 个成员"),
    code(40035, "invalid parameter", "a parameter is missing, or is not what it should be", "参数缺失或不对"),
    code(40039, "invalid url size", "the address is too long", "url 太长"),
    code(40056, "invalid agentid", "there is no such app", "没有这个应用"),
    code(40058, "invalid Request Parameter", "a parameter is not what it should be", "参数不对"),
    code(40063, "some parameters are empty", "a parameter is empty", "参数为空"),
    code(40066, "invalid url", "the platform has no such address", "平台没有这个接口地址"),
    code(40068, "invalid tagid", "there is no such tag", "没有这个标签"),
    code(40074, "msgtype not support safe mode", "this msgtype cannot be confidential", "这种消息不支持保密"),
    code(40094, "invalid url", "the address needs http:// or https:// at its beginning", "url 必须带 http:// 或 https://"),
    code(40125, "invalid appsecret", "the secret is not that of this AppID", "secret 与 AppID 不符"),
    code(40164, "invalid ip, not in whitelist", "this address is not on the whitelist of the Official Account", "该 IP 不在公众号的 IP 白名单中"),
    code(41001, "access_token missing", "access_token must stand in the address, not in the body", "access_token 必须在 URL 参数中, 不能在请求体中"),
    code(41002, "corpid missing", "the parameter for the corpid or AppID is missing", "缺少 corpid/appid 参数"),
    code(41004, "corpsecret missing", "the parameter for the secret is missing", "缺少 corpsecret/secret 参数"),
    code(41005, "media data missing", "the body is no multipart/form-data with a file in it", "请求体不是带文件的 multipart/form-data"),
    code(41006, "media_id missing", "media_id is missing", "缺少 media_id"),
    code(41009, "userid missing", "userid is missing", "缺少 userid"),
    code(41010, "url missing", "url is missing", "缺少 url"),
    code(41011, "agentid missing", "agentid is missing", "缺少 agentid"),
    code(41016, "title missing", "title is missing", "缺少 title"),
    code(41017, "tagid missing", "tagid is missing", "缺少 tagid"),
    code(41033, "description missing", "description is missing", "缺少 description"),
    code(42001, "access_token expired", "the token's time is over: get a new one, then try once more", "access_token 已过期: 重新获取后再试一次"),
    code(42014, "invalid task_id", "task_id is missing, was used before, or has other characters than letters, digits and _ - @", "task_id 缺失、重复, 或含有数字字母和 _-@ 以外的字符"),
    code(42018, "invalid button", "the buttons are not what they should be", "按钮不对"),
    code(42027, "invalid template_card keyname", "a line of the card has no keyname", "卡片的 keyname 缺失"),
    code(42028, "invalid template_card url", "an url of the card is missing", "卡片的 url 缺失"),
    code(42029, "invalid template_card media_id", "a media_id of the card is not good", "卡片的 media_id 不对"),
    code(42030, "invalid template_card appid", "an appid of the card is missing", "卡片的 appid 缺失"),
    code(42031, "invalid template_card card_type", "card_type is none of the known ones", "card_type 不对"),
    code(42033, "invalid template_card title", "a title of the card is missing", "卡片的 title 缺失"),
    code(42035, "invalid template_card horizontal_content_list size", "horizontal_content_list is too long", "horizontal_content_list 太长"),
    code(42036, "invalid template_card vertical_content_list size", "vertical_content_list is too long", "vertical_content_list 太长"),
    code(42037, "invalid template_card option_list size", "an option_list is empty or too long", "option_list 为空或太长"),
    code(42038, "invalid template_card button text", "a button of the card has no text, or there are too few or too many", "卡片按钮没有 text, 或个数不对"),
    code(42039, "invalid template_card button key", "a button's key is missing, too long or there twice", "卡片按钮的 key 缺失、太长或重复"),
    code(42040, "invalid template_card option id", "an option's id is missing, too long or there twice", "选项的 id 缺失、太长或重复"),
    code(42041, "invalid template_card option text", "an option's text is missing", "选项的 text 缺失"),
    code(42042, "invalid template_card jump_list size", "jump_list is too long", "jump_list 太长"),
    code(42043, "invalid template_card question_key", "question_key is missing, too long or there twice", "question_key 缺失、太长或重复"),
    code(42044, "invalid template_card card_image url", "the card has neither a picture nor an image_text_area", "卡片既没有图片也没有 image_text_area"),
    code(42045, "invalid template_card card_action", "card_action is missing, or lacks its url or appid", "card_action 缺失, 或没有 url/appid"),
    code(42046, "invalid template_card submit_button key", "submit_button has no key", "submit_button 没有 key"),
    code(42047, "invalid template_card select_list size", "select_list is empty or too long", "select_list 为空或太长"),
    code(42049, "invalid template_card submit_button text", "submit_button's text is not good", "submit_button 的 text 不对"),
    code(42050, "invalid template_card userid", "a userid of the card is missing", "卡片的 userid 缺失"),
    code(42051, "invalid template_card action key", "an action's key is missing, too long or there twice", "菜单操作的 key 缺失、太长或重复"),
    code(43001, "require GET method", "this address takes GET", "此接口要用 GET"),
    code(43002, "require POST method", "this address takes POST", "此接口要用 POST"),
    code(44001, "empty media data", "there is no file in the part `media`, or the part has no plain filename", "名为 media 的部分里没有文件, 或没有普通的 filename"),
    code(44004, "text content is empty", "the content is empty", "内容为空"),
    code(45001, "media size out of limit", "the file is too large", "文件太大"),
    code(45002, "content size out of limit", "the content is too long", "内容太长"),
    code(45007, "voice length out of limit", "a recording is at most 60 seconds long", "语音最长 60 秒"),
    code(45008, "article size out of limit", "there are too many articles", "图文条数太多"),
    code(45009, "api freq out of limit", "too often: wait until the limit's window has passed", "调用太频繁: 等这个周期过去再试"),
    code(45015, "response out of time limit or subscription is canceled", "the follower wrote too long ago, or unfollowed", "粉丝上次发消息太久以前, 或已取消关注"),
    code(45032, "author size out of limit", "the author's name is too long", "作者名太长"),
    code(45033, "api concurrent out of limit", "too many calls at the same time", "并发调用太多"),
    code(45047, "out of response count limit", "the messages that the follower's last action allows are used up", "粉丝上次互动允许的消息条数已用完"),
    code(46003, "no menu", "there is no menu", "没有菜单"),
    code(47001, "data format error", "the body is no JSON object", "请求体不是 JSON 对象"),
    code(48002, "api forbidden for this token", "this token may not call this", "此 access_token 无权调用"),
    code(50003, "app disabled", "the app is disabled", "应用已停用"),
    code(60011, "no privilege to access/modify contact/party/agent", "the app may not see this member, department, tag or app", "应用无权访问该成员、部门、标签或应用"),
    code(60020, "not allow to access from your ip", "this address is not on the app's list of trusted ones: 企业可信IP in the console, good after a minute", "该 IP 不在应用的企业可信IP中: 在管理后台配置, 约一分钟后生效"),
    code(60111, "userid not found", "there is no such member", "没有这个成员"),
    code(60123, "invalid party id", "there is no such department", "没有这个部门"),
    code(60140, "invalid response_code", "response_code is unknown, used up, or older than 72 hours", "response_code 无效、已使用或已超过 72 小时"),
    code(81013, "user & party & tag all invalid", "none of the receivers can be reached", "所有接收人都无效或无权限"),
    code(82001, "touser & toparty & totag all empty", "nobody is named as the receiver", "没有指定接收人"),
    code(82002, "invalid toparty list size", "a message goes to at most 100 departments", "一次最多发给 100 个部门"),
    code(82003, "invalid totag list size", "a message goes to at most 100 tags", "一次最多发给 100 个标签"),
    code(830_002, "file too large, use Range", "a file over 20 MB must be fetched in pieces, with Range", "超过 20 MB 的文件必须用 Range 分段下载"),
    code(86001, "invalid chatid", "a chatid has 1 to 32 letters and digits", "chatid 必须是 1 到 32 个字母数字"),
    code(86003, "chatid not exist", "there is no such group chat", "没有这个群聊"),
    code(86005, "invalid chat owner", "the owner is no member", "群主不是成员"),
    code(86006, "invalid chat member count", "a group chat has 2 to 2000 members", "群聊必须有 2 到 2000 个成员"),
    code(86007, "invalid chat member", "a member of the group chat is unknown", "群成员不存在"),
    code(86008, "chat of another app", "the group chat was created by another app", "群聊由其他应用创建"),
    code(86201, "chatid missing", "chatid is missing", "缺少 chatid"),
    code(86207, "owner not in userlist", "the owner must be in userlist", "群主必须在 userlist 中"),
    code(86215, "chatid exists", "there is a group chat with this chatid already", "chatid 已存在"),
    code(90200, "miniprogram appid missing", "appid is missing", "缺少 appid"),
    code(90201, "content_item size out of limit", "there are more than 10 content_item", "content_item 超过 10 个"),
    code(90202, "content_item key size out of limit", "a key is missing or longer than 10 characters", "key 缺失或超过 10 个字"),
    code(90203, "content_item value size out of limit", "a value is missing or longer than 30 characters", "value 缺失或超过 30 个字"),
    code(93000, "invalid webhook url, not exists or wrong url format", "there is no robot with this key", "没有这个 key 的群机器人"),
    code(93004, "robot is disabled", "the robot is disabled", "群机器人已停用"),
    code(301_002, "no privilege to this agentid", "the token belongs to another app than agentid", "access_token 与 agentid 不属于同一个应用"),
    code(301_017, "voice file is not amr", "a recording must be AMR", "语音必须是 AMR 格式"),
    code(301_019, "md5 mismatch", "md5 is not that of the picture", "md5 与图片不符"),
];

//! The events of both platforms, typed.
//!
//! Names are matched without regard to case: WeCom writes `click`, Official Accounts `CLICK`. An event that is new keeps
//! everything it brought in [`Message::get`](crate::Message::get); so do the lesser elements of the known ones, like
//! the nodes of an approval.

mod contact;
mod read;

pub use contact::ContactChange;

use crate::ids::UserId;

/// What happened. Numbers that the platform left out are 0, texts empty.
///
/// <https://developer.work.weixin.qq.com/document/path/90240>,
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// `subscribe`: a member came into the app's visible range, or someone followed the Official Account.
    Subscribe {
        /// The scene of the QR code that led here (`EventKey` without `qrscene_`); Official Accounts only.
        scene: Option<String>,
        /// The QR code's `Ticket`; Official Accounts only.
        ticket: Option<String>,
    },
    /// `unsubscribe`.
    Unsubscribe,
    /// `enter_agent`: a member opened the app.
    EnterAgent,
    /// `LOCATION`: where the user is, reported by itself.
    Location {
        /// Degrees north (`Latitude`).
        latitude: f64,
        /// Degrees east (`Longitude`).
        longitude: f64,
        /// In metres (`Precision`).
        precision: f64,
    },
    /// `click`: a menu button.
    Click {
        /// The button's key (`EventKey`).
        key: String,
    },
    /// `view`: a menu link.
    View {
        /// Where it leads (`EventKey`).
        url: String,
        /// `MenuId`; Official Accounts only.
        menu_id: Option<String>,
    },
    /// `view_miniprogram`: a menu entry that opens a mini program.
    ViewMiniprogram {
        /// The page (`EventKey`).
        page_path: String,
        /// `MenuId`; Official Accounts only.
        menu_id: Option<String>,
    },
    /// `SCAN`: a follower scanned the Official Account's QR code.
    Scan {
        /// The code's scene (`EventKey`).
        scene: String,
        /// `Ticket`.
        ticket: String,
    },
    /// `scancode_push`: a menu button that scans.
    ScancodePush(ScanCode),
    /// `scancode_waitmsg`: a menu button that scans, and the user waits for an answer.
    ScancodeWaitmsg(ScanCode),
    /// `pic_sysphoto`: a menu button that takes pictures. The pictures follow as messages.
    PicSysphoto(Pictures),
    /// `pic_photo_or_album`: the same, or from the album.
    PicPhotoOrAlbum(Pictures),
    /// `pic_weixin`: the same, from WeChat's album.
    PicWeixin(Pictures),
    /// `location_select`: a menu button that picks a place.
    LocationSelect {
        /// The button's key (`EventKey`).
        key: String,
        /// Degrees north (`Location_X`).
        latitude: f64,
        /// Degrees east (`Location_Y`).
        longitude: f64,
        /// The zoom of the map (`Scale`).
        scale: i64,
        /// The place in words (`Label`).
        label: String,
        /// The name of the point of interest (`Poiname`).
        poiname: String,
    },
    /// `batch_job_result`: an asynchronous contact job is done.
    BatchJobResult {
        /// `JobId`.
        job_id: String,
        /// `sync_user`, `replace_user`, `invite_user` or `replace_party` (`JobType`).
        job_type: String,
        /// 0 when it went well (`ErrCode`).
        err_code: i64,
        /// `ErrMsg`.
        err_msg: String,
    },
    /// `change_contact`: somebody or something in the contacts changed.
    ChangeContact(ContactChange),
    /// `template_card_event`: a button, a vote, a selection on a card.
    TemplateCard(CardAction),
    /// `template_card_menu_event`: the menu at the top of a card.
    TemplateCardMenu(CardAction),
    /// `taskcard_click`: a button of an old task card.
    TaskcardClick {
        /// The button's key (`EventKey`).
        key: String,
        /// `TaskId`.
        task_id: String,
    },
    /// `open_approval_change`: a self-built approval moved on. The nodes are in the message's fields.
    OpenApprovalChange {
        /// The approval's number (`ApprovalInfo/ThirdNo`).
        third_no: String,
        /// The template (`ApprovalInfo/OpenTemplateId`).
        template_id: String,
        /// 1 in review, 2 approved, 3 rejected, 4 cancelled (`ApprovalInfo/OpenSpStatus`).
        status: i64,
        /// Who applied (`ApprovalInfo/ApplyUserId`).
        applicant: UserId,
    },
    /// `sys_approval_change`: an approval of the approval app moved on. The nodes are in the message's fields.
    SysApprovalChange {
        /// The approval's number (`ApprovalInfo/SpNo`).
        sp_no: String,
        /// Its name (`ApprovalInfo/SpName`).
        sp_name: String,
        /// The template (`ApprovalInfo/TemplateId`).
        template_id: String,
        /// 1 in review, 2 approved, 3 rejected, 4 revoked, 6 revoked after approval, 7 deleted, 10 paid
        /// (`ApprovalInfo/SpStatus`).
        status: i64,
        /// Who applied (`ApprovalInfo/Applyer/UserId`).
        applicant: UserId,
        /// What moved it: 1 submitted, 2 approved, 3 rejected, 4 handed on, 5 urged, 6 revoked, 8 revoked after
        /// approval, 10 commented (`ApprovalInfo/StatuChangeEvent`).
        change: i64,
    },
    /// `share_agent_change`: an app shared with linked corporations changed.
    ShareAgentChange,
    /// `share_chain_change`: an app shared up or down the chain changed.
    ShareChainChange,
    /// `switch_workbench_mode`: the app's place on the workbench.
    SwitchWorkbenchMode {
        /// Whether the template is on now (`Mode`).
        on: bool,
    },
    /// `living_status_change`: a live broadcast.
    LivingStatusChange {
        /// `LivingId`.
        living_id: String,
        /// 0 booked, 1 live, 2 ended, 3 expired, 4 cancelled (`Status`).
        status: i64,
    },
    /// `kf_msg_or_event`: WeChat customer service has messages; fetch them with `kf/sync_msg`. Nobody is its sender.
    KfMsgOrEvent {
        /// For `kf/sync_msg`, valid for 10 minutes (`Token`).
        token: String,
        /// The customer service account (`OpenKfId`).
        open_kf_id: String,
    },
    /// `kf_account_auth_change`.
    KfAccountAuthChange {
        /// The accounts that may be used now (`AuthAddOpenKfId`).
        added: Vec<String>,
        /// The accounts that may no longer be used (`AuthDelOpenKfId`).
        removed: Vec<String>,
    },
    /// `kf_create_session`, `kf_close_session`, `kf_switch_session` of an Official Account.
    KfSession {
        /// The event's name, in lower case.
        change: String,
        /// `KfAccount`.
        kf_account: String,
    },
    /// `upload_media_job_finish`: an asynchronous upload is done.
    UploadMediaJobFinish {
        /// `JobId`.
        job_id: String,
    },
    /// `change_app_admin`.
    ChangeAppAdmin,
    /// `close_inactive_agent`: the platform switched off an app that nobody used.
    CloseInactiveAgent,
    /// `reopen_inactive_agent`.
    ReopenInactiveAgent,
    /// `change_external_contact`: a customer was added, edited, lost, ….
    ChangeExternalContact {
        /// `add_external_contact`, `edit_external_contact`, `del_follow_user`, … (`ChangeType`).
        change_type: String,
        /// The member (`UserID`).
        user_id: UserId,
        /// The customer (`ExternalUserID`).
        external_user_id: UserId,
        /// The `state` of the way in (`State`).
        state: String,
        /// To greet with, within 20 seconds (`WelcomeCode`).
        welcome_code: String,
    },
    /// `change_external_chat`: a customer group.
    ChangeExternalChat {
        /// `create`, `update` or `dismiss` (`ChangeType`).
        change_type: String,
        /// `ChatId`.
        chat_id: String,
        /// `add_member`, `del_member`, `change_owner`, `change_name`, `change_notice` (`UpdateDetail`).
        update_detail: String,
    },
    /// `change_external_tag`: a customer tag.
    ChangeExternalTag {
        /// `create`, `update`, `delete` or `shuffle` (`ChangeType`).
        change_type: String,
        /// `Id`.
        id: String,
        /// `tag` or `tag_group` (`TagType`).
        tag_type: String,
    },
    /// `change_chain`: up and down the chain.
    ChangeChain {
        /// `ChangeType`.
        change_type: String,
        /// `ChainId`.
        chain_id: String,
    },
    /// `add_schedule`, `modify_schedule`, `delete_schedule`.
    Schedule {
        /// `add`, `modify` or `delete`.
        change: String,
        /// `CalId`.
        cal_id: String,
        /// `ScheduleId`.
        schedule_id: String,
    },
    /// `modify_calendar`, `delete_calendar`.
    Calendar {
        /// `modify` or `delete`.
        change: String,
        /// `CalId`.
        cal_id: String,
    },
    /// `TEMPLATESENDJOBFINISH`: a template message of an Official Account arrived, or not.
    TemplateSendJobFinish {
        /// The message (`MsgID`).
        msg_id: String,
        /// `success`, `failed:user block` or `failed: system failed` (`Status`).
        status: String,
    },
    /// `MASSSENDJOBFINISH`: a mass message of an Official Account is out.
    MassSendJobFinish {
        /// The message (`MsgID`).
        msg_id: String,
        /// `send success`, or why not (`Status`).
        status: String,
        /// How many followers were meant (`TotalCount`).
        total: i64,
        /// How many it reached (`SentCount`).
        sent: i64,
        /// How many it failed for (`ErrorCount`).
        failed: i64,
    },
    /// `suite_ticket`: a third-party suite's ticket, every 10 minutes.
    SuiteTicket {
        /// `SuiteId`.
        suite_id: String,
        /// `SuiteTicket`.
        ticket: String,
    },
    /// `create_auth`, `change_auth`, `cancel_auth`, `reset_permanent_code`: a corporation and a third-party suite.
    SuiteAuth {
        /// The event's name, in lower case.
        change: String,
        /// `SuiteId`.
        suite_id: String,
        /// `AuthCode`; empty for `change_auth` and `cancel_auth`.
        auth_code: String,
        /// `AuthCorpId`; empty for the other two.
        auth_corp_id: String,
    },
    /// An event that this version does not know, or one that lacks what it must have.
    Unknown {
        /// Its name, as written.
        name: String,
    },
}

/// What a menu button scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanCode {
    /// The button's key (`EventKey`).
    pub key: String,
    /// `qrcode`, `barcode`, … (`ScanCodeInfo/ScanType`).
    pub scan_type: String,
    /// What the code says (`ScanCodeInfo/ScanResult`).
    pub result: String,
}

/// The pictures that a menu button sends. They follow as messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pictures {
    /// The button's key (`EventKey`).
    pub key: String,
    /// The MD5 of each picture (`SendPicsInfo/PicList/item/PicMd5Sum`).
    pub md5_sums: Vec<String>,
}

/// What a member did on a template card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardAction {
    /// The button's key (`EventKey`).
    pub key: String,
    /// `TaskId`.
    pub task_id: String,
    /// `text_notice`, `button_interaction`, … (`CardType`).
    pub card_type: String,
    /// To update the card with once, within 72 hours (`ResponseCode`).
    pub response_code: String,
    /// What was chosen, for each question (`SelectedItems`).
    pub selected: Vec<SelectedItem>,
}

/// One question of a card, and what was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectedItem {
    /// `QuestionKey`.
    pub question_key: String,
    /// `OptionIds/OptionId`, also in the spelling of older documents, `OpitonIds/OpitonId`.
    pub option_ids: Vec<String>,
}

//! From fields to events.

use super::{CardAction, ContactChange, Event, Pictures, ScanCode, SelectedItem};
use crate::ids::UserId;
use crate::xml::Fields;

impl Event {
    /// The events that have a type here, in lower case. Others can be registered for as well.
    pub const KNOWN: &'static [&'static str] = &[
        "subscribe",
        "unsubscribe",
        "enter_agent",
        "location",
        "click",
        "view",
        "view_miniprogram",
        "scan",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
        "batch_job_result",
        "change_contact",
        "template_card_event",
        "template_card_menu_event",
        "taskcard_click",
        "open_approval_change",
        "sys_approval_change",
        "share_agent_change",
        "share_chain_change",
        "switch_workbench_mode",
        "living_status_change",
        "kf_msg_or_event",
        "kf_account_auth_change",
        "kf_create_session",
        "kf_close_session",
        "kf_switch_session",
        "upload_media_job_finish",
        "change_app_admin",
        "close_inactive_agent",
        "reopen_inactive_agent",
        "change_external_contact",
        "change_external_chat",
        "change_external_tag",
        "change_chain",
        "add_schedule",
        "modify_schedule",
        "delete_schedule",
        "modify_calendar",
        "delete_calendar",
        "templatesendjobfinish",
        "masssendjobfinish",
        "suite_ticket",
        "create_auth",
        "change_auth",
        "cancel_auth",
        "reset_permanent_code",
    ];

    /// Reads the event called `name` from a message's fields.
    pub(crate) fn read(name: &str, fields: &Fields) -> Self {
        let from = Reader { fields };
        let lower = name.to_ascii_lowercase();
        from.menu(&lower)
            .or_else(|| from.place(&lower))
            .or_else(|| from.office(&lower))
            .or_else(|| from.customers(&lower))
            .or_else(|| from.accounts(&lower))
            .unwrap_or_else(|| Self::Unknown {
                name: name.to_owned(),
            })
    }
}

/// Each method knows a family of events; `None` means that it is not of this one, or lacks what it must have.
#[derive(Clone, Copy)]
struct Reader<'a> {
    fields: &'a Fields,
}

impl Reader<'_> {
    /// Following, entering, and everything about menus and cards.
    fn menu(self, name: &str) -> Option<Event> {
        Some(match name {
            "subscribe" => Event::Subscribe {
                scene: self
                    .maybe("EventKey")
                    .map(|key| key.strip_prefix("qrscene_").unwrap_or(&key).to_owned()),
                ticket: self.maybe("Ticket"),
            },
            "unsubscribe" => Event::Unsubscribe,
            "enter_agent" => Event::EnterAgent,
            "click" => Event::Click {
                key: self.text("EventKey"),
            },
            "view" => Event::View {
                url: self.text("EventKey"),
                menu_id: self.maybe("MenuId"),
            },
            "view_miniprogram" => Event::ViewMiniprogram {
                page_path: self.text("EventKey"),
                menu_id: self.maybe("MenuId"),
            },
            "scan" => Event::Scan {
                scene: self.text("EventKey"),
                ticket: self.text("Ticket"),
            },
            "scancode_push" => Event::ScancodePush(self.scan_code()),
            "scancode_waitmsg" => Event::ScancodeWaitmsg(self.scan_code()),
            "pic_sysphoto" => Event::PicSysphoto(self.pictures()),
            "pic_photo_or_album" => Event::PicPhotoOrAlbum(self.pictures()),
            "pic_weixin" => Event::PicWeixin(self.pictures()),
            "template_card_event" => Event::TemplateCard(self.card_action()),
            "template_card_menu_event" => Event::TemplateCardMenu(self.card_action()),
            "taskcard_click" => Event::TaskcardClick {
                key: self.text("EventKey"),
                task_id: self.text("TaskId"),
            },
            _ => return None,
        })
    }

    fn place(self, name: &str) -> Option<Event> {
        Some(match name {
            "location" => Event::Location {
                latitude: self.float("Latitude")?,
                longitude: self.float("Longitude")?,
                precision: self.float("Precision").unwrap_or(0.0),
            },
            "location_select" => Event::LocationSelect {
                key: self.text("EventKey"),
                latitude: self.float("SendLocationInfo/Location_X")?,
                longitude: self.float("SendLocationInfo/Location_Y")?,
                scale: self.number("SendLocationInfo/Scale"),
                label: self.whole("SendLocationInfo/Label"),
                poiname: self.whole("SendLocationInfo/Poiname"),
            },
            _ => return None,
        })
    }

    /// Contacts, approvals, calendars, apps.
    fn office(self, name: &str) -> Option<Event> {
        Some(match name {
            "batch_job_result" => Event::BatchJobResult {
                job_id: self.text("BatchJob/JobId"),
                job_type: self.text("BatchJob/JobType"),
                err_code: self.number("BatchJob/ErrCode"),
                err_msg: self.whole("BatchJob/ErrMsg"),
            },
            "change_contact" => Event::ChangeContact(ContactChange::read(self.fields)),
            "open_approval_change" => Event::OpenApprovalChange {
                third_no: self.text("ApprovalInfo/ThirdNo"),
                template_id: self.text("ApprovalInfo/OpenTemplateId"),
                status: self.number("ApprovalInfo/OpenSpStatus"),
                applicant: self.user("ApprovalInfo/ApplyUserId"),
            },
            "sys_approval_change" => Event::SysApprovalChange {
                sp_no: self.text("ApprovalInfo/SpNo"),
                sp_name: self.whole("ApprovalInfo/SpName"),
                template_id: self.text("ApprovalInfo/TemplateId"),
                status: self.number("ApprovalInfo/SpStatus"),
                applicant: self.user("ApprovalInfo/Applyer/UserId"),
                change: self.number("ApprovalInfo/StatuChangeEvent"),
            },
            "share_agent_change" => Event::ShareAgentChange,
            "share_chain_change" => Event::ShareChainChange,
            "switch_workbench_mode" => Event::SwitchWorkbenchMode {
                on: self.number("Mode") == 1,
            },
            "living_status_change" => Event::LivingStatusChange {
                living_id: self.text("LivingId"),
                status: self.number("Status"),
            },
            "upload_media_job_finish" => Event::UploadMediaJobFinish {
                job_id: self.text("JobId"),
            },
            "change_app_admin" => Event::ChangeAppAdmin,
            "close_inactive_agent" => Event::CloseInactiveAgent,
            "reopen_inactive_agent" => Event::ReopenInactiveAgent,
            "add_schedule" | "modify_schedule" | "delete_schedule" => Event::Schedule {
                change: name.trim_end_matches("_schedule").to_owned(),
                cal_id: self.text("CalId"),
                schedule_id: self.text("ScheduleId"),
            },
            "modify_calendar" | "delete_calendar" => Event::Calendar {
                change: name.trim_end_matches("_calendar").to_owned(),
                cal_id: self.text("CalId"),
            },
            _ => return None,
        })
    }

    fn customers(self, name: &str) -> Option<Event> {
        Some(match name {
            "kf_msg_or_event" => Event::KfMsgOrEvent {
                token: self.text("Token"),
                open_kf_id: self.text("OpenKfId"),
            },
            "kf_account_auth_change" => Event::KfAccountAuthChange {
                added: self.texts("AuthAddOpenKfId"),
                removed: self.texts("AuthDelOpenKfId"),
            },
            "kf_create_session" | "kf_close_session" | "kf_switch_session" => Event::KfSession {
                change: name.to_owned(),
                kf_account: self.text("KfAccount"),
            },
            "change_external_contact" => Event::ChangeExternalContact {
                change_type: self.text("ChangeType"),
                user_id: self.user("UserID"),
                external_user_id: self.user("ExternalUserID"),
                state: self.text("State"),
                welcome_code: self.text("WelcomeCode"),
            },
            "change_external_chat" => Event::ChangeExternalChat {
                change_type: self.text("ChangeType"),
                chat_id: self.text("ChatId"),
                update_detail: self.text("UpdateDetail"),
            },
            "change_external_tag" => Event::ChangeExternalTag {
                change_type: self.text("ChangeType"),
                id: self.text("Id"),
                tag_type: self.text("TagType"),
            },
            "change_chain" => Event::ChangeChain {
                change_type: self.text("ChangeType"),
                chain_id: self.text("ChainId"),
            },
            _ => return None,
        })
    }

    /// Jobs of Official Accounts, and third-party suites.
    fn accounts(self, name: &str) -> Option<Event> {
        Some(match name {
            "templatesendjobfinish" => Event::TemplateSendJobFinish {
                msg_id: self.text("MsgID"),
                status: self.text("Status"),
            },
            "masssendjobfinish" => Event::MassSendJobFinish {
                msg_id: self.text("MsgID"),
                status: self.text("Status"),
                total: self.number("TotalCount"),
                sent: self.number("SentCount"),
                failed: self.number("ErrorCount"),
            },
            "suite_ticket" => Event::SuiteTicket {
                suite_id: self.text("SuiteId"),
                ticket: self.text("SuiteTicket"),
            },
            "create_auth" | "change_auth" | "cancel_auth" | "reset_permanent_code" => {
                Event::SuiteAuth {
                    change: name.to_owned(),
                    suite_id: self.text("SuiteId"),
                    auth_code: self.text("AuthCode"),
                    auth_corp_id: self.text("AuthCorpId"),
                }
            }
            _ => return None,
        })
    }

    fn scan_code(self) -> ScanCode {
        ScanCode {
            key: self.text("EventKey"),
            scan_type: self.text("ScanCodeInfo/ScanType"),
            result: self.whole("ScanCodeInfo/ScanResult"),
        }
    }

    fn pictures(self) -> Pictures {
        Pictures {
            key: self.text("EventKey"),
            md5_sums: self.texts("SendPicsInfo/PicList/item/PicMd5Sum"),
        }
    }

    fn card_action(self) -> CardAction {
        let selected = self
            .fields
            .all("SelectedItems/SelectedItem")
            .map(|item| SelectedItem {
                question_key: item
                    .get("QuestionKey")
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
                option_ids: item
                    .all("OptionIds/OptionId")
                    .chain(item.all("OpitonIds/OpitonId"))
                    .map(|option| option.text().trim().to_owned())
                    .collect(),
            });
        CardAction {
            key: self.text("EventKey"),
            task_id: self.text("TaskId"),
            card_type: self.text("CardType"),
            response_code: self.text("ResponseCode"),
            selected: selected.collect(),
        }
    }

    /// An identifier, without white space around it.
    fn text(self, path: &str) -> String {
        self.fields.get(path).unwrap_or_default().trim().to_owned()
    }

    /// A text as received, white space included.
    fn whole(self, path: &str) -> String {
        self.fields.get(path).unwrap_or_default().to_owned()
    }

    fn maybe(self, path: &str) -> Option<String> {
        self.fields
            .get(path)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    fn texts(self, path: &str) -> Vec<String> {
        self.fields
            .all(path)
            .map(|field| field.text().trim().to_owned())
            .collect()
    }

    fn user(self, path: &str) -> UserId {
        self.text(path).into()
    }

    fn number(self, path: &str) -> i64 {
        self.fields
            .get(path)
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    }

    fn float(self, path: &str) -> Option<f64> {
        let number: f64 = self.fields.get(path)?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }
}

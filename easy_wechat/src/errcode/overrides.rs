//! Where a number means something else: on the other platform, or because of what was asked.

use super::Remedy::{FixAccount, FixCall, FixTarget, RenewToken, Wait};
use super::{Asked, Row};
use crate::platform::AccountKind::{self, OfficialAccount, WeCom};

/// The first row that fits, if any does.
pub(super) fn find(code: i64, kind: AccountKind, asked: Asked) -> Option<&'static Row> {
    ROWS.iter()
        .find(|(on, when, row)| {
            row.0 == code && on.is_none_or(|on| on == kind) && when.is_none_or(|when| when == asked)
        })
        .map(|(_, _, row)| row)
}

type Override = (Option<AccountKind>, Option<Asked>, Row);

/// `None` stands for either.
#[rustfmt::skip]
pub(super) static ROWS: &[Override] = &[
    (Some(WeCom), Some(Asked::Call), (40001, "the access token is stale, or of another app", RenewToken,
        "it is renewed by itself; twice in a row means that secret and appid are of different apps")),
    (Some(OfficialAccount), Some(Asked::Call), (40001, "the access token is not the latest one", RenewToken,
        "it is renewed by itself; if it comes again and again, another program gets tokens with the same AppSecret: \
         let both use stable_token, or share the store")),
    (Some(OfficialAccount), Some(Asked::Token), (40001, "the AppSecret is not this account's, or was reset", FixAccount,
        "copy it from 设置与开发 > 基本配置 > 开发者密码(AppSecret) to secret in config.ini; a reset voids the old one")),
    (Some(OfficialAccount), None, (40003, "no such openid with this account", FixTarget,
        "an openid belongs to one account: take FromUserName of a message to this very account")),
    (Some(OfficialAccount), None, (40013, "the AppID is wrong", FixAccount,
        "copy it from 设置与开发 > 基本配置 > 开发者ID(AppID) to appid in config.ini: wx and 16 letters and digits")),
    (Some(OfficialAccount), None, (43004, "the receiver does not follow the account", FixTarget,
        "leave the receiver out; only who subscribes can be written to")),
    (Some(WeCom), Some(Asked::Token), (45009, "tokens were asked for too often", Wait,
        "wait a minute; after very many wrong secrets the platform blocks the address for an hour: \
         find the program that asks with an old one")),
    (Some(OfficialAccount), None, (45009, "the account's calls for today are used up", Wait,
        "it ends at midnight in China; 设置与开发 > 接口权限 shows the quotas, and /cgi-bin/clear_quota resets them, \
         10 times a month")),
    (Some(OfficialAccount), None, (48001, "the account may not use this call", FixAccount,
        "设置与开发 > 接口权限 shows what it may; customer-service messages need a verified account (微信认证)")),
    (Some(OfficialAccount), None, (48004, "the call is banned for this account", FixAccount,
        "the platform punished the account: see its notice in mp.weixin.qq.com under 通知中心")),
    (Some(OfficialAccount), None, (50002, "the user is restricted", FixAccount,
        "the account or its owner is under a restriction: see mp.weixin.qq.com under 通知中心")),
    (Some(OfficialAccount), None, (40008, "no such message type", FixCall,
        "msgtype is one of text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard, \
         miniprogrampage")),
];

//! Access tokens: who has one, and until when it is good.

use std::collections::VecDeque;
use std::time::Duration;

use super::app::letters;
use crate::clock::Timestamp;

/// The tokens that were given out.
#[derive(Debug)]
pub(crate) struct Tokens {
    list: VecDeque<Token>,
    lifetime: Duration,
}

#[derive(Clone, Debug)]
struct Token {
    value: String,
    /// The number of the app that it belongs to.
    app: usize,
    scheme: Scheme,
    until: Timestamp,
    revoked: bool,
}

/// How a token was asked for; the kinds know nothing of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `gettoken` of WeCom: the same one until it expires.
    GetToken,
    /// `token` of an Official Account: a new one each time, the one before is no longer good.
    Token,
    /// `stable_token`: the same one until its last five minutes.
    StableToken,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenState {
    /// For calls of the app with this number.
    Good(usize),
    Expired,
    Unknown,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self {
            list: VecDeque::new(),
            lifetime: LIFETIME,
        }
    }

    /// The token of an app and for how many seconds it is still good.
    pub(crate) fn get(
        &mut self,
        app: usize,
        scheme: Scheme,
        force: bool,
        now: Timestamp,
    ) -> (String, u64) {
        let same = |token: &&mut Token| {
            token.app == app && token.scheme == scheme && !token.revoked && token.until > now
        };
        match scheme {
            Scheme::GetToken | Scheme::StableToken if !force => {
                let renew_within = if scheme == Scheme::StableToken {
                    STABLE_RENEWED_WITHIN
                } else {
                    Duration::ZERO
                };
                if let Some(token) = self.list.iter_mut().rev().find(same) {
                    let left = token.until.since(now);
                    if left > renew_within {
                        return (token.value.clone(), left.as_secs().max(1));
                    }
                }
            }
            _ => {
                for token in self.list.iter_mut().filter(|token| same(token)) {
                    token.revoked = true;
                }
            }
        }
        let value = letters(TOKEN_LETTERS);
        if self.list.len() >= MAX_TOKENS {
            self.list.pop_front();
        }
        self.list.push_back(Token {
            value: value.clone(),
            app,
            scheme,
            until: now.plus(self.lifetime),
            revoked: false,
        });
        (value, self.lifetime.as_secs())
    }

    pub(crate) fn check(&self, value: &str, now: Timestamp) -> TokenState {
        match self.list.iter().rev().find(|token| token.value == value) {
            None => TokenState::Unknown,
            Some(token) if token.revoked => TokenState::Unknown,
            Some(token) if token.until <= now => TokenState::Expired,
            Some(token) => TokenState::Good(token.app),
        }
    }

    /// Ends every token as time does: calls get 42001.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        for token in &mut self.list {
            token.until = token.until.min(now);
        }
    }

    /// Ends every token before its time: calls get 40014.
    pub(crate) fn revoke(&mut self) {
        for token in &mut self.list {
            token.revoked = true;
        }
    }

    /// How long the next tokens live.
    pub(crate) fn set_lifetime(&mut self, lifetime: Duration) {
        self.lifetime = lifetime;
    }
}

/// <https://developer.work.weixin.qq.com/document/path/91039>
const LIFETIME: Duration = Duration::from_hours(2);
const STABLE_RENEWED_WITHIN: Duration = Duration::from_mins(5);

/// The platform's are up to 512 letters long; a shorter place to keep them in should be found out here.
const TOKEN_LETTERS: usize = 214;
const MAX_TOKENS: usize = 1000;

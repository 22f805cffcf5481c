use std::fmt;

use super::Step;

/// Why a request, or a set of keys, is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// There is no token.
    TokenMissing,
    /// The token has what a token cannot have: white space, quotes, full-width letters.
    TokenShape,
    /// There is no key.
    KeyMissing,
    /// The key is not 43 letters and digits.
    KeyShape,
    /// The token stands where the key belongs, and the other way round.
    Swapped,
    /// There is no receive id.
    ReceiverMissing,
    /// The receive id does not look like one of this platform's.
    ReceiverShape,
    /// Neither GET nor POST.
    Method,
    /// Nothing in the query is the platform's.
    NotThePlatform,
    /// A parameter is not there.
    ParameterMissing,
    /// A parameter has another name.
    ParameterRenamed,
    /// A parameter stands there twice.
    ParameterRepeated,
    /// A parameter, or the whole query, cannot be read.
    QueryBroken,
    /// It comes from the other platform.
    Kind,
    /// It is encrypted and should not be, or the other way round.
    Mode,
    /// The body is empty.
    BodyEmpty,
    /// The body is compressed.
    BodyCompressed,
    /// JSON, where the platform's XML belongs.
    Json,
    /// A page in HTML.
    Html,
    /// A byte order mark stands before it.
    Bom,
    /// The body ends too early.
    BodyCut,
    /// The body is no envelope, for another reason.
    BodyBroken,
    /// A `+` became a space: something on the way decodes the query as a form.
    PlusBecameSpace,
    /// The query was percent-encoded once more on the way.
    EncodedTwice,
    /// The query was percent-decoded on the way already.
    DecodedEarly,
    /// Whoever signed it signed the percent-encoded text.
    SignedEncoded,
    /// The letters of the signature are upper-case.
    SignatureShape,
    /// The token is another.
    Token,
    /// The text was changed on the way.
    Changed,
    /// Neither token nor key fit.
    NotOurs,
    /// It belongs to another section.
    OtherSection,
    /// The key is another.
    Key,
    /// It is for another receiver.
    Receiver,
    /// What was in it is no message.
    Message,
    /// The clock is off, or it is an old request.
    Clock,
    /// A callback address did not answer as the platform wants it.
    Answer,
}

impl Cause {
    /// The step at which it is seen.
    pub const fn step(self) -> Step {
        match self {
            Self::TokenMissing
            | Self::TokenShape
            | Self::KeyMissing
            | Self::KeyShape
            | Self::Swapped
            | Self::ReceiverMissing
            | Self::ReceiverShape => Step::Keys,
            Self::Method
            | Self::NotThePlatform
            | Self::ParameterMissing
            | Self::ParameterRenamed
            | Self::ParameterRepeated
            | Self::QueryBroken
            | Self::PlusBecameSpace
            | Self::EncodedTwice
            | Self::DecodedEarly => Step::Query,
            Self::Kind | Self::Mode => Step::Mode,
            Self::BodyEmpty
            | Self::BodyCompressed
            | Self::Json
            | Self::Html
            | Self::Bom
            | Self::BodyCut
            | Self::BodyBroken => Step::Body,
            Self::SignedEncoded
            | Self::SignatureShape
            | Self::Token
            | Self::Changed
            | Self::NotOurs
            | Self::OtherSection => Step::Signature,
            Self::Key => Step::Decryption,
            Self::Receiver => Step::Receiver,
            Self::Message => Step::Message,
            Self::Clock => Step::Clock,
            Self::Answer => Step::Answer,
        }
    }

    /// Its name for programs: `other_section`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenMissing => "token_missing",
            Self::TokenShape => "token_shape",
            Self::KeyMissing => "key_missing",
            Self::KeyShape => "key_shape",
            Self::Swapped => "swapped",
            Self::ReceiverMissing => "receiver_missing",
            Self::ReceiverShape => "receiver_shape",
            Self::Method => "method",
            Self::NotThePlatform => "not_the_platform",
            Self::ParameterMissing => "parameter_missing",
            Self::ParameterRenamed => "parameter_renamed",
            Self::ParameterRepeated => "parameter_repeated",
            Self::QueryBroken => "query_broken",
            Self::Kind => "kind",
            Self::Mode => "mode",
            Self::BodyEmpty => "body_empty",
            Self::BodyCompressed => "body_compressed",
            Self::Json => "json",
            Self::Html => "html",
            Self::Bom => "bom",
            Self::BodyCut => "body_cut",
            Self::BodyBroken => "body_broken",
            Self::PlusBecameSpace => "plus_became_space",
            Self::EncodedTwice => "encoded_twice",
            Self::DecodedEarly => "decoded_early",
            Self::SignedEncoded => "signed_encoded",
            Self::SignatureShape => "signature_shape",
            Self::Token => "token",
            Self::Changed => "changed",
            Self::NotOurs => "not_ours",
            Self::OtherSection => "other_section",
            Self::Key => "key",
            Self::Receiver => "receiver",
            Self::Message => "message",
            Self::Clock => "clock",
            Self::Answer => "answer",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

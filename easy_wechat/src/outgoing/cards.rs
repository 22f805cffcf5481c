//! The platform's rules for template cards: a table for each kind.
//!
//! Lengths in characters are only advice there, and are not looked at.
//!
//! <https://developer.work.weixin.qq.com/document/path/90236>

use serde_json::{Map, Value};

use super::rules::Rule::{
    self, Between, Bytes, Distinct, Id, Inside, List, Needed, Number, Object, OneOf, Where, With,
};

/// What a card must keep by its `card_type`; nothing for a kind that is not known.
pub(super) fn card_rules(card: &Map<String, Value>) -> &'static [Rule] {
    match card.get("card_type").and_then(Value::as_str) {
        Some("text_notice") => TEXT_NOTICE,
        Some("news_notice") => NEWS_NOTICE,
        Some("button_interaction") => BUTTONS,
        Some("vote_interaction") => VOTE,
        Some("multiple_interaction") => SELECTION,
        Some(_) => &[],
        None => &[Needed("card_type")],
    }
}

static TEXT_NOTICE: &[Rule] = &[
    SOURCE,
    OneOf(&["main_title.title", "sub_title_text"]),
    MENU,
    TASK_ID,
    TASK_ID_OF_MENU,
    QUOTE,
    LINES,
    JUMPS,
    Object("card_action"),
    ACTION,
];

static NEWS_NOTICE: &[Rule] = &[
    SOURCE,
    TITLE,
    OneOf(&["card_image", "image_text_area"]),
    Inside(
        "card_image",
        &[Needed("url"), Between("aspect_ratio", 1.3, 2.25)],
    ),
    Inside("image_text_area", &[UP_TO_APP, WITH_URL, WITH_APP]),
    MENU,
    TASK_ID,
    TASK_ID_OF_MENU,
    QUOTE,
    LINES,
    List("vertical_content_list", 0, 4, &[Needed("title")]),
    JUMPS,
    Object("card_action"),
    ACTION,
];

static BUTTONS: &[Rule] = &[
    SOURCE,
    TITLE,
    MENU,
    Needed("task_id"),
    TASK_ID,
    QUOTE,
    LINES,
    Inside("card_action", &[UP_TO_APP, WITH_URL, WITH_APP]),
    Inside("button_selection", QUESTION_OF_10),
    List(
        "button_list",
        1,
        6,
        &[
            Needed("text"),
            With("type", &[Number("type", &[0, 1])]),
            With("style", &[Number("style", &[1, 2, 3, 4])]),
            Where("type", 0, &[Needed("key"), Bytes("key", 1024)]),
            WITH_URL,
        ],
    ),
    Distinct("button_list", "key"),
];

static VOTE: &[Rule] = &[
    SOURCE,
    TITLE,
    Needed("task_id"),
    TASK_ID,
    Object("checkbox"),
    Inside(
        "checkbox",
        &[
            Needed("question_key"),
            Bytes("question_key", 1024),
            With("mode", &[Number("mode", &[0, 1])]),
            List("option_list", 1, 20, OPTION),
            Distinct("option_list", "id"),
        ],
    ),
    Object("submit_button"),
    SUBMIT,
];

static SELECTION: &[Rule] = &[
    SOURCE,
    TITLE,
    Needed("task_id"),
    TASK_ID,
    List("select_list", 1, 3, QUESTION_OF_10),
    Distinct("select_list", "question_key"),
    Object("submit_button"),
    SUBMIT,
];

const SOURCE: Rule = Inside(
    "source",
    &[With("desc_color", &[Number("desc_color", &[0, 1, 2, 3])])],
);

const TITLE: Rule = OneOf(&["main_title.title"]);

const MENU: Rule = Inside(
    "action_menu",
    &[
        List(
            "action_list",
            1,
            3,
            &[Needed("text"), Needed("key"), Bytes("key", 1024)],
        ),
        Distinct("action_list", "key"),
    ],
);

const TASK_ID: Rule = With("task_id", &[Id("task_id"), Bytes("task_id", 128)]);
const TASK_ID_OF_MENU: Rule = With("action_menu", &[Needed("task_id")]);

const QUOTE: Rule = Inside("quote_area", &[UP_TO_APP, WITH_URL, WITH_APP]);

const LINES: Rule = List(
    "horizontal_content_list",
    0,
    6,
    &[
        Needed("keyname"),
        With("type", &[Number("type", &[0, 1, 2, 3])]),
        WITH_URL,
        Where("type", 2, &[Needed("media_id")]),
        Where("type", 3, &[Needed("userid")]),
    ],
);

const JUMPS: Rule = List(
    "jump_list",
    0,
    3,
    &[Needed("title"), UP_TO_APP, WITH_URL, WITH_APP],
);

const ACTION: Rule = Inside(
    "card_action",
    &[Number("type", &[1, 2]), WITH_URL, WITH_APP],
);

const SUBMIT: Rule = Inside("submit_button", &[Needed("key"), Bytes("key", 1024)]);

/// Where it leads: nowhere, to an address, to a mini program.
const UP_TO_APP: Rule = With("type", &[Number("type", &[0, 1, 2])]);
const WITH_URL: Rule = Where("type", 1, &[Needed("url")]);
const WITH_APP: Rule = Where("type", 2, &[Needed("appid")]);

const QUESTION_OF_10: &[Rule] = &[
    Needed("question_key"),
    Bytes("question_key", 1024),
    List("option_list", 1, 10, OPTION),
    Distinct("option_list", "id"),
];

const OPTION: &[Rule] = &[Needed("id"), Bytes("id", 128), Needed("text")];

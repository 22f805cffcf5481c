use std::fmt;

use crate::dates::DateError;
use crate::stations::NotFound;

/// Why a message is no command. `Display` is for the chat: what is wrong, and how to write it right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandError {
    /// It begins with no word that is known.
    NoCommand,
    /// It is longer than the platform's messages.
    TooLong,
    /// There are not two stations in it.
    Stations,
    /// A station is none.
    Station(NotFound),
    /// There are two stations, and a word that is nothing.
    Unclear(NotFound),
    /// From a station to itself.
    SameStation {
        /// Its name.
        name: String,
    },
    /// There is no day in it.
    NoDate,
    /// There are two.
    TwoDates,
    /// The day is none that one can travel on.
    Date(DateError),
    /// The number of travellers.
    People {
        /// How many can be.
        most: u32,
    },
    /// Too many trains.
    ManyTrains {
        /// How many can be.
        most: usize,
    },
    /// It does not say which watch.
    NoNumber {
        /// The command.
        verb: &'static str,
    },
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(f, "没看懂。{EXAMPLE}\n发“帮助”看全部用法。"),
            Self::TooLong => write!(f, "消息太长了。{EXAMPLE}"),
            Self::Stations => write!(f, "要写一个出发站和一个到达站。{EXAMPLE}"),
            Self::Station(error) => write!(f, "{error}"),
            Self::Unclear(NotFound::Unknown { text, .. } | NotFound::Several { text, .. }) => {
                write!(f, "看不懂“{text}”。{EXAMPLE}")
            }
            Self::SameStation { name } => write!(f, "出发站和到达站都是{name}。{EXAMPLE}"),
            Self::NoDate => write!(f, "要写日期, 例如 明天、周五、12月1日。{EXAMPLE}"),
            Self::TwoDates => write!(f, "一次只能写一个日期; 几天就发几条。"),
            Self::Date(error) => write!(f, "{error}"),
            Self::People { most } => write!(f, "人数要在 1 到 {most} 之间, 例如 2人。"),
            Self::ManyTrains { most } => {
                write!(
                    f,
                    "最多写 {most} 个车次; 不写车次就是全部车次, 也可以写 高铁、动车。"
                )
            }
            Self::NoNumber { verb } => {
                write!(
                    f,
                    "要写编号, 例如: {verb} 1 (或 {verb} 全部)。发“列表”看编号。"
                )
            }
        }
    }
}

const EXAMPLE: &str = "例如: 监控 北京 上海 明天 G1,G3 二等座";

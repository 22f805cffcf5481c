//! The command `easy-wechat`.

use std::process::ExitCode;

fn main() -> ExitCode {
    easy_wechat::cli::main()
}

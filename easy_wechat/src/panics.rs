//! A panic hook that escapes control characters.

use std::io::Write as _;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::{io, ptr, thread};

use crate::printable::printable_lines;

/// Installs a panic hook that escapes control characters in the message: a handler's panic often quotes the text of a
/// member, as that of `&text[..n]` does.
///
/// Only for functions that own the process, such as `WeChatServer::run`. A hook that the program has set (sentry,
/// human-panic) is kept, and messages without control characters are printed by the default hook.
pub(crate) fn escape() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Hooks cannot be changed while panicking.
        if thread::panicking() {
            return;
        }
        let hook = panic::take_hook();
        // No hook is set now, so this is the default one.
        let default = panic::take_hook();
        // The default hook has no data, so its vtable identifies it; a false negative keeps the hook as it is.
        let is_default = ptr::eq(&raw const *hook, &raw const *default);
        if is_default {
            panic::set_hook(Box::new(move |info| report(info, &default)));
        } else {
            panic::set_hook(hook);
        }
    });
}

fn report(info: &PanicHookInfo<'_>, default: &(dyn Fn(&PanicHookInfo<'_>) + Send + Sync)) {
    let message = info.payload_as_str().unwrap_or_default();
    let safe = printable_lines(message);
    if safe == message {
        return default(info);
    }
    let thread = thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let location = info.location().map(ToString::to_string);
    let location = location.unwrap_or_default();
    // Best effort: stderr may be closed.
    let _ = writeln!(
        io::stderr(),
        "\nthread '{name}' panicked at {location}:\n{safe}"
    );
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_panic_with_text_of_a_stranger_commands_no_terminal() {
        let stderr = of_child("child_without_a_hook");
        assert!(!stderr.contains('\u{1b}'), "{stderr:?}");
        assert!(!stderr.contains('\u{202e}'), "{stderr:?}");
        assert!(stderr.contains("\\u001b[2J"), "{stderr:?}");
        assert!(stderr.contains("panics.rs"), "{stderr:?}");
        assert!(stderr.contains("plain words"), "{stderr:?}");
    }

    #[test]
    fn a_hook_of_the_programs_own_stays() {
        let stderr = of_child("child_with_a_hook");
        assert_eq!(stderr.matches("my own hook").count(), 2, "{stderr:?}");
    }

    fn of_child(what: &str) -> String {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let child = child
            .args([&format!("panics::tests::{what}"), "--exact", "--ignored"])
            .args(["--nocapture", "--test-threads=1"]);
        String::from_utf8(child.output().unwrap().stderr).unwrap()
    }

    /// Not a test: the process that another one looks at.
    #[test]
    #[ignore = "run by another test, in a process of its own"]
    fn child_without_a_hook() {
        escape();
        panics();
    }

    /// The same.
    #[test]
    #[ignore = "run by another test, in a process of its own"]
    fn child_with_a_hook() {
        panic::set_hook(Box::new(|_| {
            let _ = writeln!(io::stderr(), "my own hook");
        }));
        escape();
        panics();
    }

    fn panics() {
        for text in ["\u{1b}[2J\u{202e}", "plain words"] {
            let _ = catch_unwind(|| panic!("{text}"));
        }
    }
}

//! `cargo xtask preflight`: what an account lacks before Phiward's first deploy, asked with the caller's own credentials.
//!
//! Reads only. Exit code 0: all is well; 1: something is to be mended, or not known; 2: nothing could be asked.

mod caller;
mod connect;
mod item;
mod options;
mod parts;
mod permissions;
mod questions;
mod refusal;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod told;
mod unasked;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use caller::Caller;
use options::{Format, Options};
use unasked::Unasked;

const TO_MEND: u8 = 1;
const UNASKED: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let caller = match who(&options).await {
        Ok(caller) => caller,
        Err(why) => {
            note(&told::wrapped("error: ", &why.to_string()).join("\n"));
            return ExitCode::from(UNASKED);
        }
    };
    // Said before anything else is asked; where a program reads the answers, not among them.
    let first = told::wrapped("", &caller.said()).join("\n");
    match options.format {
        Format::Text => result(&format!("{first}\n")),
        Format::Json => note(&first),
    }
    let items = questions::ask(&caller, &options).await;
    match options.format {
        Format::Text => result(&told::text(&items)),
        Format::Json => match told::json(&caller, &items) {
            Ok(json) => result(&json),
            Err(error) => {
                note(&format!("error: the answers could not be written as JSON: {error}"));
                return ExitCode::from(UNASKED);
            }
        },
    }
    if told::all_ok(&items) { ExitCode::SUCCESS } else { ExitCode::from(TO_MEND) }
}

async fn who(options: &Options) -> Result<Caller, Unasked> {
    // The SDK takes blanks for nothing too.
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let stranger = connect::connect(options.profile.as_deref(), options.region.as_deref(), &environment).await?;
    stranger.named(&environment).await
}

/// A closed pipe is not an error.
fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

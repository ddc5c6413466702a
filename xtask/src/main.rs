//! `cargo xtask`: the contributor's commands. `cargo xtask help` lists them.

mod cli;
mod console;
mod demo;
mod failure;
mod functions;
mod interrupt;
mod local;
mod operators;
mod preflight;
mod prerequisites;
mod process;
mod progress;
mod python;
mod stack;
mod test;
mod validate;
mod workplace;

use std::process::ExitCode;

use clap::Parser as _;

use cli::Command;
use failure::Failure;
use workplace::Workplace;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure @ (Failure::Reported | Failure::Told(_))) => failure.exit_code(),
        Err(failure) => {
            console::error(&failure);
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    let workplace = Workplace::find()?;
    match command {
        Command::Demo(options) => demo::run(&workplace, &options),
        Command::Test(options) => test::run(&workplace, &options),
        Command::Validate => validate::run(&workplace),
        Command::Local { command } => local::run(&workplace, command),
        Command::Preflight(options) => preflight::run(&workplace, &options),
        Command::Evidence { command } => operators::evidence(&workplace, command),
        Command::Operate(options) => operators::operate(&workplace, &options),
        Command::DeadLetters(options) => operators::dead_letters(&workplace, &options),
    }
}

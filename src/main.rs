//! The doorway: everything is in the library.

fn main() -> std::process::ExitCode {
    tintinh::cli::run()
}

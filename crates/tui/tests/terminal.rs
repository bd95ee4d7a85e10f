//! The real driver in a real (pseudo) terminal: however a session ends, the terminal is as it was.
//!
//! The test runs itself as the session's process, so it has no harness.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step fails the test")]
#![allow(clippy::print_stdout, reason = "the harness tells what it ran")]

#[cfg(unix)]
fn main() {
    match std::env::var_os(unix::CHILD).is_some() {
        true => unix::session(),
        false => unix::cases(),
    }
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::{
        fs::File,
        io::{Read, Write},
        os::{fd::OwnedFd, unix::process::CommandExt},
        process::{Child, Command},
        sync::mpsc::{Receiver, channel},
        time::{Duration, Instant},
    };

    use agent::{Event, SCHEMA_VERSION};
    use rustix::{
        fs::{Mode, OFlags, open},
        process::{Pid, Signal, WaitOptions, kill_process, waitpid},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
        termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize},
    };
    use tokio::sync::mpsc::unbounded_channel;
    use tui::{Op, Options, run};

    /// Set in the process that is the session.
    pub const CHILD: &str = "GIMLET_TUI_TEST_SESSION";
    /// Its value where the session is to leave the terminal its lines.
    const INLINE: &str = "inline";
    const PATIENCE: Duration = Duration::from_secs(60);
    const ENTER: &str = "\x1b[?1049h";
    const LEAVE: &str = "\x1b[?1049l";

    /// A session whose partner does what prompts say: fail here, or fail in a thread of its own.
    pub fn session() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (events, shown) = unbounded_channel();
            let (ops, mut asked) = unbounded_channel();
            let model = chat::ModelInfo {
                name: "test".into(),
                format: "glm4-chat".into(),
                sha256: None,
                context_tokens: None,
            };
            let (session_id, tools, cwd) = ("test".into(), Vec::new(), ".".into());
            let started = Event::SessionStarted {
                schema_version: SCHEMA_VERSION,
                session_id,
                model,
                tools,
                cwd,
                sandbox: None,
            };
            events.send(started.into()).unwrap();
            let partner = async {
                while let Some(op) = asked.recv().await {
                    match op {
                        Op::Prompt(prompt) if prompt.text == "fail" => panic!("beside the driver"),
                        Op::Prompt(_) => {
                            std::thread::spawn(|| panic!("in a thread")).join().unwrap_err();
                            return drop(events);
                        }
                        _ => {}
                    }
                }
            };
            let inline = std::env::var(CHILD).is_ok_and(|value| value == INLINE);
            let options = Options { inline, ..Options::default() };
            let (left, ()) = tokio::join!(run(options, shown, ops), partner);
            println!("left: {:?}", left.expect("a terminal"));
        });
    }

    pub fn cases() {
        check_pipes();
        check("the user leaves", |terminal| terminal.press("/quit\r"), &["left: Quit"]);
        check("control-c twice", |terminal| terminal.press("\x03\x03"), &["left: Quit"]);
        check("control-l", redraw, &["left: Quit"]);
        check("control-z", suspend, &["left: Quit"]);
        check("SIGTERM", |terminal| terminal.signal(Signal::TERM), &["left: Terminated"]);
        check("SIGHUP", |terminal| terminal.signal(Signal::HUP), &["left: Terminated"]);
        check("SIGINT", |terminal| terminal.signal(Signal::INT), &["left: Terminated"]);
        check_inline("inline, the user leaves", "/quit\r", "left: Quit");
        check_inline("inline, control-c twice", "\x03\x03", "left: Quit");
        check_inline("inline, a panic", "fail\r", "beside the driver");
        check("a panic", |terminal| terminal.press("fail\r"), &["beside the driver"]);
        check("a thread's panic", |terminal| terminal.press("thread\r"), &["in a thread", "left: Closed"]);
    }

    /// All of the screen is drawn again, with nobody there to answer questions about the cursor.
    fn redraw(terminal: &mut Terminal) {
        terminal.press("\x0c");
        terminal.read_until("test");
        terminal.press("/quit\r");
    }

    /// The shell has the terminal while the session is stopped.
    fn suspend(terminal: &mut Terminal) {
        terminal.press("\x1a");
        terminal.read_until(LEAVE);
        let child = Pid::from_child(&terminal.child);
        let stopped = waitpid(Some(child), WaitOptions::UNTRACED).unwrap().unwrap().1;
        assert!(stopped.stopped(), "{stopped:?}");
        assert!(!terminal.is_raw());
        terminal.signal(Signal::CONT);
        let drawn = terminal.read_until("test");
        assert!(terminal.is_raw(), "{drawn:?}");
        terminal.press("/quit\r");
    }

    /// Without a terminal there is no session, and it says so.
    fn check_pipes() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.env(CHILD, "1").stdin(std::process::Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no terminal: `gimlet run PROMPT` needs none"), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    }

    struct Terminal {
        master: File,
        /// Kept open, so that the terminal's modes can be asked for when the session is gone.
        slave: OwnedFd,
        output: Receiver<Vec<u8>>,
        child: Child,
    }

    /// Starts a session, ends it, and looks at what is left: the words stand behind the end of the
    /// alternate screen, and the terminal's modes are those from before.
    fn check(name: &str, end: impl Fn(&mut Terminal), words: &[&str]) {
        let mut terminal = Terminal::start();
        let mut seen = terminal.read_until("test");
        assert!(seen.contains(ENTER), "{name}: {seen:?}");
        assert!(terminal.is_raw(), "{name}");
        end(&mut terminal);
        terminal.child.wait().unwrap();
        assert!(!terminal.is_raw(), "{name}: the modes are not as they were");
        seen.push_str(&terminal.read_until(words[words.len() - 1]));
        let (drawn, after) = seen.rsplit_once(LEAVE).expect("the alternate screen was left");
        for word in words {
            assert!(after.contains(word), "{name}: {word:?} is not in {after:?}");
        }
        for (on, off) in [("\x1b[?1002h", "\x1b[?1002l"), ("\x1b[?2004h", "\x1b[?2004l")] {
            assert!(drawn.rfind(off) > drawn.rfind(on), "{name}: {on:?} is still on");
        }
        let frames = |mark| drawn.matches(mark).count();
        assert!(frames("\x1b[?2026h") <= frames("\x1b[?2026l"), "{name}: a frame is still open");
        assert!(after.contains("\x1b[?25h"), "{name}: the cursor is hidden");
        println!("{name}: the terminal is as it was");
    }

    /// Starts a session on the terminal's own lines. Nobody answers it where the cursor is, and a key that
    /// is pressed while it waits for that is not lost.
    fn check_inline(name: &str, keys: &str, word: &str) {
        let mut terminal = Terminal::begin(INLINE);
        let mut seen = terminal.read_until("\x1b[6n");
        terminal.press(&keys[..1]);
        seen.push_str(&terminal.read_until("test"));
        assert!(terminal.is_raw(), "{name}");
        terminal.press(&keys[1..]);
        terminal.child.wait().unwrap();
        assert!(!terminal.is_raw(), "{name}: the modes are not as they were");
        seen.push_str(&terminal.read_until(word));
        assert!(!seen.contains(ENTER) && !seen.contains("\x1b[?1002h"), "{name}: {seen:?}");
        assert!(seen.rfind("\x1b[?2004l") > seen.rfind("\x1b[?2004h"), "{name}: pastes are still marked");
        assert!(seen.rfind("\x1b[?25h") > seen.rfind("\x1b[?25l"), "{name}: the cursor is hidden");
        println!("{name}: the terminal is as it was");
    }

    impl Terminal {
        fn start() -> Self {
            Self::begin("1")
        }

        fn begin(how: &str) -> Self {
            let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
            grantpt(&master).unwrap();
            unlockpt(&master).unwrap();
            let path = ptsname(&master, Vec::new()).unwrap();
            let slave = open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
            tcsetwinsize(&slave, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
            let child = Command::new(std::env::current_exe().unwrap())
                .env(CHILD, how)
                .env("RUST_BACKTRACE", "0")
                .stdin(slave.try_clone().unwrap())
                .stdout(slave.try_clone().unwrap())
                .stderr(slave.try_clone().unwrap())
                // A process whose group has no parent to take it up again cannot be stopped.
                .process_group(0)
                .spawn()
                .unwrap();
            let mut reader = File::from(master.try_clone().unwrap());
            let (sender, output) = channel();
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(n) = reader.read(&mut bytes)
                    && sender.send(bytes[..n].to_vec()).is_ok()
                {}
            });
            Self { master: File::from(master), slave, output, child }
        }

        fn read_until(&mut self, text: &str) -> String {
            let deadline = Instant::now() + PATIENCE;
            let mut seen = Vec::new();
            while !String::from_utf8_lossy(&seen).contains(text) {
                let left = deadline.saturating_duration_since(Instant::now());
                let more = self.output.recv_timeout(left);
                seen.extend(
                    more.unwrap_or_else(|_| panic!("no {text:?} in {:?}", String::from_utf8_lossy(&seen))),
                );
            }
            String::from_utf8_lossy(&seen).into_owned()
        }

        fn press(&mut self, keys: &str) {
            self.master.write_all(keys.as_bytes()).unwrap();
        }

        fn signal(&mut self, signal: Signal) {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
        }

        fn is_raw(&self) -> bool {
            !tcgetattr(&self.slave).unwrap().local_modes.contains(LocalModes::ICANON)
        }
    }

    impl Drop for Terminal {
        fn drop(&mut self) {
            // A case that failed leaves no process behind.
            let _ = self.child.kill();
        }
    }
}

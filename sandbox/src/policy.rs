//! What code may do, as data: for people, for the model, and for each refusal.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Confinement, Cpython, Engine, Layer, Options, Platform, WORK_FOLDER};

/// Something that was refused, for the model and the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// What was tried: `open`, `os.system`, `import`, `write`.
    pub op: String,
    /// On what.
    pub target: String,
    /// The rule of [`explain`] that refuses it.
    pub rule: String,
    /// What to do instead.
    pub hint: String,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name.
    pub id: &'static str,
    /// What it is about.
    pub what: String,
    /// Why.
    pub why: &'static str,
}

/// Everything that is allowed, denied and limited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// For which system.
    pub platform: Platform,
    /// What code may do.
    pub allowed: Vec<Rule>,
    /// What it may not.
    pub denied: Vec<Rule>,
    /// How much of what it may.
    pub limited: Vec<Rule>,
    /// What the user's own CPython is held by less well than the Python in this program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weaker: Vec<Rule>,
    /// What holds less well on this system than on Linux.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weaker_than_linux: Vec<Rule>,
    /// The restrictions in force, missing and absent; `None` before a worker has been seen.
    pub confinement: Option<Confinement>,
}

/// What denies, and what to do instead: id, what, why, hint.
const DENIED: [(&str, &str, &str, &str); 5] = [
    (
        "files.outside",
        "files outside of the folders named here, whether they exist, and any link or way out of them",
        "the code is the model's, and the model may have been told what to write by a page",
        "use a relative path or one under /mnt/data; ask the user to attach what is not there",
    ),
    (
        "files.read-only",
        "changes to packages and to readable folders",
        "they are the user's, and other sessions use them",
        "write under /mnt/data instead",
    ),
    (
        "network",
        "sockets of every kind, name look-ups, servers",
        "what code reads must not leave the machine, and nothing must come in unseen",
        "use another tool for the network, or ask the user for the data",
    ),
    (
        "processes",
        "other processes and threads, programs, signals, native libraries",
        "a call ends when its worker ends, and nothing of it goes on",
        "do it in Python, in this one process",
    ),
    (
        "terminal",
        "input from the user, control sequences in the output",
        "nobody is there to type, and text must not drive the terminal",
        "put the values into the code; print plain text",
    ),
];

/// What the work folder's quota says.
#[cfg(unix)]
const FULL: &str = "remove files from /mnt/data, or write less";

#[cfg(unix)]
impl Denial {
    /// The denial of a call that the interpreter refuses.
    pub(crate) fn of_call(op: &str, target: &str) -> Self {
        Self::by(rule_of(op, target), op, target)
    }

    /// The denial of a file request that failed with this number, unless it only failed.
    pub(crate) fn of_file(op: &str, target: &str, errno: i32) -> Option<Self> {
        match errno {
            libc::EACCES | libc::EPERM | libc::EXDEV | libc::ELOOP => {
                Some(Self::by("files.outside", op, target))
            }
            libc::EROFS => Some(Self::by("files.read-only", op, target)),
            libc::ENOSPC => Some(Self {
                op: op.to_owned(),
                target: target.to_owned(),
                rule: "files.quota".to_owned(),
                hint: FULL.to_owned(),
            }),
            _ => None,
        }
    }

    fn by(rule: &str, op: &str, target: &str) -> Self {
        let hint = DENIED.iter().find(|(id, ..)| *id == rule).map_or("", |(.., hint)| hint);
        Self { op: op.to_owned(), target: target.to_owned(), rule: rule.to_owned(), hint: hint.to_owned() }
    }
}

/// The rule that refuses a call of Python's.
#[cfg(unix)]
fn rule_of(op: &str, target: &str) -> &'static str {
    const NETWORK: [&str; 8] =
        ["socket", "_socket", "socketserver", "ssl", "_ssl", "select", "selectors", "asyncio"];
    const PROCESSES: [&str; 14] = [
        "abort",
        "exec",
        "fork",
        "kill",
        "nice",
        "pipe",
        "posix_spawn",
        "setgid",
        "setsid",
        "setuid",
        "system",
        "wait",
        "times",
        "_exit",
    ];
    let name = op.rsplit('.').next().unwrap_or(op);
    match op {
        "import" if NETWORK.contains(&target) => "network",
        "import" => "processes",
        _ if op.starts_with("subprocess.") || op.starts_with("ctypes.") => "processes",
        _ if op.starts_with("socket.") => "network",
        _ if op.starts_with("sys.stdin") || op == "input" => "terminal",
        _ if op.starts_with("signal.") || PROCESSES.iter().any(|known| name.starts_with(known)) => {
            "processes"
        }
        _ => "files.outside",
    }
}

/// What these options allow, deny and limit, and why.
pub fn explain(options: &Options, confinement: Option<&Confinement>) -> Policy {
    explain_on(Platform::HERE, options, confinement)
}

/// The same for a system that need not be this one.
pub fn explain_on(platform: Platform, options: &Options, confinement: Option<&Confinement>) -> Policy {
    if !platform.has_worker() {
        return nothing_runs(platform);
    }
    let rule = |id, what: String, why| Rule { id, what, why };
    let mut allowed = vec![match &options.engine {
        Engine::RustPython => rule(
            "python",
            "Python with its standard library, as far as it needs no operating system".to_owned(),
            "it can compute, and reach nothing",
        ),
        Engine::Cpython(python) => rule("python", of_cpython(python), "the user chose it"),
    }];
    if let Some(folder) = &options.work_folder {
        let what = format!("read and write files in {WORK_FOLDER}, which is {}", folder.display());
        let why = match &options.engine {
            Engine::RustPython => "the session's own folder; the parent opens every file",
            Engine::Cpython(_) => "the session's own folder",
        };
        allowed.push(rule("files.work", what, why));
    }
    for folder in &options.packages {
        let what = format!("import pure-Python packages from {}", folder.display());
        allowed.push(rule("files.packages", what, "the user named this folder"));
    }
    for (name, folder) in &options.readable {
        let what = format!("read files in /mnt/{name}, which is {}", folder.display());
        allowed.push(rule("files.readable", what, "the user named this folder"));
    }
    // A CPython looks for itself, and without an empty root it sees names: Landlock guards what is in files.
    let shows_names = matches!(options.engine, Engine::Cpython(_))
        && confinement.is_some_and(|confinement| confinement.lacks(Layer::EmptyRoot));
    let denied = DENIED.iter().map(|(id, what, why, _)| match (&options.engine, *id) {
        (Engine::Cpython(_), "processes") => {
            rule(id, "other processes, programs, signals to them".to_owned(), why)
        }
        (_, "files.outside") if shows_names => {
            rule(id, "the contents of files and folders outside of those named here".to_owned(), why)
        }
        _ => rule(id, (*what).to_owned(), why),
    });
    let weaker = match &options.engine {
        Engine::RustPython => Vec::new(),
        Engine::Cpython(_) if shows_names => [rules(&WEAKER), rules(&[WITHOUT_ROOT])].concat(),
        Engine::Cpython(_) => rules(&WEAKER),
    };
    Policy {
        platform,
        allowed,
        denied: denied.collect(),
        limited: limited(options),
        weaker,
        weaker_than_linux: rules(platform.weaker()),
        confinement: confinement.cloned(),
    }
}

/// The policy where there is no worker.
fn nothing_runs(platform: Platform) -> Policy {
    let system = platform.name();
    let what = format!("all Python, and reading PDF files: {system} has no sandbox, not even a degraded one");
    let why =
        "nothing that this program knows confines a process there, and the model's code runs only confined";
    Policy {
        platform,
        allowed: Vec::new(),
        denied: vec![Rule { id: "sandbox", what, why }],
        limited: Vec::new(),
        weaker: Vec::new(),
        weaker_than_linux: Vec::new(),
        confinement: None,
    }
}

fn rules(told: &[(&'static str, &'static str, &'static str)]) -> Vec<Rule> {
    told.iter().map(|(id, what, why)| Rule { id, what: (*what).to_owned(), why }).collect()
}

fn of_cpython(python: &Cpython) -> String {
    let seen: Vec<String> = python.readable.iter().map(|path| path.display().to_string()).collect();
    format!(
        "CPython {} at {} with its packages, which reads {}",
        python.version,
        python.program.display(),
        seen.join(", ")
    )
}

/// What is weaker in the user's own CPython: id, what, why.
const WEAKER: [(&str, &str, &str); 5] = [
    (
        "interpreter",
        "one wall instead of two: code can run native code, and only the kernel holds it",
        "CPython has ctypes and extension modules; some 130 system calls are allowed instead of 27",
    ),
    (
        "files.work",
        "code opens files itself; the quota is measured every 250 ms, and only one file's size is exact",
        "packages open files by their names, and cannot ask the parent",
    ),
    (
        "processes",
        "threads are allowed, up to 64, for root without a count",
        "numpy and others start threads; programs and processes stay refused",
    ),
    (
        "messages",
        "code can write to the protocol's pipe, and so forge its own call's output and value",
        "the pipe is in the same process; the parent checks and bounds all that comes",
    ),
    (
        "time.cpu",
        "code can undo the limit of processor time; that of wall time holds",
        "it is the interpreter's own limit, and the parent holds only the clock",
    ),
];

/// What is weaker yet where the system gives no empty root.
const WITHOUT_ROOT: (&str, &str, &str) = (
    "files.names",
    "whether files outside exist, their sizes, owners and times, where the work folder is, and processes' numbers",
    "this system gives no namespaces, and what opens no file is not refused otherwise",
);

fn limited(options: &Options) -> Vec<Rule> {
    let limits = &options.limits;
    let mut rules = vec![
        ("time.wall", format!("{} s for a call", limits.wall.as_secs_f64()), "somebody waits"),
        (
            "time.cpu",
            format!("{} s of processor time for a call", limits.cpu.as_secs_f64()),
            "others compute",
        ),
        ("memory", format!("{} MiB for a session", limits.memory_bytes >> 20), "the machine is shared"),
        (
            "output.printed",
            format!("{} KiB printed by a call", limits.printed_bytes >> 10),
            "an endless loop prints",
        ),
        (
            "output.shown",
            format!("{} KiB shown of a call's output, value or traceback", limits.output_bytes >> 10),
            "the model reads all of it",
        ),
        ("recursion", format!("{} frames", limits.recursion_depth), "the stack ends"),
    ];
    if options.work_folder.is_some() {
        let (mib, n) = (options.quota.bytes >> 20, options.quota.n_files);
        rules.push((
            "files.quota",
            format!("{mib} MiB and {n} files in {WORK_FOLDER}"),
            "the disk is the user's",
        ));
    }
    rules.into_iter().map(|(id, what, why)| Rule { id, what, why }).collect()
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (title, rules) in [
            ("allowed", &self.allowed),
            ("denied", &self.denied),
            ("limited", &self.limited),
            ("weaker than in the Python of this program", &self.weaker),
            ("weaker than on Linux", &self.weaker_than_linux),
        ]
        .into_iter()
        .filter(|(_, rules)| !rules.is_empty())
        {
            writeln!(f, "{title}")?;
            for rule in rules {
                writeln!(f, "  {:<16} {}\n{:19}because {}", rule.id, rule.what, "", rule.why)?;
            }
        }
        let Some(confinement) = &self.confinement else { return Ok(()) };
        let parts = [
            ("enforced by", &confinement.enforced),
            ("not enforced here", &confinement.missing),
            ("not given by this system", &confinement.absent),
        ];
        for (title, names) in parts.into_iter().filter(|(_, names)| !names.is_empty()) {
            writeln!(f, "{title}")?;
            names.iter().try_for_each(|name| writeln!(f, "  {name}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_rule_and_a_hint() {
        for (op, target, rule) in [
            ("open", "'/etc/passwd'", "files.outside"),
            ("os.listdir", "/etc", "files.outside"),
            ("os.symlink", "", "files.outside"),
            ("os.system", "'id'", "processes"),
            ("os.execve", "", "processes"),
            ("os.waitpid", "", "processes"),
            ("signal.alarm", "1", "processes"),
            ("import", "socket", "network"),
            ("import", "multiprocessing", "processes"),
            ("subprocess.run", "['id']", "processes"),
            ("ctypes.CDLL", "None", "processes"),
            ("input", "", "terminal"),
        ] {
            let denial = Denial::of_call(op, target);
            assert_eq!((denial.rule.as_str(), denial.hint.is_empty()), (rule, false), "{op} {target}");
        }
        for (errno, rule) in [
            (libc::EACCES, Some("files.outside")),
            (libc::ELOOP, Some("files.outside")),
            (libc::EROFS, Some("files.read-only")),
            (libc::ENOSPC, Some("files.quota")),
            (libc::ENOENT, None),
        ] {
            let denial = Denial::of_file("write", "/mnt/data/x", errno);
            assert_eq!(denial.as_ref().map(|denial| denial.rule.as_str()), rule);
        }
    }

    #[test]
    fn what_is_chosen_is_explained() {
        let plain = explain(&Options::default(), None).to_string();
        assert!(plain.contains("60 s for a call") && !plain.contains(WORK_FOLDER), "{plain}");
        let options = Options { work_folder: Some("/home/u/work".into()), ..Options::default() };
        let text = explain(&options, None).to_string();
        assert!(text.contains("/mnt/data, which is /home/u/work") && text.contains("256 MiB and 1000 files"));
        let json = serde_json::to_value(explain(&options, None)).unwrap();
        assert_eq!(json["platform"], "linux");
        assert_eq!(json["denied"].as_array().map(Vec::len), Some(DENIED.len()));
    }

    #[test]
    fn without_an_empty_root_a_cpython_is_said_to_see_names() {
        let python = Cpython {
            program: "/usr/bin/python3".into(),
            version: "3.13".into(),
            search: Vec::new(),
            readable: Vec::new(),
            loader: None,
        };
        let options = Options { engine: Engine::Cpython(python), ..Options::default() };
        let mut confinement = Confinement::default();
        let text = |confinement: &Confinement, options| explain(options, Some(confinement)).to_string();
        let whole = text(&confinement, &options);
        assert!(whole.contains("whether they exist") && !whole.contains("files.names"), "{whole}");
        confinement.note(Layer::EmptyRoot, Err(std::io::Error::other("no user namespace")));
        let weaker = text(&confinement, &options);
        assert!(!weaker.contains("whether they exist") && weaker.contains("files.names"), "{weaker}");
        let own = text(&confinement, &Options::default());
        assert!(own.contains("whether they exist"), "the parent opens the files: {own}");
    }

    #[test]
    fn each_system_says_what_it_has() {
        let text = |platform| explain_on(platform, &Options::default(), None).to_string();
        assert!(!text(Platform::Linux).contains("weaker"), "{}", text(Platform::Linux));
        let mac = text(Platform::MacOs);
        for part in
            ["weaker than on Linux\n", "system calls are not filtered", "nothing has been run on a Mac"]
        {
            assert!(mac.contains(part), "{part}: {mac}");
        }
        let nothing = explain_on(Platform::Windows, &Options::default(), None);
        assert_eq!((nothing.allowed.len(), nothing.denied.len()), (0, 1));
        assert!(nothing.to_string().contains("Windows has no sandbox"), "{nothing}");
        assert_eq!(serde_json::to_value(nothing).unwrap()["platform"], "windows");
    }
}

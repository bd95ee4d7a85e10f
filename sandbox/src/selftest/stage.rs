//! What the attacks aim at: files, sockets and a descriptor of this process, made for them.

use std::{
    fs::{self, File},
    io,
    net::TcpListener,
    os::unix::net::UnixListener,
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// Where everything lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    /// A folder that the user can write.
    pub folder: PathBuf,
    /// A file with [`Stage::marker`] in it.
    pub secret: PathBuf,
    /// A file to spoil.
    pub victim: PathBuf,
    /// Of a listener on the loopback interface.
    pub tcp_port: u16,
    /// A listener's path.
    pub unix_socket: PathBuf,
    /// A listener's abstract name.
    pub abstract_socket: String,
    /// This process.
    pub parent: i32,
}

impl Target {
    /// Puts the targets into the code of an attack, in the place of their names.
    pub fn fill_in(&self, code: &str) -> String {
        code.replace("SECRET", &format!("{:?}", self.secret))
            .replace("VICTIM", &format!("{:?}", self.victim))
            .replace("UNIX_SOCKET", &format!("{:?}", self.unix_socket))
            .replace("ABSTRACT", &format!("{:?}", self.abstract_socket))
            .replace("TCP_PORT", &self.tcp_port.to_string())
            .replace("PARENT", &self.parent.to_string())
    }
}

/// The targets, while they are there.
pub(crate) struct Stage {
    pub target: Target,
    /// What only somebody knows who has read the secret.
    pub marker: String,
    folder: TempDir,
    _tcp: TcpListener,
    _unix: UnixListener,
    _abstract: Option<UnixListener>,
    _inherited: File,
}

impl Stage {
    /// Makes the targets.
    pub fn new() -> io::Result<Self> {
        let made = tempfile::Builder::new().prefix("gimlet-selftest-").tempdir()?;
        let folder = made.path().canonicalize()?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (secret, victim) = (folder.join("secret"), folder.join("victim"));
        let marker = format!("marker-of-{name}");
        fs::write(&secret, &marker)?;
        fs::write(&victim, "victim")?;
        let tcp = TcpListener::bind("127.0.0.1:0")?;
        let unix_socket = folder.join("socket");
        let unix = UnixListener::bind(&unix_socket)?;
        let (abstract_socket, listener) = listen_abstract(&name);
        let target = Target {
            folder,
            victim,
            tcp_port: tcp.local_addr()?.port(),
            unix_socket,
            abstract_socket,
            parent: i32::try_from(std::process::id()).map_err(io::Error::other)?,
            secret: secret.clone(),
        };
        let inherited = inheritable(File::open(&secret)?)?;
        Ok(Self {
            target,
            marker,
            folder: made,
            _tcp: tcp,
            _unix: unix,
            _abstract: listener,
            _inherited: inherited,
        })
    }

    /// A work folder for one attack.
    pub fn work_folder(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix("work-").tempdir_in(self.folder.path())
    }
}

#[cfg(target_os = "linux")]
fn listen_abstract(name: &str) -> (String, Option<UnixListener>) {
    use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
    let listener = SocketAddr::from_abstract_name(name).and_then(|address| UnixListener::bind_addr(&address));
    (name.to_owned(), listener.ok())
}

#[cfg(not(target_os = "linux"))]
fn listen_abstract(name: &str) -> (String, Option<UnixListener>) {
    (name.to_owned(), None)
}

/// A descriptor that a new process gets, as a careless parent would leave one open.
#[allow(unsafe_code, reason = "fcntl is C")]
fn inheritable(file: File) -> io::Result<File> {
    use std::os::fd::{AsRawFd, FromRawFd};
    // SAFETY: numbers only; the copy's number is above those that a worker gives its protocol, and
    // nobody else owns it.
    unsafe {
        let copy = libc::fcntl(file.as_raw_fd(), libc::F_DUPFD, 100);
        if copy == -1 { Err(io::Error::last_os_error()) } else { Ok(File::from_raw_fd(copy)) }
    }
}

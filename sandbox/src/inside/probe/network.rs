//! Attacks on the network.

#![allow(unsafe_code, reason = "the attacks are system calls")]

use std::{
    io,
    net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixStream},
    },
};

use libc::c_int;

use super::{Attack, reached};

pub(super) const ATTACKS: &[Attack] = &[
    ("connect by TCP", |target| {
        TcpStream::connect(("127.0.0.1", target.tcp_port)).map(|_| "the parent's listener".into())
    }),
    ("listen by TCP", |_| TcpListener::bind("127.0.0.1:0").map(|_| "a listener".into())),
    ("send by UDP", |target| {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.send_to(b"x", ("127.0.0.1", target.tcp_port)).map(|_| "a datagram".into())
    }),
    ("look up a name (DNS)", |_| ("localhost", 80).to_socket_addrs().map(|_| "addresses".into())),
    ("open an IPv6 socket", |_| socket(libc::AF_INET6, libc::SOCK_DGRAM, 0)),
    ("open a raw socket", |_| socket(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_ICMP)),
    ("open a packet socket", |_| socket(libc::AF_PACKET, libc::SOCK_RAW, 0)),
    ("open a netlink socket", |_| socket(libc::AF_NETLINK, libc::SOCK_RAW, 0)),
    ("open a vsock socket", |_| socket(libc::AF_VSOCK, libc::SOCK_STREAM, 0)),
    ("connect to a unix socket by path", |target| {
        UnixStream::connect(&target.unix_socket).map(|_| "the parent's socket".into())
    }),
    ("connect to an abstract unix socket", |target| {
        let address = SocketAddr::from_abstract_name(&target.abstract_socket)?;
        UnixStream::connect_addr(&address).map(|_| "the parent's socket".into())
    }),
    ("make a pair of sockets", |_| UnixStream::pair().map(|_| "two sockets".into())),
];

fn socket(family: c_int, kind: c_int, protocol: c_int) -> io::Result<String> {
    // SAFETY: numbers only; this process ends with the attack.
    reached(unsafe { libc::socket(family, kind, protocol) }.into(), "a socket")
}

//! Which addresses are on the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of IPv4: its first address, the length of its prefix, and what it is.
type Range4 = (Ipv4Addr, u32, &'static str);
type Range6 = (Ipv6Addr, u32, &'static str);

/// # Source
/// IANA's special-purpose address registries.
const RANGES4: [Range4; 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this host's"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a carrier's private"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "a loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "a reserved"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "a documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a reserved"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "a benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "a documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "a documentation"),
    // Azure's own services answer here, outside every private range.
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a metadata"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved"),
];

/// Only 2000::/3 is given out; these parts of it are not the public internet.
const RANGES6: [Range6; 6] = [
    // Teredo, ORCHID, benchmarking and more: all of it special.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "a reserved"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "a documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "a 6to4"),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, "a reserved"),
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16, "a reserved"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "a documentation"),
];

const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);

/// What kind of address it is if it is not a public one, as "a loopback".
pub(crate) fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special4(address),
        IpAddr::V6(address) => special6(address),
    }
}

fn special4(address: Ipv4Addr) -> Option<&'static str> {
    let within = |&&(first, prefix, _): &&Range4| {
        (u32::from(address) ^ u32::from(first)).checked_shr(32 - prefix).unwrap_or(0) == 0
    };
    RANGES4.iter().find(within).map(|range| range.2)
}

fn special6(address: Ipv6Addr) -> Option<&'static str> {
    let within =
        |first: Ipv6Addr, prefix: u32| (u128::from(address) ^ u128::from(first)) >> (128 - prefix) == 0;
    if let Some(embedded) = address.to_ipv4_mapped() {
        return special4(embedded);
    }
    if within(NAT64, 96) {
        // Where a network has only IPv6, public hosts are reached this way.
        let [.., a, b, c, d] = address.octets();
        return special4(Ipv4Addr::new(a, b, c, d));
    }
    if let Some(range) = RANGES6.iter().find(|range| within(range.0, range.1)) {
        return Some(range.2);
    }
    match address.segments()[0] {
        0x2000..=0x3fff => None,
        0 if address.is_loopback() => Some("a loopback"),
        0 if address.is_unspecified() => Some("this host's"),
        0xfc00..=0xfdff => Some("a private"),
        0xfe80..=0xfebf => Some("a link-local"),
        0xff00..=0xffff => Some("a multicast"),
        _ => Some("a reserved"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        for (address, expected) in [
            ("8.8.8.8", None),
            ("1.1.1.1", None),
            ("100.63.255.255", None),
            ("100.128.0.1", None),
            ("172.15.0.1", None),
            ("172.32.0.1", None),
            ("168.63.129.15", None),
            ("2606:4700::1111", None),
            ("2001:4860:4860::8888", None),
            ("64:ff9b::808:808", None),
            ("::ffff:8.8.8.8", None),
            ("0.0.0.0", Some("this host's")),
            ("0.1.2.3", Some("this host's")),
            ("10.255.0.1", Some("a private")),
            ("100.64.0.1", Some("a carrier's private")),
            ("100.127.255.255", Some("a carrier's private")),
            ("127.0.0.1", Some("a loopback")),
            ("127.255.255.254", Some("a loopback")),
            ("169.254.169.254", Some("a link-local")),
            ("168.63.129.16", Some("a metadata")),
            ("172.16.0.1", Some("a private")),
            ("172.31.255.255", Some("a private")),
            ("192.0.0.192", Some("a reserved")),
            ("192.168.1.1", Some("a private")),
            ("198.19.0.1", Some("a benchmarking")),
            ("224.0.0.1", Some("a multicast")),
            ("239.255.255.255", Some("a multicast")),
            ("255.255.255.255", Some("a reserved")),
            ("::", Some("this host's")),
            ("::1", Some("a loopback")),
            ("::7f00:1", Some("a reserved")),
            ("::ffff:127.0.0.1", Some("a loopback")),
            ("::ffff:169.254.169.254", Some("a link-local")),
            ("::ffff:0:127.0.0.1", Some("a reserved")),
            ("64:ff9b::7f00:1", Some("a loopback")),
            ("64:ff9b::a9fe:a9fe", Some("a link-local")),
            ("64:ff9b:1::1", Some("a reserved")),
            ("100::1", Some("a reserved")),
            ("2001::1", Some("a reserved")),
            ("2001:0:7f00:1::", Some("a reserved")),
            ("2001:db8::1", Some("a documentation")),
            ("2002:7f00:1::", Some("a 6to4")),
            ("fc00::1", Some("a private")),
            ("fd00:ec2::254", Some("a private")),
            ("fe80::1", Some("a link-local")),
            ("fec0::1", Some("a reserved")),
            ("ff02::1", Some("a multicast")),
            ("4000::1", Some("a reserved")),
        ] {
            assert_eq!(special(address.parse().unwrap()), expected, "{address}");
        }
    }
}

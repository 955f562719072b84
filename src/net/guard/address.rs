//! Which addresses are public (IANA special-purpose registries), and which a written network covers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True when a written address or network (`10.0.0.0/8`, `::1`) covers an address.
pub fn covers(written: &str, address: IpAddr) -> bool {
    let (network, length) = match written.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (written, None),
    };
    let address = unmapped(address);
    match (network.parse::<IpAddr>().map(unmapped), address) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address)) => {
            let length = length.unwrap_or(32).min(32);
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            u32::from(network) & mask == u32::from(address) & mask
        }
        (Ok(IpAddr::V6(network)), IpAddr::V6(address)) => {
            let length = length.unwrap_or(128).min(128);
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            u128::from(network) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}

/// An IPv4 address in IPv6 clothes is judged as what it is.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// True for addresses of the public Internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match unmapped(address) {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)        // shared address space, RFC 6598
            | (169, 254, _)             // link local
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)           // IETF protocol assignments, TEST-NET-1
            | (192, 31, 196)            // AS112, RFC 7535
            | (192, 52, 193)            // AMT, RFC 7450
            | (192, 88, 99)             // 6to4 relay anycast, deprecated
            | (192, 168, _)
            | (192, 175, 48)            // AS112, RFC 7534
            | (198, 18..=19, _)         // benchmarking, RFC 2544
            | (198, 51, 100)            // TEST-NET-2
            | (203, 0, 113)             // TEST-NET-3
            | (224..=255, _, _) // multicast, reserved, broadcast
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address: it is judged.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(embedded(high, low)),
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo, ORCHID, benchmarking and other protocol assignments of 2001::/23.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] => false,                     // documentation
        [0x3fff, second, ..] if second < 0x1000 => false, // documentation, RFC 9637
        [0x2620, 0x4f, 0x8000, ..] => false,              // AS112
        // Only 2000::/3 is global unicast.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

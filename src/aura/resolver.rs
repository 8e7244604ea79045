//! Names to addresses where the C library can't: a static glibc would have to load the modules of the name service
//! switch of whatever system it runs on, and there may be none.

use std::net::SocketAddr;
use std::sync::Arc;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::net::NetError;
use once_cell::sync::OnceCell;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Asks `/etc/hosts`, then the name servers of `/etc/resolv.conf`, read when a name is first resolved.
///
/// reqwest's own way to use the same library asks a public name server where there is no `/etc/resolv.conf`: whom the
/// user never named, and to whom the names of internal hosts are no business.
#[derive(Clone, Default)]
pub(super) struct Resolver(Arc<OnceCell<TokioResolver>>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.0.get_or_try_init(from_system)?;
            let found = found.lookup_ip(name.as_str()).await?;
            let addresses: Vec<_> = found.iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn from_system() -> Result<TokioResolver, NetError> {
    let mut resolver = TokioResolver::builder_tokio()?;
    resolver.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
    resolver.build()
}

//! The program's command line.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use aura_simulator::{Simulator, Source};
use jiff::SignedDuration;
use lexopt::{Arg, Parser, ValueExt as _};

pub(crate) const HELP: &str = "\
AURA's Panic API on loopback, for demos, tests and benchmarks.

Usage: aura-simulator [OPTION]...

Customer sources (without any, there is one named \"demo\" whose credentials are printed):
  --source NAME:CLIENT_ID:CLIENT_SECRET   a source with client credentials
  --token NAME:TOKEN                      a static token for a source; makes the source if need be
  --token-lifetime DURATION               how long issued tokens live [default: 1h]

Server:
  --listen ADDRESS:PORT    a loopback address; port 0 picks a free one [default: 127.0.0.1:0]
  --tls DIR                serve HTTPS, and write the CA to trust to DIR/ca.pem
  --keep-requests N        how many received requests are kept [default: 100000]

  -h, --help       print this
  -V, --version    print the version

The first line on stdout is \"listening on URL\". SIGINT and SIGTERM end the program.
Requests can be looked at, and faults ordered, under URL/_control/: see the crate's README.md.
";

/// What the program is asked to do.
pub(crate) enum Arguments {
    Help,
    Version,
    Run(Options),
}

pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) sources: Vec<Source>,
    /// Whether the only source is the demo one.
    demo: bool,
    pub(crate) tls: Option<PathBuf>,
    pub(crate) keep_requests: usize,
}

impl Arguments {
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sources: Vec::new(),
            demo: false,
            tls: None,
            keep_requests: Simulator::DEFAULT_KEEP_REQUESTS,
        };
        let mut token_lifetime = Source::DEFAULT_TOKEN_LIFETIME;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("source") => {
                    let text = parser.value()?.string()?;
                    options.add_client(&text)?;
                }
                Arg::Long("token") => {
                    let text = parser.value()?.string()?;
                    options.add_token(&text)?;
                }
                Arg::Long("token-lifetime") => {
                    token_lifetime = parser.value()?.parse_with(duration)?;
                }
                Arg::Long("listen") => options.listen = parser.value()?.parse()?,
                Arg::Long("tls") => options.tls = Some(parser.value()?.into()),
                Arg::Long("keep-requests") => options.keep_requests = parser.value()?.parse()?,
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return Ok(Self::Version),
                _ => return Err(argument.unexpected()),
            }
        }
        options.finish(token_lifetime);
        Ok(Self::Run(options))
    }
}

impl Options {
    /// Messages don't repeat what was given, as it holds a secret.
    fn add_client(&mut self, text: &str) -> Result<(), String> {
        let mut parts = text.splitn(3, ':');
        let (Some(name), Some(id), Some(secret)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err("--source needs NAME:CLIENT_ID:CLIENT_SECRET".into());
        };
        if name.is_empty() || id.is_empty() || secret.is_empty() {
            return Err("--source needs NAME:CLIENT_ID:CLIENT_SECRET, none of them empty".into());
        }
        self.change(name, |source| source.client(id, secret));
        Ok(())
    }

    fn add_token(&mut self, text: &str) -> Result<(), String> {
        match text.split_once(':') {
            Some((name, token)) if !name.is_empty() && !token.is_empty() => {
                self.change(name, |source| source.token(token));
                Ok(())
            }
            _ => Err("--token needs NAME:TOKEN, neither of them empty".into()),
        }
    }

    fn change(&mut self, name: &str, change: impl FnOnce(Source) -> Source) {
        match self.sources.iter_mut().find(|source| source.name() == name) {
            Some(source) => *source = change(source.clone()),
            None => self.sources.push(change(Source::new(name))),
        }
    }

    fn finish(&mut self, token_lifetime: Duration) {
        if self.sources.is_empty() {
            self.demo = true;
            self.sources.push(Source::demo());
        }
        for source in &mut self.sources {
            *source = source.clone().token_lifetime(token_lifetime);
        }
    }

    /// The demo source's credentials, if it is there; whoever gave other sources knows theirs.
    pub(crate) fn demo_credentials(&self) -> String {
        let mut text = String::new();
        if self.demo {
            let _ = writeln!(text, "token:         {}", Source::DEMO_TOKEN);
            let _ = writeln!(text, "client id:     {}", Source::DEMO_CLIENT_ID);
            let _ = writeln!(text, "client secret: {}", Source::DEMO_CLIENT_SECRET);
        }
        text
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let signed: SignedDuration = text
        .parse()
        .map_err(|_| "not a duration such as 60s or 1h30m".to_owned())?;
    Duration::try_from(signed).map_err(|_| "a lifetime can't be negative".to_owned())
}

//! robots.txt before anything else (RFC 9309), in the turn of its host.

use crate::fetch::error::FetchError;
use crate::fetch::fetcher::{Fetcher, MAX_REDIRECTS, Wanted, conditions, validators_of, without_fragment};
use crate::fetch::pace::{Known, Turn};
use crate::fetch::robots::{self, Rules, Said};
use crate::fetch::spent::Spent;
use crate::model::page::Validators;
use crate::net::client::{Answer, Cap};
use crate::text::url::without_login;
use chrono::TimeDelta;
use std::time::Duration;
use url::Url;

/// How long robots.txt is believed (RFC 9309 section 2.4).
const ROBOTS_FRESH: TimeDelta = TimeDelta::hours(24);

/// How soon an unreachable robots.txt is asked for again.
const ROBOTS_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// How long robots.txt of one host waits for the turn at the host it is redirected to.
const OTHER_TURN: Duration = Duration::from_secs(30);

impl Fetcher {
    /// Reads robots.txt first where it is not known, and refuses what it forbids.
    pub(super) async fn obey_robots(&self, url: &Url, host: &mut Turn, spent: &Spent) -> Result<(), FetchError> {
        let now = self.time.now();
        let rules = match &host.robots {
            Some(known) if known.until > now => known.rules.clone(),
            _ => self.read_robots(url, host, spent).await?,
        };
        match rules {
            Rules::Unreachable => Err(FetchError::RobotsUnreachable { url: url.clone() }),
            rules if !rules.allow(url) => Err(FetchError::RobotsDisallowed { url: url.clone() }),
            _ => Ok(()),
        }
    }

    /// Asks for robots.txt and remembers what it says; asked again, conditionally.
    async fn read_robots(&self, url: &Url, host: &mut Turn, spent: &Spent) -> Result<Rules, FetchError> {
        let before = host.robots.take();
        let validators = before.as_ref().map(|known| known.validators.clone()).unwrap_or_default();
        let answer = self.robots_answer(robots::address(url), &validators, host, spent).await;
        let now = self.time.now();
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let (rules, until) = (Rules::Unreachable, now + ROBOTS_AGAIN);
                host.robots = Some(Known { rules, validators: Validators::default(), until, unkept: None });
                return Err(error);
            }
        };
        let (rules, validators) = match before {
            Some(known) if answer.status == 304 => (known.rules, known.validators),
            _ => (Rules::from_answer(answer.status, &answer.bytes), validators_of(&answer)),
        };
        let until = now + if matches!(rules, Rules::Unreachable) { ROBOTS_AGAIN } else { ROBOTS_FRESH };
        host.crawl_delay = rules.crawl_delay();
        let unkept = Said::of(&answer, validators.clone(), until);
        host.robots = Some(Known { rules: rules.clone(), validators, until, unkept });
        Ok(rules)
    }

    /// Follows redirects, across hosts too (RFC 9309 section 2.3.1.2); after five there is no file.
    async fn robots_answer(&self, url: Url, validators: &Validators, host: &mut Turn, spent: &Spent) -> Result<Answer, FetchError> {
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let wanted = Wanted::Page(conditions(validators), Cap::Cut(robots::MAX_BYTES));
            let result = if self.host_key(&at) == self.host_key(&url) {
                self.ask(&at, wanted, host, spent).await
            } else {
                // Two hosts that point at each other must not wait for each other's turn for ever.
                let turn = tokio::time::timeout(OTHER_TURN, self.pace.turn(&self.host_key(&at))).await;
                let mut turn = turn.map_err(|_| FetchError::RobotsUnreachable { url: at.clone() })?;
                self.ask(&at, wanted, &mut turn, spent).await
            };
            let answer = match result {
                // A server error is an answer too: it forbids everything (section 2.3.1.4).
                Err(FetchError::Status { status, .. }) => Answer::empty(status),
                other => other?,
            };
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            match answer.header("location").and_then(|location| at.join(location).ok()) {
                Some(target) => at = without_fragment(without_login(target)),
                None => break,
            }
        }
        Ok(Answer::empty(404))
    }

    /// True when robots.txt of this address's host was read, or recalled.
    pub async fn knows_robots(&self, url: &Url) -> bool {
        self.pace.turn(&self.host_key(url)).await.robots.is_some()
    }

    /// Believes what a robots.txt said before this process began.
    pub async fn recall_robots(&self, url: &Url, said: Said) {
        let mut host = self.pace.turn(&self.host_key(url)).await;
        if host.robots.is_none() {
            let rules = Rules::from_answer(said.status, said.text.unwrap_or_default().as_bytes());
            host.crawl_delay = rules.crawl_delay();
            host.may_have_been_asked();
            // A clock that was ahead then is no reason to believe it for longer.
            let until = said.until.min(self.time.now() + ROBOTS_FRESH);
            host.robots = Some(Known { rules, validators: said.validators, until, unkept: None });
        }
    }

    /// What robots.txt of this address's host said, once each time it was read.
    pub async fn unkept_robots(&self, url: &Url) -> Option<Said> {
        self.pace.turn(&self.host_key(url)).await.robots.as_mut()?.unkept.take()
    }
}

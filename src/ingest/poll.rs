//! One poll, end to end: the spine of the house. Read it top to bottom to know the product.

use crate::config::Fetch;
use crate::fetch::error::FetchError;
use crate::fetch::fetcher::Fetcher;
use crate::fetch::spent::Spent;
use crate::ingest::error::IngestError;
use crate::ingest::identity;
use crate::ingest::offered::{Reading, offered};
use crate::ingest::outcome::Outcome;
use crate::ingest::{budget, canonical, first, further, health, listed, moved, recheck, remembered, reread, vanish};
use crate::model::candidate::Candidate;
use crate::model::health::SourceState;
use crate::model::page::{Page, Validators};
use crate::model::revision::{ArticleId, Head, Removal};
use crate::model::source::Source;
use crate::model::time::Time;
use crate::scrape;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::record::{ArticleWrite, PollRecord};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::Arc;
use tokio::sync::Semaphore;
use url::Url;

/// How long a source remembers what its hosts were asked for.
pub(in crate::ingest) const ASKED_DAYS: TimeDelta = TimeDelta::days(7);

/// Polls sources into the store.
#[derive(Debug)]
pub struct Poller {
    /// Fetches.
    pub fetcher: Fetcher,
    /// Keeps.
    pub store: Store,
    /// One permit a core: reading pages is work for the CPU.
    pub cpu: Arc<Semaphore>,
    /// The clock.
    pub time: Time,
    /// Caps and ages.
    pub limits: Fetch,
    /// Serve back-dated notices by first sight.
    pub backdated_first_seen: bool,
    /// Free space below which nothing is polled, and where.
    pub min_free: (std::path::PathBuf, u64),
    /// Fetch the pictures of articles once and keep them.
    pub keeps_pictures: bool,
    /// New articles are published no sooner than this after they were first seen.
    pub hold: TimeDelta,
    /// Print `acked SEQ` after each durable batch that holds changes.
    pub print_acks: bool,
}

/// What a poll is busy with.
pub struct Visit<'a> {
    /// The source.
    pub source: &'a Source,
    /// What is known of it.
    pub state: SourceState,
    /// No article of it was ever read.
    pub is_first: bool,
    /// What it cost.
    pub spent: Spent,
    /// What to write.
    pub writes: Vec<ArticleWrite>,
    /// Snapshots written and not yet settled.
    pub kept: Vec<[u8; 32]>,
    /// Known articles that are to be read again by their age.
    pub due: Vec<Head>,
    /// Known articles to be asked for at once, whatever their age.
    pub early: Vec<Head>,
    /// Numbers of known articles that were written in this visit already.
    pub written: HashSet<u64>,
    /// The listing's next page, where the source says how to find it.
    pub next: Option<Url>,
    /// What the listing names, by the ids of the addresses.
    pub listed: HashSet<ArticleId>,
    /// What the listing calls its articles, by the ids of the addresses.
    pub titles: HashMap<ArticleId, String>,
    /// What pages read in this visit call their own addresses.
    pub declared: canonical::Declared,
    /// More than half of a known listing looks new at once.
    pub is_flood: bool,
    /// Snapshot of a control that was read in this visit.
    pub control: Option<[u8; 32]>,
    /// What happened.
    pub outcome: Outcome,
}

impl Visit<'_> {
    /// The listing was as it was, nothing was read, and nothing failed.
    fn is_idle(&self) -> bool {
        let Outcome { listed, faults, is_failed, .. } = &self.outcome;
        !self.is_first && !is_failed && faults.is_empty() && listed.is_none() && self.written.is_empty()
    }
}

impl Poller {
    /// So far apart lie two looks that show that something is gone.
    pub fn gone_after(&self) -> TimeDelta {
        TimeDelta::from_std(self.limits.gone_after).unwrap_or(TimeDelta::days(1))
    }

    /// What a poll of a source begins with.
    pub async fn begin(&self, source: &Source) -> Result<(SourceState, Vec<Head>), StoreError> {
        self.store.begin(source.id.clone(), self.time.now(), self.limits.max_rechecks).await
    }

    /// Polls one source and records everything it found.
    pub async fn poll(&self, source: &Source, (state, due): (SourceState, Vec<Head>)) -> Outcome {
        let started = std::time::Instant::now();
        let mut visit = Visit {
            source,
            is_first: state.read_at.is_none(),
            state,
            spent: Spent::default(),
            writes: Vec::new(),
            kept: Vec::new(),
            due,
            early: Vec::new(),
            written: HashSet::new(),
            next: None,
            listed: HashSet::new(),
            titles: HashMap::new(),
            declared: canonical::Declared::new(),
            is_flood: false,
            control: None,
            outcome: Outcome { source: source.id.clone(), ..Outcome::default() },
        };
        let result = self.visit(&mut visit).await;
        if result.is_err() && visit.outcome.listed.is_some() {
            // What the listing names below the fault was not looked at: it is read again next time.
            visit.state.validators = Validators::default();
            visit.state.listing_sha256 = None;
        }
        self.settle(&mut visit, result.err());
        let recorded = match remembered::keep_waits(self).await {
            Ok(()) => self.record(&mut visit).await,
            Err(error) => Err(error),
        };
        if let Err(error) = recorded {
            visit.outcome.is_failed = true;
            visit.outcome.faults.push(IngestError::from(error).trouble());
        }
        visit.outcome.duration_ms = started.elapsed().as_millis() as u64;
        visit.outcome
    }

    async fn visit(&self, visit: &mut Visit<'_>) -> Result<(), IngestError> {
        self.check_space()?;
        let now = self.time.now();
        if let Some(until) = visit.state.wait_until.filter(|until| *until > now) {
            return Err(FetchError::AskedToWait { url: visit.source.url.clone(), until, status: 429 }.into());
        }
        visit.state.wait_until = None;
        budget::check(visit, now)?;
        remembered::recall(self, &visit.source.url).await?;
        let listing = listed::candidates(self, visit).await;
        remembered::keep(self, &visit.source.url).await?;
        let candidates = listing?;
        recheck::earned(visit);
        // On the heap, and only where there is something to do: nearly every poll ends here, and moves no more than it needs.
        if !visit.state.unread.is_empty() {
            Box::pin(first::unread_articles(self, visit)).await?;
        }
        if !candidates.is_empty() {
            Box::pin(self.new_articles(visit, candidates)).await?;
        }
        if !(visit.early.is_empty() && visit.due.is_empty()) {
            Box::pin(recheck::due_articles(self, visit)).await?;
        }
        Ok(())
    }

    fn check_space(&self) -> Result<(), IngestError> {
        let (directory, min_free) = &self.min_free;
        let free = Store::free_bytes(directory)?;
        if free < *min_free {
            return Err(IngestError::LittleSpace { free_mb: free / 1_000_000 });
        }
        Ok(())
    }

    /// Reads what the store does not know.
    async fn new_articles(&self, visit: &mut Visit<'_>, candidates: Vec<Candidate>) -> Result<(), IngestError> {
        let rows = candidates.len();
        let mut seen = HashSet::new();
        let own: Vec<Candidate> = candidates
            .into_iter()
            .filter(|candidate| is_own(visit.source, &candidate.url) && seen.insert(identity::mint(visit.source, &candidate.url)))
            .collect();
        health::listed(&mut visit.state.vitals, rows as u32, (rows - own.len()) as u32);
        let keys = own.iter().map(|candidate| identity::keys(visit.source, candidate)).collect();
        let known = self.store.known(keys).await?;
        let listed: Vec<_> = own.iter().map(|candidate| identity::mint(visit.source, &candidate.url)).zip(known.iter().cloned()).collect();
        visit.is_flood = moved::is_flood(visit, &listed);
        vanish::notice_listing(self, visit, &listed).await?;
        let (mut own, mut known) = (own, known);
        if visit.is_first || known.iter().all(Option::is_none) {
            // More may have been published than one page holds.
            let further = further::rows(self, visit, &mut seen).await?;
            known.resize(known.len() + further.len(), None);
            own.extend(further);
        }
        visit.listed = seen;
        visit.titles =
            own.iter().filter_map(|candidate| Some((identity::mint(visit.source, &candidate.url), candidate.title.clone()?))).collect();
        let waiting: HashSet<String> = visit.state.unread.iter().map(|unread| unread.url.clone()).collect();
        // Oldest first: Seq order is then the order in which a reader expects to see them.
        for (candidate, head) in own.into_iter().zip(known).rev() {
            match head {
                Some(head) if head.source != visit.source.id => self.sighting(visit, head),
                // What was withdrawn whole is not read from its feed again.
                Some(head) if !head.removals.iter().any(Removal::is_whole) => {
                    match first::carried_page(visit.source, &candidate, self.time.now()) {
                        Some(page) => self.carried_again(visit, head, candidate, page).await?,
                        None => canonical::follow(visit, head, &candidate),
                    }
                }
                Some(head) => canonical::follow(visit, head, &candidate),
                None if waiting.contains(candidate.url.as_str()) => {}
                None => first::article(self, visit, candidate, 0).await?,
            }
        }
        Ok(())
    }

    /// What a feed or the row of a register itself carries of a known article, compared with what it said before.
    async fn carried_again(&self, visit: &mut Visit<'_>, head: Head, candidate: Candidate, page: Page) -> Result<(), IngestError> {
        let recheck_at = head.recheck_at;
        if page.sha256 != head.seen_sha256 {
            let write = reread::page(self, visit, head, page, Some(candidate)).await?;
            recheck::count(visit, &write);
            // They are compared when they change; the ages are those of files.
            let head = Head { recheck_at, ..write.head };
            visit.writes.push(ArticleWrite { head, ..write });
        }
        Ok(())
    }

    /// Another source lists what is already known.
    fn sighting(&self, visit: &mut Visit<'_>, mut head: Head) {
        if head.sightings.iter().all(|(source, _)| *source != visit.source.id) {
            head.source = visit.source.id.clone();
            head.first_seen = self.time.now();
            head.n = 0;
            visit.writes.push(ArticleWrite { head, revision: None, observed: None, aliases: Vec::new() });
        }
    }

    /// Reads a page off the runtime; page and reading come back.
    pub async fn read_article(&self, source: &Source, page: Page, wanted: scrape::article::Wanted) -> Result<Reading, IngestError> {
        let articles = source.articles;
        let read = move || offered(articles, &page.bytes, &wanted).map(|(article, declared)| Reading { article, page, declared });
        Ok(self.on_cpu(read).await?)
    }

    /// Runs CPU work off the runtime, one piece a core.
    pub async fn on_cpu<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, scrape::error::ScrapeError> + Send + 'static,
    ) -> Result<T, scrape::error::ScrapeError> {
        let _permit = Arc::clone(&self.cpu).acquire_owned().await.expect("the permits are never closed");
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(scrape::error::ScrapeError::Panicked { reason: error.to_string() }),
        }
    }

    /// Works out how the source is doing and when it is due.
    fn settle(&self, visit: &mut Visit<'_>, error: Option<IngestError>) {
        let now = self.time.now();
        let state = &mut visit.state;
        let before = state.state;
        state.polled_at = Some(now);
        state.requests += visit.spent.requests();
        state.bytes += visit.spent.bytes();
        for asked in visit.spent.asked() {
            asked.add_to(&mut state.asked);
        }
        state.asked.retain(|asked| now.date_naive().signed_duration_since(asked.day) <= ASKED_DAYS);
        visit.outcome.requests = visit.spent.requests();
        visit.outcome.bytes = visit.spent.bytes();
        match error {
            Some(error) => {
                match error {
                    // Said once, by the alarm, and not by every poll.
                    IngestError::LittleSpace { .. } => tracing::debug!(source.id = %visit.source.id, error.code = error.code(), "{error}"),
                    _ => tracing::warn!(source.id = %visit.source.id, error.code = error.code(), "{}: {error}", visit.source.id),
                }
                if let IngestError::Fetch(FetchError::AskedToWait { until, .. }) = &error {
                    state.wait_until = Some(*until);
                }
                // What keeps us from writing is no reason to ask a site less often.
                let is_ours = matches!(error, IngestError::Store(_) | IngestError::LittleSpace { .. });
                state.failures += u32::from(!is_ours);
                state.state = error.state();
                state.trouble = Some(error.trouble());
                visit.outcome.is_failed = true;
                visit.outcome.faults.push(error.trouble());
                let retry = (!is_ours).then(|| now + crate::fetch::retry::back_off(state.failures));
                // Never sooner than the schedule, never while asked to wait.
                let soonest = [visit.source.schedule.next_after(now), retry, state.wait_until, error.not_before()];
                state.due_at = soonest.into_iter().flatten().max();
            }
            None => {
                let standing = state.trouble.take().filter(|trouble| state.failures == 0 && !health::is_over(trouble, &visit.outcome));
                state.failures = 0;
                state.read_at = Some(now);
                state.began_at = state.began_at.or(Some(now));
                let unread = || state.unread.last().map(|unread| unread.trouble.clone());
                state.trouble = visit.outcome.faults.last().cloned().or_else(unread).or(standing);
                (state.state, state.trouble) = health::judge(state, visit.source.expect_every, now);
                state.due_at = visit.source.schedule.next_after(now);
            }
        }
        if visit.outcome.new > 0 {
            state.new_at = Some(now);
        }
        if state.state != before || state.since.is_none() {
            state.since = Some(now);
        }
        visit.outcome.state = state.state;
    }

    /// Everything in one durable write.
    async fn record(&self, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if !visit.kept.is_empty() {
            self.store.seal(std::mem::take(&mut visit.kept)).await?;
        }
        visit.written.extend(visit.writes.iter().map(|write| write.head.n));
        if visit.is_idle() {
            return self.store.keep_idle(visit.source.id.clone(), visit.state.clone()).await;
        }
        let record =
            PollRecord { source: visit.source.id.clone(), state: visit.state.clone(), articles: std::mem::take(&mut visit.writes) };
        let recorded = self.store.record(record).await?;
        visit.outcome.seq = recorded.seq;
        visit.outcome.has_changes |= recorded.changes > 0;
        if self.print_acks && recorded.changes > 0 {
            acknowledge(recorded.seq);
        }
        Ok(())
    }

    /// Records what is read so far. The listing does not count as read yet.
    pub async fn record_part(&self, visit: &mut Visit<'_>) -> Result<(), IngestError> {
        let whole = visit.state.clone();
        visit.state.validators = Validators::default();
        visit.state.listing_sha256 = None;
        if visit.is_first {
            visit.state.read_at = None;
            visit.state.began_at = None;
        }
        let result = self.record(visit).await;
        visit.state = whole;
        Ok(result?)
    }
}

/// Tells whoever counts that everything up to `seq` is durable.
fn acknowledge(seq: u64) {
    let mut out = std::io::stdout().lock();
    // A closed pipe means that nobody counts any more.
    let _ = writeln!(out, "acked {seq}").and_then(|()| out.flush());
}

/// What a listing of a source is read with.
pub fn listing_wanted(source: &Source, page: &Page) -> scrape::listing::Wanted {
    scrape::listing::Wanted {
        url: page.url.clone(),
        media_type: page.media_type.clone(),
        fetched_at: page.fetched_at,
        listing: source.listing.clone(),
        family: source.family.clone(),
        month_first: source.month_first,
    }
}

/// What an article page of a source is read with.
pub fn article_wanted(source: &Source, page: &Page, candidate: Option<Candidate>) -> scrape::article::Wanted {
    let day = page.fetched_at.with_timezone(&source.schedule.zone()).date_naive();
    scrape::article::Wanted {
        url: page.url.clone(),
        media_type: page.media_type.clone(),
        fetched_at: Some(page.fetched_at),
        recipe: source.recipe(day).cloned(),
        family: source.family.clone(),
        candidate,
        month_first: source.month_first,
    }
}

/// Articles live on the source's own hosts, their sub-domains or the domain above.
pub fn is_own(source: &Source, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let own = source.url.host_str().unwrap_or_default();
    source.owns(url) || host.ends_with(&format!(".{own}")) || own.ends_with(&format!(".{host}"))
}

/// Faults of the store or the host, after which the rest of the poll is pointless.
pub fn is_fatal(error: &IngestError) -> bool {
    match error {
        IngestError::Store(_) | IngestError::LittleSpace { .. } | IngestError::BudgetSpent { .. } => true,
        IngestError::Fetch(error) => matches!(error, FetchError::AskedToWait { .. } | FetchError::RobotsUnreachable { .. }),
        _ => false,
    }
}

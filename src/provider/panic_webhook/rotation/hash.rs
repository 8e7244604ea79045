//! Salted Argon2id hashes in PHC form: bounded in number and in memory, however many webhooks are planned at once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::try_generate_salt;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use tokio::task;
use zeroize::Zeroizing;

/// Cost of a hash: 7 MiB, 5 passes, one lane, the leanest of OWASP's recommendations for Argon2id; some 10 ms.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const LANES: u32 = 1;

/// How many hashes are computed at once, which bounds the memory that a plan of hundreds of webhooks takes.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Memory of earlier hashes, for the next. Were it given back, the allocator would put the next block elsewhere as
/// soon as anything small stands in the way (glibc before 2.38 never fits an aligned block into the gap that one
/// left): a process that hashes for long would grow by 7 MiB time and again.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// A hash of the content, with a salt of its own.
pub(super) async fn of(content: Zeroizing<Vec<u8>>) -> Option<String> {
    let hash = move || {
        let salt = Salt::new(&try_generate_salt().ok()?).ok()?;
        Some(salted(&content, salt)?.to_string())
    };
    aside(hash).await.flatten()
}

/// Whether this is a hash of the content. One with any other cost is none of ours: whoever wrote it into a state file
/// could make us allocate gigabytes.
pub(super) async fn is_of(content: Zeroizing<Vec<u8>>, hash: String) -> bool {
    let compare = move || {
        let theirs = PasswordHash::new(&hash).ok()?;
        let params = ParamsString::try_from(argon2()?.params()).ok()?;
        if theirs.params != params {
            return None;
        }
        // In constant time, as far as the output goes.
        Some(salted(&content, theirs.salt?)? == theirs)
    };
    aside(compare).await.flatten().unwrap_or(false)
}

fn salted(content: &[u8], salt: Salt) -> Option<PasswordHash> {
    let argon2 = argon2()?;
    let blocks = argon2.params().block_count();
    let kept = spare().pop();
    let mut memory = kept.unwrap_or_else(|| vec![Block::new(); blocks]);
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let hashed = argon2.hash_password_into_with_memory(content, &salt, &mut output, &mut memory);
    // What is left of the content in there helps nobody to guess it.
    memory.fill(Block::new());
    spare().push(memory);
    hashed.ok()?;
    Some(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).ok()?,
        salt: Some(salt),
        hash: Some(Output::new(&output).ok()?),
    })
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn spare() -> MutexGuard<'static, Vec<Vec<Block>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Computes on another thread, so that other RPCs go on meanwhile. What is computed holds the permit, not who asked:
/// a call that is given up leaves its thread at work, and the next one must not come on top of it.
async fn aside<T: Send + 'static>(compute: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let permit = AT_ONCE.acquire().await.ok()?;
    let compute = move || {
        let _permit = permit;
        compute()
    };
    task::spawn_blocking(compute).await.ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn content(text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn a_hash_made_by_the_crate_itself_is_one_of_ours() {
        use argon2::password_hash::PasswordHasher;
        let theirs = argon2().unwrap().hash_password(b"content").unwrap();
        assert!(is_of(content("content"), theirs.to_string()).await);
        assert!(!is_of(content("other"), theirs.to_string()).await);
    }

    #[tokio::test]
    async fn calls_that_are_given_up_come_to_no_more_than_two_at_once() {
        for _ in 0..20 {
            _ = timeout(Duration::from_millis(1), of(content("given up"))).await;
        }
        // Both permits are free again once the last thread has done its work.
        let permits = AT_ONCE.acquire_many(2).await.unwrap();
        assert!(spare().len() <= 2, "{} blocks of memory", spare().len());
        drop(permits);
    }
}

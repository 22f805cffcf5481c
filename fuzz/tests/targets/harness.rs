//! Runs a target on an input: within its time, and so that what fails can be tried again.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use crate::repeated::repeated;
use crate::shape::{MAX_SEED, shape};

pub(crate) struct Target {
    name: &'static str,
    dictionary: &'static [&'static str],
    check: fn(&[u8]),
    /// Names and inputs.
    corpus: Vec<(String, Vec<u8>)>,
    /// How long the shortest failing input is.
    kept: Mutex<usize>,
}

impl Target {
    pub(crate) fn new(
        name: &'static str,
        dictionary: &'static [&'static str],
        check: fn(&[u8]),
    ) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        let files = fs::read_dir(&folder).expect("each target has a corpus");
        let mut corpus: Vec<_> = files
            .map(|file| file.unwrap().path())
            .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
            .collect();
        corpus.sort();
        assert!(!corpus.is_empty(), "{} is empty", folder.display());
        let repeated = repeated(name).into_iter();
        corpus.extend(repeated.map(|(name, input)| (name.to_owned(), input.into_bytes())));
        Self {
            name,
            dictionary,
            check,
            corpus,
            kept: Mutex::new(usize::MAX),
        }
    }

    /// Tries the corpus, then `count` changes of it: the same on each machine and in each run.
    pub(crate) fn replay(&self, count: u64) {
        for (origin, input) in &self.corpus {
            self.attempt(input, origin);
        }
        for number in 0..count {
            let mut dice = StdRng::seed_from_u64(number);
            let mut seed = vec![0; dice.random_range(0..=MAX_SEED)];
            dice.fill_bytes(&mut seed);
            self.run(&seed);
        }
    }

    /// Tries what `seed` makes of the corpus.
    pub(crate) fn run(&self, seed: &[u8]) {
        let input = shape(seed, &self.corpus, self.dictionary);
        self.attempt(&input, "a random input");
    }

    fn attempt(&self, input: &[u8], origin: &str) {
        let ran = catch_unwind(AssertUnwindSafe(|| self.in_time(input)));
        if let Err(panic) = ran {
            self.keep(input, origin);
            resume_unwind(panic);
        }
    }

    /// Time that grows faster than the input fails; three times too slow is no pause of the machine.
    fn in_time(&self, input: &[u8]) {
        let limit = AT_ONCE + PER_BYTE * u32::try_from(input.len()).unwrap();
        let took = |()| {
            let began = Instant::now();
            (self.check)(input);
            began.elapsed()
        };
        let mut best = took(());
        for _ in 0..2 {
            if best > limit {
                best = best.min(took(()));
            }
        }
        assert!(best <= limit, "slow: {best:?} for {} bytes", input.len());
    }

    /// Keeps the shortest input that fails, and says how to try it again.
    fn keep(&self, input: &[u8], origin: &str) {
        let mut kept = self.kept.lock().unwrap();
        if input.len() >= *kept {
            return;
        }
        *kept = input.len();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("failing-{}", self.name));
        fs::write(&file, input).unwrap();
        let (name, file) = (self.name, file.display());
        let shown = input[..input.len().min(400)].escape_ascii();
        eprintln!(
            "{name} fails on {origin} of {} bytes: {shown}\n\
             kept as {file}; to try it again:\n  \
             cp {file} fuzz/corpus/{name}/ && cargo test -p easy_wechat_fuzz {name}",
            input.len()
        );
    }
}

/// In a debug build, on a machine that does other things as well.
const AT_ONCE: Duration = Duration::from_millis(600);
const PER_BYTE: Duration = Duration::from_micros(50);

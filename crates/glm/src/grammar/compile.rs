//! Grammars, compiled and kept.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chat::{Constraint, Special, ToolSpec, wire::Format};
use llguidance::api::{GrammarWithLexer, TopLevelGrammar};
use llguidance::earley::SlicedBiasComputer;
use llguidance::toktrie::InferenceCapabilities;
use llguidance::{Matcher, ParserFactory, panic_utils};

use super::sketch::{Request, Sketch};
use super::support::Care;
use super::{Guide, support, vocabulary};
use crate::{Codec, codec::Piece};

/// How many compiled grammars are kept: an agent's tools change seldom.
const MAX_KEPT: usize = 8;
/// The stack of the thread that compiles: schemas nest.
const STACK_BYTES: usize = 16 << 20;
/// How often a wait looks whether somebody cancelled.
const POLL: Duration = Duration::from_millis(20);

/// All grammars of one vocabulary and wire format. Nothing is built before somebody asks for it; an
/// [`Engine`](crate::Engine) has its own.
pub struct Grammars {
    codec: Arc<Codec>,
    factory: OnceLock<Result<ParserFactory, String>>,
    kept: Mutex<Vec<Compiled>>,
    role_tokens: OnceLock<Arc<[u32]>>,
}

/// What a grammar is made from.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    tools: Vec<ToolSpec>,
    constraint: Constraint,
}

/// A grammar at its beginning.
#[derive(Clone)]
pub(super) struct Compiled {
    pub plan: Arc<Plan>,
    pub matcher: Matcher,
    /// What of the constraint it does not enforce at all.
    pub lapse: Option<Arc<str>>,
}

/// A guide that may still be under way on another thread.
pub(crate) enum Pending {
    Ready(Guide),
    Building(Receiver<Result<Guide, String>>),
}

impl Pending {
    /// Waits for it; a wait that is cancelled gives a guide that allows everything.
    pub fn wait(self, is_cancelled: &dyn Fn() -> bool) -> Guide {
        let building = match self {
            Self::Ready(guide) => return guide,
            Self::Building(building) => building,
        };
        loop {
            match building.recv_timeout(POLL) {
                Ok(Ok(guide)) => return guide,
                Ok(Err(reason)) => return Guide::lapsed(reason),
                Err(RecvTimeoutError::Disconnected) => {
                    return Guide::lapsed("the thread that compiles the grammar has ended".into());
                }
                Err(RecvTimeoutError::Timeout) if is_cancelled() => return Guide::free(),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Grammars {
    /// No grammars yet.
    pub fn new(codec: Arc<Codec>) -> Arc<Self> {
        Arc::new(Self {
            codec,
            factory: OnceLock::new(),
            kept: Mutex::default(),
            role_tokens: OnceLock::new(),
        })
    }

    /// The guide for one completion behind the prompt that offers `tools`. The first one waits for the
    /// vocabulary's tables, up to two seconds at 150,000 tokens; one that cannot be made allows
    /// everything and says why ([`Guide::lapse`]).
    pub fn guide(self: &Arc<Self>, tools: &[ToolSpec], constraint: &Constraint) -> Guide {
        self.begin(tools, constraint).wait(&|| false)
    }

    /// Begins to make the guide for a request. What takes time runs on a thread of its own, while the
    /// prompt is read.
    pub(crate) fn begin(self: &Arc<Self>, tools: &[ToolSpec], constraint: &Constraint) -> Pending {
        match constraint {
            Constraint::Off => return Pending::Ready(Guide::free()),
            // Without tools any words are an answer, if only no role token stands among them.
            Constraint::Calls if tools.is_empty() => {
                let ids = self.role_tokens.get_or_init(|| role_tokens(&self.codec));
                return Pending::Ready(Guide::without(Arc::clone(ids)));
            }
            Constraint::Calls | Constraint::Answer(_) => {}
        }
        let plan = Arc::new(Plan { tools: tools.to_vec(), constraint: constraint.clone() });
        if let Some(compiled) = self.kept(&plan) {
            return Pending::Ready(Guide::new(compiled, Arc::clone(self)));
        }
        let (sender, building) = channel();
        let grammars = Arc::clone(self);
        let build = move || {
            let guide = grammars.compiled(&plan).map(|compiled| Guide::new(compiled, Arc::clone(&grammars)));
            // Nobody listens any more after a cancelled wait; the grammar is kept all the same.
            let _ = sender.send(guide);
        };
        let builder = std::thread::Builder::new().name("gimlet-grammar".into()).stack_size(STACK_BYTES);
        match builder.spawn(build) {
            Ok(_) => Pending::Building(building),
            Err(error) => Pending::Ready(Guide::lapsed(format!(
                "there is no thread to compile the grammar on: {error}"
            ))),
        }
    }

    /// A plan's grammar: a kept one, or one compiled now.
    pub(super) fn compiled(&self, plan: &Arc<Plan>) -> Result<Compiled, String> {
        if let Some(compiled) = self.kept(plan) {
            return Ok(compiled);
        }
        let factory = self.factory.get_or_init(|| factory(&self.codec)).as_ref().map_err(Clone::clone)?;
        let compile = |care| {
            let request = Request { codec: &self.codec, tools: &plan.tools, constraint: &plan.constraint };
            let sketch = Sketch::new(&request, care).map_err(|error| error.to_string())?;
            let lapse = sketch.lapse.as_deref().map(Arc::from);
            Ok((matcher(factory, sketch)?, lapse))
        };
        let (matcher, lapse) = compile(Care::Trusting).or_else(|_: String| compile(Care::Checking))?;
        let compiled = Compiled { plan: Arc::clone(plan), matcher, lapse };
        let mut kept = self.lock();
        kept.retain(|known| known.plan != *plan);
        kept.truncate(MAX_KEPT - 1);
        kept.insert(0, compiled.clone());
        Ok(compiled)
    }

    /// Drops a kept grammar, with what its lexer has grown to.
    pub(super) fn forget(&self, plan: &Plan) {
        self.lock().retain(|known| *known.plan != *plan);
    }

    /// Copies share the lexer's states, which makes each completion's masks cheaper than the last's.
    fn kept(&self, plan: &Plan) -> Option<Compiled> {
        let mut kept = self.lock();
        let at = kept.iter().position(|known| *known.plan == *plan)?;
        kept[..=at].rotate_right(1);
        Some(kept[0].clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Compiled>> {
        // The list is whole between any two of its operations.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn factory(codec: &Arc<Codec>) -> Result<ParserFactory, String> {
    let environment = vocabulary::environment(codec)?;
    let capabilities = InferenceCapabilities { ff_tokens: true, ..Default::default() };
    let slices = SlicedBiasComputer::json_slices();
    let mut factory = ParserFactory::new(&environment, capabilities, &slices)
        .map_err(|error| format!("the vocabulary does not fit a grammar: {error}"))?;
    factory.quiet();
    *factory.limits_mut() = support::limits();
    Ok(factory)
}

/// A panic of llguidance's compiler counts as a refusal, as everywhere.
fn matcher(factory: &ParserFactory, sketch: Sketch) -> Result<Matcher, String> {
    let grammar = grammar(sketch);
    let compile = || factory.create_parser(grammar);
    let parser = panic_utils::catch_unwind(std::panic::AssertUnwindSafe(compile));
    let matcher = Matcher::new(parser);
    match matcher.get_error() {
        Some(error) => Err(format!("the grammar does not compile: {error}")),
        None => Ok(matcher),
    }
}

fn grammar(sketch: Sketch) -> TopLevelGrammar {
    let rules = GrammarWithLexer { lark_grammar: Some(sketch.rules), ..Default::default() };
    let schemas = sketch.schemas.into_iter().enumerate().map(|(i, schema)| GrammarWithLexer {
        name: Some(format!("s{i}")),
        json_schema: Some(schema),
        ..Default::default()
    });
    TopLevelGrammar { grammars: std::iter::once(rules).chain(schemas).collect(), max_tokens: None }
}

/// The special tokens that stand in no answer.
fn role_tokens(codec: &Codec) -> Arc<[u32]> {
    let is_xml = matches!(codec.format(), Format::Glm45 | Format::Glm47);
    let belongs = |special: Special| match special {
        Special::User | Special::EndOfText => true,
        Special::Think | Special::EndThink => is_xml,
        _ => false,
    };
    let n_tokens = codec.tokenizer().vocab_size() as u32; // Ids are 32 bits wide.
    (0..n_tokens)
        .filter(|&id| matches!(codec.piece(id), Piece::Special(special) if !belongs(special)))
        .collect()
}

//! A worker that is there when it is needed and replaced when it is lost.

use std::{path::PathBuf, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{Confinement, Limits, Options, Outcome, SandboxError, State, Worker};

/// A sequence of cells that share their names, as in a notebook. The worker starts with the first
/// cell; when it is lost, the next cell starts a fresh one, and the outcomes say so.
#[derive(Debug)]
pub struct Notebook {
    program: PathBuf,
    options: Options,
    worker: Option<Worker>,
    cell: u32,
    /// Cells ran before in an interpreter that is gone, and no outcome has said so yet.
    is_behind: bool,
    /// So did cells of an earlier process. A cell that does without their names need not be told.
    goes_on: bool,
}

impl Notebook {
    /// A notebook whose workers are `program`, which calls [`crate::worker_main`].
    pub fn new(program: impl Into<PathBuf>, options: impl Into<Options>) -> Self {
        let (program, options) = (program.into(), options.into());
        Self { program, options, worker: None, cell: 0, is_behind: false, goes_on: false }
    }

    /// What a cell may use.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Takes up a sequence of cells whose interpreter has ended: the first cell that fails is told that
    /// their names are gone. Who is told without need answers the notice instead of the user.
    pub fn go_on(&mut self) {
        self.goes_on = true;
    }

    /// What restricts the worker, once there is one.
    pub fn confinement(&self) -> Option<&Confinement> {
        self.worker.as_ref().map(Worker::confinement)
    }

    /// The worker's process number, while there is one.
    pub fn process_id(&self) -> Option<u32> {
        self.worker.as_ref().and_then(Worker::process_id)
    }

    /// Starts the worker now rather than with the first cell.
    ///
    /// # Errors
    /// There can be no worker.
    pub async fn warm_up(&mut self) -> Result<(), SandboxError> {
        self.worker().await.map(|_| ())
    }

    /// Runs a cell within [`Limits::wall`].
    ///
    /// # Errors
    /// There can be no worker. What the code does is never an error.
    pub async fn run(&mut self, code: &str, cancel: &CancellationToken) -> Result<Outcome, SandboxError> {
        self.run_within(code, self.options.limits.wall, cancel).await
    }

    /// Runs a cell within `wall`.
    ///
    /// # Errors
    /// There can be no worker. What the code does is never an error.
    pub async fn run_within(
        &mut self,
        code: &str,
        wall: Duration,
        cancel: &CancellationToken,
    ) -> Result<Outcome, SandboxError> {
        // A worker that died while nobody used it, or in a call that was abandoned.
        let restarted = self.worker.as_mut().is_some_and(|worker| !worker.is_usable());
        if restarted {
            self.worker = None;
        }
        // Said with the first outcome that there is, though there be no worker now.
        self.is_behind |= restarted;
        let cell = self.cell;
        let worker = self.worker().await?;
        worker.count_from(cell);
        let mut outcome = worker.run_within(code, wall, cancel).await;
        self.cell += 1;
        outcome.restarted = std::mem::take(&mut self.is_behind)
            || (outcome.error.is_some() && std::mem::take(&mut self.goes_on));
        if outcome.state == State::Lost {
            self.worker = None;
        }
        Ok(outcome)
    }

    async fn worker(&mut self) -> Result<&mut Worker, SandboxError> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.spawn().await?,
        };
        Ok(self.worker.insert(worker))
    }

    /// A worker that ended while it began is tried once more: whatever ended it may be over.
    async fn spawn(&self) -> Result<Worker, SandboxError> {
        match Worker::spawn(&self.program, &self.options).await {
            Err(SandboxError::NotReady { .. }) => Worker::spawn(&self.program, &self.options).await,
            spawned => spawned,
        }
    }
}

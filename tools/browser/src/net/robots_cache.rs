//! The rules of the sites of a session.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Url;

use super::robots::Robots;

const MAX_SITES: usize = 100;

/// Rules by the address of the file, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct RobotsCache(Mutex<VecDeque<(Url, Arc<Robots>)>>);

impl RobotsCache {
    /// The rules, if they are known.
    pub fn get(&self, place: &Url) -> Option<Arc<Robots>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == place).map(|(_, robots)| robots.clone())
    }

    /// Keeps rules.
    pub fn put(&self, place: Url, robots: Arc<Robots>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MAX_SITES {
            kept.pop_front();
        }
        kept.push_back((place, robots));
    }
}

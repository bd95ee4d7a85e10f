//! A list to choose from.

use crossterm::event::{KeyCode, KeyEvent};

/// Things of which one is chosen.
#[derive(Debug)]
pub struct Menu<T> {
    items: Vec<T>,
    chosen: usize,
}

/// What a key means to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The chosen one is taken.
    Taken,
    /// None is.
    Left,
    /// The choice is still open.
    Open,
}

impl<T> Menu<T> {
    /// A list whose first is chosen; nothing if there is none.
    pub fn new(items: Vec<T>) -> Option<Self> {
        (!items.is_empty()).then_some(Self { items, chosen: 0 })
    }

    /// A list whose last is chosen; nothing if there is none.
    pub fn last_of(items: Vec<T>) -> Option<Self> {
        let chosen = items.len().checked_sub(1)?;
        Some(Self { items, chosen })
    }

    /// All of them.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The place of the chosen one.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The chosen one.
    pub fn take(mut self) -> T {
        self.items.swap_remove(self.chosen)
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Choice {
        let last = self.items.len() - 1;
        match key.code {
            KeyCode::Up => self.chosen = self.chosen.checked_sub(1).unwrap_or(last),
            KeyCode::Down => self.chosen = if self.chosen == last { 0 } else { self.chosen + 1 },
            KeyCode::PageUp => self.chosen = self.chosen.saturating_sub(10),
            KeyCode::PageDown => self.chosen = (self.chosen + 10).min(last),
            KeyCode::Home => self.chosen = 0,
            KeyCode::End => self.chosen = last,
            KeyCode::Enter | KeyCode::Tab => return Choice::Taken,
            KeyCode::Esc => return Choice::Left,
            _ => {}
        }
        Choice::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_choose() {
        let check = |keys: &[KeyCode], expected: usize| {
            let mut menu = Menu::new((0..30).collect()).unwrap();
            for key in keys {
                menu.key(KeyEvent::from(*key));
            }
            assert_eq!((menu.chosen(), menu.take()), (expected, expected), "{keys:?}");
        };
        check(&[], 0);
        check(&[KeyCode::Down, KeyCode::Down, KeyCode::Up], 1);
        check(&[KeyCode::Up], 29);
        check(&[KeyCode::End, KeyCode::Down], 0);
        check(&[KeyCode::PageDown, KeyCode::PageDown, KeyCode::PageDown], 29);
        assert!(Menu::<u8>::new(Vec::new()).is_none());
    }
}

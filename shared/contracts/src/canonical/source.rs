//! Who says it.

use std::fmt;
use std::str::FromStr;

use super::values::Expected;

/// A system that masters something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Where recipes and menus are made and customers order.
    Platform,
    /// Where the company's orders to vendors and its accounts are kept.
    Erp,
    /// Where goods are received, stored, picked and dispatched.
    Warehouse,
    /// Larder and the people who plan with it.
    Planning,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 4] = [Self::Platform, Self::Erp, Self::Warehouse, Self::Planning];

    /// The first part of its sources.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Erp => "erp",
            Self::Warehouse => "warehouse",
            Self::Planning => "planning",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The source of an event: its system, then whatever part of it speaks, such as `/warehouse/north`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    system: System,
    text: String,
}

impl Source {
    /// The most characters.
    pub const MOST: usize = 100;

    /// The system.
    pub const fn system(&self) -> System {
        self.system
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Source {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Expected> {
        let named = text.strip_prefix('/').unwrap_or_default();
        let first = named.split('/').next().unwrap_or_default();
        let system = System::ALL.into_iter().find(|s| s.as_str() == first);
        let visible = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
        match system {
            Some(system) if text.len() <= Self::MOST && text.bytes().all(visible) => Ok(Self {
                system,
                text: text.to_owned(),
            }),
            _ => Err(Expected(
                "`/platform`, `/erp`, `/warehouse` or `/planning`, and after it `/` and the part that speaks, in at most \
                 100 visible ASCII characters",
            )),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

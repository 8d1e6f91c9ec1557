//! What is wrong with a message, all of it at once, each by the path of its field.

use std::fmt;

/// One thing wrong with a request or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `changes[0].put.record.purpose.parent`.
    pub path: String,
    /// What is wrong, and what to write instead. Never the value: it could be anything.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl Violation {
    /// This violation of a part, by its path in the whole.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        let path = if self.path.is_empty() {
            path.to_owned()
        } else {
            format!("{path}.{}", self.path)
        };
        Self { path, ..self }
    }
}

/// Reads a message: knows where it is, and gathers what is wrong.
#[derive(Debug, Default)]
pub struct Reader {
    path: Vec<Step>,
    violations: Vec<Violation>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Field(&'static str),
    Item(usize),
}

impl Reader {
    /// Reads a field of what is being read.
    pub fn field<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Step::Field(name), read)
    }

    /// Reads an element of the list that is being read.
    pub fn item<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Step::Item(index), read)
    }

    /// Reads an element of a list that is a field of what is being read.
    pub fn element<T>(
        &mut self,
        list: &'static str,
        index: usize,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.field(list, |reader| reader.item(index, read))
    }

    /// Reads a field beside the one being read: a `oneof` is told by what was chosen in it.
    pub fn sibling<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let step = self.path.pop();
        let value = self.field(name, read);
        self.path.extend(step);
        value
    }

    fn within<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let value = read(self);
        self.path.pop();
        value
    }

    /// Says that what is being read is wrong.
    pub fn refuse(&mut self, message: impl Into<String>) {
        let path = self.path();
        self.violations.push(Violation {
            path,
            message: message.into(),
        });
    }

    /// Says that a field of what is being read is wrong.
    pub fn refuse_field(&mut self, name: &'static str, message: impl Into<String>) {
        self.field(name, |reader| reader.refuse(message));
    }

    /// How many things are wrong up to here.
    pub fn refused(&self) -> usize {
        self.violations.len()
    }

    fn path(&self) -> String {
        use fmt::Write;
        let mut path = String::new();
        for step in &self.path {
            let written = match step {
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
                Step::Item(index) => write!(path, "[{index}]"),
            };
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
        }
        path
    }

    /// The value, if nothing was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            _ => Err(self.violations),
        }
    }
}

/// Reads a whole message; everything that is wrong with it, or its value.
pub fn read<T>(read: impl FnOnce(&mut Reader) -> Option<T>) -> Result<T, Vec<Violation>> {
    let mut reader = Reader::default();
    let value = read(&mut reader);
    reader.finish(value)
}

/// Why a request as a whole is refused: a reason of the API's list, the field, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: &'static str,
    /// The field of the request.
    pub field: &'static str,
    /// What is wrong with it, and what to do.
    pub message: &'static str,
}

impl Refusal {
    /// Of a field, for a reason.
    pub const fn new(reason: &'static str, field: &'static str, message: &'static str) -> Self {
        Self {
            reason,
            field,
            message,
        }
    }
}

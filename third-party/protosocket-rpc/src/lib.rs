//! Stand-in for the crate of the same name.
//!
//! momento-protos implements `Message` for two types of a transport that this project does not use.
//! The real crate brings that transport, and through tokio-rustls' default features the aws-lc
//! crypto library: a C build, a second crypto provider and megabytes in every wheel. Only the
//! signatures that momento-protos needs stand here; `[patch.crates-io]` in the root manifest puts
//! it in place.

/// What a protosocket transport would need to know of a message.
pub trait Message: std::fmt::Debug + Send + Unpin + 'static {
    /// The number that ties a reply to its request.
    fn message_id(&self) -> u64;
    /// What the transport should do with the message.
    fn control_code(&self) -> ProtosocketControlCode;
    /// Sets the number that ties a reply to its request.
    fn set_message_id(&mut self, message_id: u64);
    /// A message that cancels the request of that number.
    fn cancelled(message_id: u64) -> Self;
    /// A message that ends the reply stream of that number.
    fn ended(message_id: u64) -> Self;
}

/// The control codes as they stand on the wire.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub enum ProtosocketControlCode {
    /// An ordinary message.
    Normal = 0,
    /// Give up the request.
    Cancel = 1,
    /// The reply stream is over.
    End = 2,
}

impl ProtosocketControlCode {
    /// The code for a byte; an unknown byte cancels, as in the real crate.
    #[must_use]
    pub fn from_u8(value: u8) -> Self {
        match value {
            0 => Self::Normal,
            2 => Self::End,
            _ => Self::Cancel,
        }
    }

    /// The byte for the code.
    #[must_use]
    pub fn as_u8(&self) -> u8 {
        *self as u8
    }
}

//! A dictionary: values by field.

use std::collections::HashMap;

use crate::cache::{Refusal, integer};

/// The fields and values, in no order.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    fields: HashMap<Vec<u8>, Vec<u8>>,
}

impl Dictionary {
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(Vec::as_slice)
    }

    pub(crate) fn set(&mut self, field: Vec<u8>, value: Vec<u8>) {
        self.fields.insert(field, value);
    }

    pub(crate) fn remove(&mut self, field: &[u8]) {
        self.fields.remove(field);
    }

    pub(crate) fn increment(&mut self, field: Vec<u8>, amount: i64) -> Result<i64, Refusal> {
        let number = integer::incremented(self.get(&field), amount)?;
        self.set(field, number.to_string().into_bytes());
        Ok(number)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields
            .iter()
            .map(|(field, value)| (field.as_slice(), value.as_slice()))
    }
}

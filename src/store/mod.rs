//! WHAT IS KEPT. The only place that knows the database.

mod entity;

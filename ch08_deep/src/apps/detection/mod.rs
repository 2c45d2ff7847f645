//! Detection: where things are in a picture, and which.

pub mod anchors;
pub mod average_precision;
pub mod components;
pub mod detector;
pub mod drawn_sheet;
pub mod figures;
pub mod learning;
pub mod offsets;
pub mod rcnn;
pub mod section;
pub mod sheet;
pub mod suppression;

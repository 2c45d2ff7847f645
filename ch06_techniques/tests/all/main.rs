//! What must stay true of this chapter, one file an idea. They are one program because each that
//! trains networks would compile all layers anew.

mod experiments;
mod golden;

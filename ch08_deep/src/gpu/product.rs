//! Matrix products on the card, of matrices that a layer looks up number by number.

use common::Result;

use super::kernel::{Binding, Constant, Plan, ROW, lines};
use super::record::Recorder;

/// What a workgroup computes: a tile of numbers, and each thread a small one within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Rows and columns of the workgroup's tile, multiples of 4.
    pub size: (usize, usize),
    /// Rows and columns of a thread's, multiples of 4.
    pub each: (usize, usize),
    /// Columns of A, and rows of B, that are fetched at a time.
    pub depth: usize,
}

impl Tile {
    /// A tile of rows × columns, of which each thread computes 4×4.
    pub const fn of(rows: usize, columns: usize) -> Self {
        Self { size: (rows, columns), each: (4, 4), depth: 16 }
    }

    /// Threads down and across.
    fn threads(self) -> (usize, usize) {
        (self.size.0 / self.each.0, self.size.1 / self.each.1)
    }
}

/// Workgroups that keep a card busy: if a product has fewer tiles, it is cut along k as well.
const BUSY: usize = 2048;
/// Numbers of k that a part has at least.
const PART: usize = 64;
/// Parts that it's cut into at least.
const FEWEST: usize = 4;
/// Threads that share the parts of one number, at most.
const LANES: usize = 16;

/// A product C = A·B for a layer.
#[derive(Clone, Debug)]
pub struct Product<'a> {
    /// What tables call it.
    pub label: String,
    /// Rows of A, columns of A (and rows of B), columns of B.
    pub size: (usize, usize, usize),
    /// Whether numbers of A, and of B, that follow each other along k lie side by side in memory.
    pub along_k: (bool, bool),
    /// Whether it may be cut along k: for products of a few long rows with a few long columns.
    pub long: bool,
    /// WGSL with the layer's bindings, a(i, k), b(k, j), and finish(i, j, c).
    pub layer: &'a str,
    /// The layer's constants.
    pub constants: Vec<(&'static str, Constant)>,
    /// What the layer's bindings are.
    pub bindings: Vec<Binding>,
}

impl Product<'_> {
    // ANCHOR: parts
    /// The tile, and into how many parts k is cut so that there are enough workgroups.
    fn cut(&self) -> (Tile, usize) {
        let (rows, inner, columns) = self.size;
        let tile = match rows {
            0..=16 if !self.long => Tile::of(16, 128),
            _ if rows > 32 && rows * columns > 1 << 19 => Tile::of(64, 64),
            _ => Tile::of(32, 64),
        };
        let tiles = rows.div_ceil(tile.size.0) * columns.div_ceil(tile.size.1);
        let few = self.long || 8 * tiles < BUSY;
        let parts = BUSY.div_ceil(tiles).min(inner.div_ceil(PART));
        // To add up a few parts takes longer than it would have taken not to cut.
        (tile, if few && parts >= FEWEST { parts } else { 1 })
    }
    // ANCHOR_END: parts

    /// Adds its kernels to those of a step: the product, and where it is cut, the sum of its parts.
    ///
    /// # Errors
    /// If the card has no room for the parts.
    pub fn record(self, recorder: &mut Recorder<'_>) -> Result<()> {
        let (tile, parts) = self.cut();
        self.record_as(recorder, tile, parts)
    }

    /// As [`record`](Self::record), with this tile, and k cut into about this many parts.
    ///
    /// # Errors
    /// As `record`.
    pub fn record_as(self, recorder: &mut Recorder<'_>, tile: Tile, parts: usize) -> Result<()> {
        let (rows, inner, columns) = self.size;
        let part = inner.div_ceil(parts.max(1)).next_multiple_of(tile.depth);
        let parts = inner.div_ceil(part);
        if parts == 1 {
            let store = "fn store(i: u32, j: u32, part: u32, c: f32) { finish(i, j, c); }\n";
            recorder.plans.push(self.plan(tile, part, store, self.bindings.clone()));
            return Ok(());
        }
        let memory = recorder.scratch(parts * rows * columns)?;
        let at = self.bindings.len();
        let with = |binding: Binding| [&self.bindings[..], &[binding]].concat();
        let store = format!(
            "@group(0) @binding({at}) var<storage, read_write> parts: array<f32>;\n\
             fn store(i: u32, j: u32, part: u32, c: f32) {{ parts[(part * ROWS + i) * COLUMNS + j] = c; }}\n"
        );
        let product = self.plan(tile, part, &store, with(Binding::Write(memory.clone())));
        recorder.plans.push(product);
        let sum = self.sum(parts, with(Binding::Read(memory)));
        recorder.plans.push(sum);
        Ok(())
    }

    fn constants(&self, more: &[(&'static str, usize)]) -> Vec<(&'static str, Constant)> {
        let (rows, inner, columns) = self.size;
        let sizes = [("ROWS", rows), ("INNER", inner), ("COLUMNS", columns), ("ROW", ROW)];
        let counts = sizes.iter().chain(more).map(|&(name, n)| (name, Constant::Count(n)));
        counts.chain(self.constants.iter().copied()).collect()
    }

    fn plan(&self, tile: Tile, part: usize, store: &str, bindings: Vec<Binding>) -> Plan {
        let (rows, inner, columns) = self.size;
        let ((i, j), (each_i, each_j), (down, across)) = (tile.size, tile.each, tile.threads());
        let tiles_across = columns.div_ceil(j);
        let tiles = rows.div_ceil(i) * tiles_across;
        let fetches = |side: usize| (tile.depth * side / 4).div_ceil(down * across);
        let [x, y, _] = lines(tiles);
        Plan {
            label: self.label.clone(),
            source: [self.layer, store, PRODUCT].concat(),
            constants: self.constants(&[
                ("TILE_I", i),
                ("TILE_J", j),
                ("DEPTH", tile.depth),
                ("PART", part),
                ("TILES", tiles),
                ("TILES_ACROSS", tiles_across),
                ("DOWN", down),
                ("ACROSS", across),
                ("WORKERS", down * across),
                ("FOURS_I", each_i / 4),
                ("FOURS_J", each_j / 4),
                ("CELLS", each_i * each_j / 4),
                ("FETCHES_A", fetches(i)),
                ("FETCHES_B", fetches(j)),
                ("A_ALONG_K", self.along_k.0.into()),
                ("B_ALONG_K", self.along_k.1.into()),
            ]),
            bindings,
            groups: [x, y, inner.div_ceil(part)],
            flop: 2.0 * rows as f64 * inner as f64 * columns as f64,
        }
    }

    fn sum(&self, parts: usize, bindings: Vec<Binding>) -> Plan {
        let (len, lanes) =
            (self.size.0 * self.size.2, (parts.next_power_of_two() / 4).clamp(1, LANES));
        let parts_binding = format!(
            "@group(0) @binding({}) var<storage, read> parts: array<f32>;\n",
            bindings.len() - 1
        );
        Plan {
            label: format!("{} sum", self.label),
            source: [self.layer, &parts_binding, ADD_PARTS].concat(),
            constants: self.constants(&[
                ("LEN", len),
                ("PARTS", parts),
                ("LANES", lanes),
                ("HALVINGS", lanes.ilog2() as usize),
            ]),
            bindings,
            groups: lines(len.div_ceil(256 / lanes)),
            flop: 0.0,
        }
    }
}

const PRODUCT: &str = include_str!("kernels/product.wgsl");
const ADD_PARTS: &str = include_str!("kernels/add_parts.wgsl");

//! What a JPEG file tells before its pixels are worked out: whether all of it is there, and how it
//! looks at an eighth of its size.
//!
//! Decoders, as browsers do, show what they have of a broken file and leave the rest grey. A network
//! would answer to that half with full confidence. So the waves are counted here first: a whole file
//! says something of every block, and ends where it says that it ends. The first number of each block
//! of 8×8 pixels is its mean, and the means are the picture at an eighth.

use image::RgbImage;

/// Rows and columns of a block.
const BLOCK: usize = 8;
/// What takes this long to go through is made to harm.
const MOST_SCANS: usize = 100;
/// Some cameras leave so many bytes after the last block; more would hide blocks that were lost.
const LEFT_OVER: usize = 1;

const CUT: &str = "is cut short: the end of the picture is missing; copy or take it again";
const DAMAGED: &str = "is damaged: its data does not fit together; copy or take it again";

/// A JPEG file of which everything is there.
pub struct Whole {
    /// Columns and rows, in pixels.
    pub size: (u32, u32),
    /// Whether a decoder can work out pixels line by line, or has to keep all waves until the end.
    pub line_by_line: bool,
    frame: Frame,
    steps: [i32; 4],
    adobe: Option<u8>,
}

/// What stands at the head of a picture.
struct Frame {
    progressive: bool,
    /// Columns and rows, in pixels.
    size: [usize; 2],
    /// The most blocks that any component has in a unit, to the right and down.
    most: [usize; 2],
    components: Vec<Component>,
}

/// Brightness, or one of the two numbers for the colour.
struct Component {
    name: u8,
    /// Blocks that lie next to each other in a unit, to the right and down.
    sampling: [usize; 2],
    /// Which table of steps holds its.
    steps: usize,
    /// Columns of blocks.
    columns: usize,
    /// The first number of each block, in steps.
    means: Vec<i16>,
    /// Which waves of each block are there so far, a bit each; only of a progressive picture.
    waves: Vec<u64>,
    /// How many of the lowest bits of each wave are yet to come; `None` if nothing has come.
    missing: [Option<u8>; 64],
}

impl Whole {
    /// Goes through a file from its first byte to its last.
    ///
    /// # Errors
    /// If the file is cut short, damaged, or of a kind that is hardly ever used; or if to go through it
    /// would take more than `most` bytes.
    pub fn check(file: &[u8], most: u64) -> Result<Self, String> {
        Reader::new(file, most).read()
    }

    /// The picture at an eighth of its size, one pixel for each block, and rounded up; `None` for the
    /// four colours of a printer.
    pub fn eighth(&self) -> Option<RgbImage> {
        let Frame { components, most, size, .. } = &self.frame;
        let [width, height] = size.map(|n| n.div_ceil(BLOCK));
        let mean = |c: usize, x: usize, y: usize| {
            let part = &components[c];
            let [x, y] = [x * part.sampling[0] / most[0], y * part.sampling[1] / most[1]];
            let sum = i32::from(part.means[y * part.columns + x]) * self.steps[part.steps];
            sum as f32 / BLOCK as f32 + 128.0
        };
        let bytes = |channels: [f32; 3]| channels.map(|v| v.round() as u8).into();
        let pixel: &dyn Fn(usize, usize) -> image::Rgb<u8> = match components.len() {
            1 => &|x, y| bytes([mean(0, x, y); 3]),
            3 if self.is_rgb() => &|x, y| bytes([0, 1, 2].map(|c| mean(c, x, y))),
            3 => &|x, y| {
                let [y, blue, red] = [0, 1, 2].map(|c| mean(c, x, y));
                let (blue, red) = (blue - 128.0, red - 128.0);
                bytes([y + 1.402 * red, y - 0.344 * blue - 0.714 * red, y + 1.772 * blue])
            },
            _ => return None,
        };
        Some(RgbImage::from_fn(width as u32, height as u32, |x, y| pixel(x as usize, y as usize)))
    }

    /// Whether its three components are red, green and blue instead of brightness and colour.
    fn is_rgb(&self) -> bool {
        let names = self.frame.components.iter().map(|part| part.name);
        self.adobe == Some(0) || names.eq(*b"RGB")
    }
}

/// A canonical Huffman code.
#[derive(Clone, Default)]
struct Code {
    /// For each length, the first 16 bits that begin with no word of that length or less.
    ends: [u32; 17],
    /// For each length, what the index of a word is more than the word.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

impl Code {
    /// From how many words each length has, and their symbols.
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Self {
        let mut code = Self { symbols: symbols.to_vec(), ..Self::default() };
        let (mut word, mut index) = (0_u32, 0_i32);
        for (length, &count) in (1..).zip(counts) {
            code.offsets[length] = index - word as i32;
            word += u32::from(count);
            index += i32::from(count);
            code.ends[length] = word << (16 - length);
            word <<= 1;
        }
        code
    }
}

/// Bits up to the next marker.
struct Bits<'a> {
    file: &'a [u8],
    at: usize,
    /// The next bits, the first of them highest among the lowest `left`.
    buffer: u64,
    left: u32,
}

impl<'a> Bits<'a> {
    fn new(file: &'a [u8], at: usize) -> Self {
        Self { file, at, buffer: 0, left: 0 }
    }

    fn fill(&mut self) {
        while self.left <= 48 {
            let byte = match (self.file.get(self.at), self.file.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 1;
                    0xFF
                }
                (Some(0xFF), _) | (None, _) => return,
                (Some(&byte), _) => byte,
            };
            self.at += 1;
            self.buffer = self.buffer << 8 | u64::from(byte);
            self.left += 8;
        }
    }

    /// The next `count` bits, at most 16, as a number.
    fn take(&mut self, count: u32) -> Result<i32, String> {
        if self.left < count {
            self.fill();
        }
        self.left = self.left.checked_sub(count).ok_or(CUT)?;
        Ok((self.buffer >> self.left & ((1 << count) - 1)) as i32)
    }

    /// The next symbol of a code.
    fn symbol(&mut self, code: &Code) -> Result<u8, String> {
        if self.left < 16 {
            self.fill();
        }
        // Where fewer than 16 bits are left, zeros follow them.
        let next = match self.left.checked_sub(16) {
            Some(below) => (self.buffer >> below) as u32 & 0xFFFF,
            None => (self.buffer << (16 - self.left)) as u32 & 0xFFFF,
        };
        let length = (1..17).find(|&length| next < code.ends[length]).ok_or(DAMAGED)?;
        let word = self.take(length as u32)?;
        let index = usize::try_from(word + code.offsets[length]).map_err(|_| DAMAGED)?;
        Ok(*code.symbols.get(index).ok_or(DAMAGED)?)
    }

    /// A number of `count` bits that is negative if the first of them is 0.
    fn signed(&mut self, count: u8) -> Result<i32, String> {
        if count > 15 {
            return Err(DAMAGED.to_string());
        }
        let value = self.take(u32::from(count))?;
        let half = 1 << count >> 1;
        Ok(if value < half { value - 2 * half + 1 } else { value })
    }

    /// How many whole bytes are there before the next marker.
    fn rest(&mut self) -> usize {
        let mut rest = self.left as usize / 8;
        loop {
            self.left = 0;
            self.fill();
            if self.left == 0 {
                return rest;
            }
            rest += self.left as usize / 8;
        }
    }
}

/// Which of a picture's waves a scan tells, and how far.
struct Scan {
    /// Indices of components, each with those of its two codes.
    parts: Vec<(usize, usize, usize)>,
    first: usize,
    last: usize,
    /// Bits that are still missing before and after it; before it `None` if nothing came.
    before: Option<u8>,
    after: u8,
}

struct Reader<'a> {
    file: &'a [u8],
    at: usize,
    most: u64,
    steps: [i32; 4],
    mean_codes: [Code; 4],
    wave_codes: [Code; 4],
    restart: usize,
    adobe: Option<u8>,
    frame: Option<Frame>,
    scans: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a [u8], most: u64) -> Self {
        Self {
            file,
            at: 2,
            most,
            steps: [0; 4],
            mean_codes: Default::default(),
            wave_codes: Default::default(),
            restart: 0,
            adobe: None,
            frame: None,
            scans: 0,
        }
    }

    fn read(mut self) -> Result<Whole, String> {
        loop {
            match self.marker()? {
                0xD9 => return self.end(),
                0x01 | 0xD0..=0xD8 => {} // nothing belongs to them
                0xC0..=0xC2 => self.frame()?,
                0xC4 => self.codes()?,
                0xC3 | 0xC5..=0xCF => {
                    return Err("is a JPEG of a rare kind; save it again as PNG".to_string());
                }
                0xDA => self.scan()?,
                0xDB => self.all_steps()?,
                0xDD => self.restart = pair(self.segment()?, 0)?.into(),
                0xEE => {
                    let segment = self.segment()?;
                    self.adobe = segment.get(11).filter(|_| segment.starts_with(b"Adobe")).copied();
                }
                _ => _ = self.segment()?,
            }
        }
    }

    /// All has come that was announced?
    fn end(self) -> Result<Whole, String> {
        let frame = self.frame.ok_or(CUT)?;
        let [first, ..] = &frame.components[..] else { return Err(DAMAGED.to_string()) };
        // Nobody misses the last bit of a colour; without that of the brightness a picture is blurred.
        let means = frame.components.iter().all(|part| part.missing[0].is_some());
        if !means || first.missing.iter().any(|&missing| missing != Some(0)) {
            return Err(CUT.to_string());
        }
        let line_by_line = !frame.progressive && self.scans == 1;
        let size = (frame.size[0] as u32, frame.size[1] as u32);
        Ok(Whole { size, line_by_line, frame, steps: self.steps, adobe: self.adobe })
    }

    fn marker(&mut self) -> Result<u8, String> {
        loop {
            let next = self.file.get(self.at..).unwrap_or_default();
            let skipped = next.iter().position(|&byte| byte == 0xFF).ok_or(CUT)?;
            self.at += skipped + 1;
            let &marker = self.file.get(self.at).ok_or(CUT)?;
            if marker != 0 && marker != 0xFF {
                self.at += 1;
                return Ok(marker);
            }
        }
    }

    /// What lies between this marker and the next.
    fn segment(&mut self) -> Result<&'a [u8], String> {
        let rest = self.file.get(self.at..).unwrap_or_default();
        let length = usize::from(pair(rest, 0).map_err(|_| CUT)?);
        self.at += length;
        if length < 2 {
            return Err(DAMAGED.to_string());
        }
        Ok(rest.get(2..length).ok_or(CUT)?)
    }

    fn frame(&mut self) -> Result<(), String> {
        let progressive = self.file[self.at - 1] == 0xC2;
        let segment = self.segment()?;
        let &[8, _, _, _, _, count, ref parts @ ..] = segment else {
            return Err("is a JPEG of a rare kind; save it again as PNG".to_string());
        };
        let size = [usize::from(pair(segment, 3)?), usize::from(pair(segment, 1)?)];
        let parts: Vec<_> = parts.chunks_exact(3).take(count.into()).collect();
        let sound = |part: &&[u8]| {
            (1..5).contains(&(part[1] >> 4)) && (1..5).contains(&(part[1] & 15)) && part[2] < 4
        };
        let is_sound = [1, 3, 4].contains(&parts.len()) && parts.iter().all(sound);
        if self.frame.is_some() || size.contains(&0) || !is_sound {
            return Err(DAMAGED.to_string());
        }
        let sampling = |part: &[u8]| [usize::from(part[1] >> 4), usize::from(part[1] & 15)];
        let most =
            [0, 1].map(|axis| parts.iter().map(|part| sampling(part)[axis]).max().unwrap_or(1));
        let units = [0, 1].map(|axis| size[axis].div_ceil(BLOCK * most[axis]));
        let blocks = |part: &[u8]| units[0] * units[1] * sampling(part)[0] * sampling(part)[1];
        let all: usize = parts.iter().map(|part| blocks(part)).sum();
        let bytes = if progressive { 10 } else { 2 };
        if (all * bytes) as u64 > self.most {
            return Err(format!(
                "has {}×{} pixels; make it smaller than {} million",
                size[0],
                size[1],
                self.most * (size[0] * size[1]) as u64 / (all * bytes) as u64 / 1_000_000
            ));
        }
        let components = parts.iter().map(|part| Component {
            name: part[0],
            sampling: sampling(part),
            steps: part[2].into(),
            columns: units[0] * sampling(part)[0],
            means: vec![0; blocks(part)],
            waves: vec![0; if progressive { blocks(part) } else { 0 }],
            missing: [None; 64],
        });
        self.frame = Some(Frame { progressive, size, most, components: components.collect() });
        Ok(())
    }

    fn codes(&mut self) -> Result<(), String> {
        let mut segment = self.segment()?;
        while let Some((&head, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(DAMAGED)?;
            let count: usize = counts.iter().map(|&n| usize::from(n)).sum();
            let (symbols, rest) = rest.split_at_checked(count).ok_or(DAMAGED)?;
            let codes = if head < 16 { &mut self.mean_codes } else { &mut self.wave_codes };
            *codes.get_mut(usize::from(head & 15)).ok_or(DAMAGED)? = Code::new(counts, symbols);
            segment = rest;
        }
        Ok(())
    }

    /// Only the first step of each table counts here: that of the mean.
    fn all_steps(&mut self) -> Result<(), String> {
        let mut segment = self.segment()?;
        while let Some((&head, rest)) = segment.split_first() {
            let wide = head >> 4 != 0;
            let first = if wide { pair(rest, 0)? } else { (*rest.first().ok_or(DAMAGED)?).into() };
            *self.steps.get_mut(usize::from(head & 15)).ok_or(DAMAGED)? = first.into();
            segment = rest.get(if wide { 128 } else { 64 }..).ok_or(DAMAGED)?;
        }
        Ok(())
    }

    fn scan(&mut self) -> Result<(), String> {
        self.scans += 1;
        if self.scans > MOST_SCANS {
            return Err(format!("{DAMAGED} (it has more than {MOST_SCANS} scans)"));
        }
        let segment = self.segment()?;
        let frame = self.frame.as_mut().ok_or(DAMAGED)?;
        let scan = Scan::announced(segment, frame)?;
        let mut bits = Bits::new(self.file, self.at);
        let mut means = [0; 4];
        let mut run = 0; // blocks in which nothing new comes
        let alone = scan.parts.len() == 1;
        let units = [0, 1].map(|axis| {
            let size = frame.size[axis];
            match (alone, &frame.components[scan.parts[0].0]) {
                (true, part) => (size * part.sampling[axis]).div_ceil(BLOCK * frame.most[axis]),
                (false, _) => size.div_ceil(BLOCK * frame.most[axis]),
            }
        });
        for unit in 0..units[0] * units[1] {
            if self.restart > 0 && unit > 0 && unit % self.restart == 0 {
                (means, run) = ([0; 4], 0);
                bits = after_restart(bits, unit / self.restart - 1)?;
            }
            let (x, y) = (unit % units[0], unit / units[0]);
            for &(index, mean_code, wave_code) in &scan.parts {
                let part = &mut frame.components[index];
                let [right, down] = if alone { [1, 1] } else { part.sampling };
                let codes = [&self.mean_codes[mean_code], &self.wave_codes[wave_code]];
                for block in 0..right * down {
                    let (x, y) = (x * right + block % right, y * down + block / right);
                    let at = y * part.columns + x;
                    if scan.first == 0 {
                        let step = self.steps[part.steps];
                        scan.mean(
                            &mut bits,
                            codes[0],
                            &mut means[index],
                            step,
                            &mut part.means[at],
                        )?;
                    }
                    match part.waves.get_mut(at) {
                        None => all_waves(&mut bits, codes[1])?,
                        Some(waves) if scan.last > 0 => {
                            scan.waves(&mut bits, codes[1], &mut run, waves)?;
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        if bits.rest() > LEFT_OVER {
            return Err(DAMAGED.to_string());
        }
        self.at = bits.at;
        Ok(())
    }
}

/// Two bytes of a segment as a number.
fn pair(segment: &[u8], at: usize) -> Result<u16, String> {
    match segment.get(at..at + 2) {
        Some(&[high, low]) => Ok(u16::from_be_bytes([high, low])),
        _ => Err(DAMAGED.to_string()),
    }
}

/// The bits that follow the marker by which a decoder finds its way again, of which there are `before`
/// others before.
fn after_restart(mut bits: Bits<'_>, before: usize) -> Result<Bits<'_>, String> {
    if bits.rest() > LEFT_OVER {
        return Err(DAMAGED.to_string());
    }
    let fill = bits.file[bits.at..].iter().take_while(|&&byte| byte == 0xFF).count();
    match bits.file.get(bits.at + fill) {
        Some(&marker) if usize::from(marker) == 0xD0 + before % 8 => {
            Ok(Bits::new(bits.file, bits.at + fill + 1))
        }
        _ => Err(CUT.to_string()),
    }
}

/// Passes over all waves of a block.
fn all_waves(bits: &mut Bits<'_>, code: &Code) -> Result<(), String> {
    let mut wave = 1;
    while wave < 64 {
        let symbol = bits.symbol(code)?;
        let (zeros, count) = (usize::from(symbol >> 4), symbol & 15);
        match (zeros, count) {
            (15, 0) => {}
            (_, 0) => return Ok(()),
            _ => _ = bits.signed(count)?,
        }
        wave += zeros + 1;
    }
    if wave == 64 { Ok(()) } else { Err(DAMAGED.to_string()) }
}

impl Scan {
    /// What a scan says of itself, compared with what came before.
    fn announced(segment: &[u8], frame: &mut Frame) -> Result<Self, String> {
        let (&count, rest) = segment.split_first().ok_or(DAMAGED)?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or(DAMAGED)?;
        let &[first, last, bits, ..] = rest else { return Err(DAMAGED.to_string()) };
        let place = |part: &[u8]| {
            let index = frame.components.iter().position(|c| c.name == part[0]);
            index.map(|index| (index, usize::from(part[1] >> 4 & 3), usize::from(part[1] & 3)))
        };
        let parts: Vec<_> = parts.chunks_exact(2).map_while(place).collect();
        let mut scan =
            Self { parts, first: first.into(), last: last.into(), before: None, after: bits & 15 };
        if !frame.progressive {
            (scan.first, scan.last, scan.after) = (0, 63, 0);
        } else {
            scan.before = Some(bits >> 4).filter(|&before| before > 0);
            let mixed = scan.first == 0 && scan.last > 0;
            let together = scan.first > 0 && scan.parts.len() > 1;
            if mixed || together || scan.last < scan.first || scan.last > 63 || scan.after > 13 {
                return Err(DAMAGED.to_string());
            }
        }
        if scan.parts.len() != usize::from(count) || scan.parts.is_empty() || count > 4 {
            return Err(DAMAGED.to_string());
        }
        for &(index, ..) in &scan.parts {
            for missing in &mut frame.components[index].missing[scan.first..=scan.last] {
                if *missing != scan.before {
                    return Err(DAMAGED.to_string());
                }
                *missing = Some(scan.after);
            }
        }
        Ok(scan)
    }

    /// The first number of a block: as a difference to that of the block before, or one bit more of it.
    fn mean(
        &self,
        bits: &mut Bits<'_>,
        code: &Code,
        last: &mut i32,
        step: i32,
        mean: &mut i16,
    ) -> Result<(), String> {
        if self.before.is_some() {
            *mean |= (bits.take(1)? << self.after) as i16;
            return Ok(());
        }
        let count = bits.symbol(code)?;
        *last += bits.signed(count)?;
        let value = i64::from(*last) << self.after;
        // A mean lies where pixels can: what lies farther out is no mean.
        let (step, half) = (i64::from(step.max(1)), 128 * BLOCK as i64);
        if (value * step).abs() > half + (step << self.after) {
            return Err(DAMAGED.to_string());
        }
        *mean = value as i16;
        Ok(())
    }

    /// Some waves of a block of a progressive picture: new ones, and one bit more of those that came.
    fn waves(
        &self,
        bits: &mut Bits<'_>,
        code: &Code,
        run: &mut usize,
        waves: &mut u64,
    ) -> Result<(), String> {
        let old = if self.before.is_some() { *waves } else { 0 };
        let refine = |bits: &mut Bits<'_>, wave: usize| match old >> wave & 1 {
            1 => bits.take(1).map(|_| true),
            _ => Ok(false),
        };
        let mut wave = self.first;
        while *run == 0 && wave <= self.last {
            let symbol = bits.symbol(code)?;
            let (mut zeros, count) = (usize::from(symbol >> 4), symbol & 15);
            if count == 0 && zeros < 15 {
                *run = (1 << zeros) + bits.take(zeros as u32)? as usize;
                break;
            }
            if count > 0 {
                bits.signed(count)?;
            }
            // Passes over waves that are zero, as many as were told, and over all that came before.
            while wave <= self.last && (refine(bits, wave)? || zeros > 0) {
                zeros -= usize::from(old >> wave & 1 == 0);
                wave += 1;
            }
            if wave > self.last {
                return Err(DAMAGED.to_string());
            }
            *waves |= u64::from(count > 0) << wave;
            wave += 1;
        }
        if *run > 0 {
            *run -= 1;
            for wave in wave..=self.last {
                refine(bits, wave)?;
            }
        }
        Ok(())
    }
}

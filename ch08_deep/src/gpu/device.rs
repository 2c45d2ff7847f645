//! A graphics card: found, opened, and asked whether it is still there.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::{Error, Result};
use wgpu::{Adapter, AdapterInfo, DeviceType};

/// Whether kernels are compiled with guards around loops, indices and divisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checks {
    /// With all of them.
    #[default]
    All,
    /// Without: only for measuring what they cost.
    None,
}

/// A graphics card that is ready to work.
pub struct Gpu {
    /// What the driver says about it.
    pub info: AdapterInfo,
    /// Whether its kernels are guarded.
    pub checks: Checks,
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    faults: Arc<Mutex<Faults>>,
}

/// What went wrong on a card, so far.
#[derive(Debug, Default)]
struct Faults {
    /// The card is gone.
    loss: Option<String>,
    /// The first thing that it refused.
    error: Option<String>,
}

fn read(faults: &Mutex<Faults>) -> MutexGuard<'_, Faults> {
    faults.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a problem, unless there is an earlier one.
fn remember(
    faults: &Mutex<Faults>,
    slot: impl FnOnce(&mut Faults) -> &mut Option<String>,
    problem: String,
) {
    slot(&mut read(faults)).get_or_insert(problem);
}

/// All adapters that a driver offers on this machine, the best first: a card of its own, then one that
/// shares the processor's memory, then a virtual one, and a processor that plays one last.
pub fn adapters() -> Vec<Adapter> {
    let mut wanted = wgpu::InstanceDescriptor::new_without_display_handle();
    wanted.backends = wgpu::Backends::PRIMARY;
    let instance = wgpu::Instance::new(wanted);
    let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    adapters.retain(|adapter| {
        adapter.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS)
    });
    adapters.sort_by_key(|adapter| rank(adapter.get_info().device_type));
    adapters
}

/// Where an adapter of this kind stands in the list.
fn rank(kind: DeviceType) -> usize {
    match kind {
        DeviceType::DiscreteGpu => 0,
        DeviceType::IntegratedGpu => 1,
        DeviceType::VirtualGpu => 2,
        DeviceType::Other => 3,
        DeviceType::Cpu => 4,
    }
}

/// What kind of adapter it is, in words.
pub fn kind(kind: DeviceType) -> &'static str {
    match kind {
        DeviceType::DiscreteGpu => "a card of its own",
        DeviceType::IntegratedGpu => "in the processor, sharing its memory",
        DeviceType::VirtualGpu => "a virtual machine's",
        DeviceType::Other => "of another kind",
        DeviceType::Cpu => "the processor itself, in software",
    }
}

impl Gpu {
    /// The first of all [`adapters`], or the first whose name contains `wanted`, in upper or lower case.
    ///
    /// # Errors
    /// If there is none, or its driver refuses.
    pub fn open(wanted: Option<&str>, checks: Checks) -> Result<Self> {
        let adapters = adapters();
        let names: Vec<_> = adapters.iter().map(|adapter| adapter.get_info().name).collect();
        let fits = |name: &String| {
            wanted.is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
        };
        match (names.iter().position(fits), wanted) {
            (Some(at), _) => Self::on(&adapters[at], checks),
            (None, Some(part)) if !names.is_empty() => Err(Error::Invalid(format!(
                "no adapter is called {part:?}; there are: {}",
                names.join(", ")
            ))),
            _ => Err(Error::Invalid(NONE.to_string())),
        }
    }

    fn on(adapter: &Adapter, checks: Checks) -> Result<Self> {
        let info = adapter.get_info();
        let wanted = wgpu::DeviceDescriptor {
            label: None,
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            required_limits: adapter.limits(), // all that it can, not only what every card can
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
            memory_hints: wgpu::MemoryHints::Performance,
            trace: wgpu::Trace::Off,
        };
        let opened = pollster::block_on(adapter.request_device(&wanted));
        let (device, queue) =
            opened.map_err(|e| Error::Invalid(format!("{} cannot be opened: {e}", info.name)))?;
        let faults = Arc::default();
        let gpu = Self { info, checks, device, queue, faults };
        gpu.listen();
        Ok(gpu)
    }

    // ANCHOR: listen
    /// From now on the first thing that goes wrong is remembered instead of ending the program: the
    /// card works on its own, and says so when nobody is waiting for an answer.
    fn listen(&self) {
        let (errors, losses) = (Arc::clone(&self.faults), Arc::clone(&self.faults));
        let name = self.info.name.clone();
        self.device.on_uncaptured_error(Arc::new(move |e| {
            remember(&errors, |faults| &mut faults.error, told(&e));
        }));
        self.device.set_device_lost_callback(move |_, why| {
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            let problem = format!("{name} was lost{why}: {LOST}");
            remember(&losses, |faults| &mut faults.loss, problem);
        });
    }

    /// Whether everything that was asked of the card so far went well, as far as is known by now.
    ///
    /// # Errors
    /// With the first thing that went wrong, or with the loss of the card, if it is gone.
    pub fn check(&self) -> Result<()> {
        if read(&self.faults).error.is_some() {
            // A card that is lost refuses everything, and only says why when it is asked.
            let _ = self.device.poll(wgpu::PollType::Poll);
        }
        let Faults { loss, error } = &*read(&self.faults);
        match loss.as_ref().or(error.as_ref()) {
            None => Ok(()),
            Some(problem) => Err(Error::Invalid(problem.clone())),
        }
    }
    // ANCHOR_END: listen

    /// Waits until all is done that was asked of the card.
    ///
    /// # Errors
    /// If something went wrong.
    pub fn wait(&self) -> Result<()> {
        self.wait_for(None)
    }

    /// Waits until a submission is done, or all of them.
    pub(super) fn wait_for(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        let until = wgpu::PollType::Wait { submission_index: submission, timeout: None };
        let polled = self.device.poll(until);
        self.check()?;
        polled.map_err(|e| Error::Invalid(format!("{}: {e}", self.info.name)))?;
        Ok(())
    }

    /// The most that it can.
    pub fn limits(&self) -> wgpu::Limits {
        self.device.limits()
    }

    /// Whether it is the processor that plays a card.
    pub fn is_software(&self) -> bool {
        self.info.device_type == DeviceType::Cpu
    }

    /// Whether it can tell how long each kernel takes.
    pub fn has_timestamps(&self) -> bool {
        self.device.features().contains(wgpu::Features::TIMESTAMP_QUERY)
    }

    /// Gives the card up, as a driver does that resets it: whatever is asked of it from now on is
    /// refused.
    pub fn lose(&self) {
        self.device.destroy();
    }
}

/// What to do where there is no adapter.
const NONE: &str = "no graphics card with a driver for Vulkan, Metal or DirectX 12 was found; \
install its driver, or one that computes on the processor (Debian, Ubuntu: apt-get install \
mesa-vulkan-drivers), and look again with: gpu info";
/// What to do where one is gone.
const LOST: &str =
    "its driver was reset, or it was unplugged; start again, with --resume if there was a --save";

/// An error of the card, in one line.
pub(super) fn told(e: &wgpu::Error) -> String {
    match e {
        wgpu::Error::OutOfMemory { .. } => format!("the graphics card has no memory left: {LESS}"),
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            format!("the graphics card: {description}")
        }
    }
}

/// What to do where its memory does not suffice.
pub(super) const LESS: &str = "choose a smaller --batch-size or --train-size";

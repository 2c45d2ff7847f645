"""Milliseconds of a training step that is shared out by PyTorch's DistributedDataParallel over gloo, for the book's
three networks; each rank computes on one thread.

usage: torchrun --nproc-per-node RANKS ddp.py BATCH_SIZE SECONDS
"""

import statistics
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from networks import NETWORKS


def median(steps, work):
    for _ in range(3):
        work()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    batch_size, seconds = int(sys.argv[1]), float(sys.argv[2])
    torch.set_num_threads(1)
    torch.manual_seed(0)
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()
    for name in ["two_layer", "simple_conv", "deep_conv"]:
        network, shape = NETWORKS[name]()
        network = DistributedDataParallel(network)
        images = torch.rand(batch_size // ranks, *shape)
        labels = torch.randint(0, 10, (batch_size // ranks,))
        criterion = nn.CrossEntropyLoss()
        if name == "two_layer":
            optimizer = torch.optim.SGD(network.parameters(), 0.1)
        else:
            optimizer = torch.optim.Adam(network.parameters(), 1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            criterion(network(images), labels).backward()
            optimizer.step()

        # All ranks take as many steps: as rank 0 takes in the time.
        steps = torch.tensor([max(20, int(seconds / median(3, step)))])
        dist.broadcast(steps, 0)
        whole = 1e3 * median(int(steps), step)
        if rank == 0:
            print(f"{name} {ranks} × {batch_size // ranks} images: {whole:.3f} ms a step", flush=True)
    dist.destroy_process_group()


main()

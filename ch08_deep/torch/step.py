
"""Milliseconds of a training step and of reading a batch, for the book's three networks in PyTorch.

usage: step.py THREADS BATCH_SIZE SECONDS NETWORK...
"""

import statistics
import sys
import time

import torch
from torch import nn


def median(seconds, work):
    for _ in range(3):
        work()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    threads, batch_size, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    print(f"PyTorch {torch.__version__}")
    for name in sys.argv[4:]:
        network, shape = NETWORKS[name]()
        images = torch.rand(batch_size, *shape)
        labels = torch.randint(0, 10, (batch_size,))
        criterion = nn.CrossEntropyLoss()
        if name == "two_layer":
            optimizer = torch.optim.SGD(network.parameters(), 0.1)
        else:
            optimizer = torch.optim.Adam(network.parameters(), 1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            criterion(network(images), labels).backward()
            optimizer.step()

        def infer():
            with torch.inference_mode():
                network(images)

        network.train()
        print(f"{name} train {1e3 * median(seconds, step)}", flush=True)
        network.eval()
        print(f"{name} infer {1e3 * median(seconds, infer)}", flush=True)


if __name__ == "__main__":
    main()


"""Milliseconds of a training step on this machine's graphics card, with 20 steps in flight.

usage: gpu.py BATCH_SIZE,BATCH_SIZE... SECONDS NETWORK...
"""

import statistics
import sys
import time

import torch
from torch import nn


def flow(seconds, step, wait):
    end = time.perf_counter() + 0.3 * seconds  # an idle card is slow at first
    while time.perf_counter() < end:
        step()
        wait()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(20):
            step()
        wait()
        times.append((time.perf_counter() - start) / 20)
    return 1e3 * statistics.median(times)


def make(name, batch_size, device, graph):
    torch.manual_seed(0)
    network, shape = NETWORKS[name]()
    network = network.to(device).train()
    images = torch.rand(batch_size, *shape, device=device)
    labels = torch.randint(0, 10, (batch_size,), device=device)
    criterion = nn.CrossEntropyLoss()
    if name == "two_layer":
        optimizer = torch.optim.SGD(network.parameters(), 0.1)
    else:
        optimizer = torch.optim.Adam(network.parameters(), 1e-3, capturable=graph)

    def step():
        optimizer.zero_grad(set_to_none=True)
        criterion(network(images), labels).backward()
        optimizer.step()

    return step


def captured(step):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(11):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def main():
    sizes, seconds = [int(size) for size in sys.argv[1].split(",")], float(sys.argv[2])
    if torch.cuda.is_available():
        device, wait, name = "cuda", torch.cuda.synchronize, torch.cuda.get_device_name(0)
        # As exact as what it is compared with: products in single precision, not in TF32.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    elif torch.backends.mps.is_available():
        device, wait, name = "mps", torch.mps.synchronize, "Apple's GPU"
    else:
        sys.exit("this PyTorch finds no graphics card")
    print(f"PyTorch {torch.__version__} on {name}")
    for network in sys.argv[3:]:
        for size in sizes:
            step = make(network, size, device, graph=False)
            print(f"{network} {size} eager {flow(seconds, step, wait)}", flush=True)
            if device == "cuda":
                step = captured(make(network, size, device, graph=True))
                print(f"{network} {size} graph {flow(seconds, step, wait)}", flush=True)


main()

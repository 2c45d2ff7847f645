"""The recipe of `cargo run -p ch08_deep -- sprint` in PyTorch: seconds of learning and accuracy.

usage: sprint.py FOLDER_WITH_MNIST [RUNS [THREADS]]
"""

import gzip
import math
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

WIDTH, EPOCHS, BATCH_SIZE, RATE, WARM_UP = 8, 2, 50, 0.02, 0.2


def load(folder, name):
    def numbers(kind, skip):
        path = Path(folder, f"{name}-{kind}-ubyte.gz")
        data = gzip.open(path).read() if path.exists() else path.with_suffix("").read_bytes()
        return np.frombuffer(data, np.uint8, offset=skip)

    images = torch.tensor(numbers("images-idx3", 16).reshape(-1, 1, 28, 28))
    return images, torch.tensor(numbers("labels-idx1", 8)).long()


def network():
    layers, channels = [], 1
    for filters in [WIDTH, 2 * WIDTH, 4 * WIDTH]:
        conv = nn.Conv2d(channels, filters, 3, padding=1)
        nn.init.kaiming_normal_(conv.weight)
        nn.init.zeros_(conv.bias)
        layers += [conv, nn.MaxPool2d(2), nn.BatchNorm2d(filters), nn.ReLU()]
        channels = filters
    affine = nn.Linear(channels * 9, 10)
    nn.init.xavier_normal_(affine.weight)
    nn.init.zeros_(affine.bias)
    return nn.Sequential(*layers, nn.Flatten(), affine)


def rate(done, steps):
    part = done / steps
    if part < WARM_UP:
        return min(1.0, (done + 1) / (WARM_UP * steps))
    return 0.5 * (1 + math.cos(math.pi * (part - WARM_UP) / (1 - WARM_UP)))


def sprint(seed, train, test):
    torch.manual_seed(seed)
    net, criterion = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), RATE)
    steps = EPOCHS * (len(train[1]) // BATCH_SIZE)
    done, start = 0, time.perf_counter()
    for _ in range(EPOCHS):
        for indices in torch.randperm(len(train[1])).split(BATCH_SIZE):
            for group in optimizer.param_groups:
                group["lr"] = RATE * rate(done, steps)
            optimizer.zero_grad(set_to_none=True)
            criterion(net(train[0][indices].float() / 255), train[1][indices]).backward()
            optimizer.step()
            done += 1
    seconds = time.perf_counter() - start
    net.eval()
    with torch.inference_mode():
        answers = torch.cat([net(images.float() / 255).argmax(1) for images in test[0].split(100)])
    return seconds, (answers == test[1]).float().mean().item()


def main():
    folder = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    if len(sys.argv) > 3:
        torch.set_num_threads(int(sys.argv[3]))
    train, test = load(folder, "train"), load(folder, "t10k")
    results = []
    for seed in range(1, runs + 1):
        results.append(sprint(seed, train, test))
        print(f"seed {seed}: {results[-1][0]:.2f} s, accuracy {results[-1][1]:.4f}", flush=True)
    seconds, accuracies = zip(*results)
    print(f"mean of {runs}: {statistics.mean(seconds):.2f} s, accuracy {statistics.mean(accuracies):.4f}")


main()

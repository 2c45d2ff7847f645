"""The book's three networks in PyTorch. The programs beside this file are run with it in front."""

from torch import nn


def two_layer():
    return nn.Sequential(nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 10)), (784,)


def simple_conv():
    features = [nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    classifier = [nn.Linear(30 * 12 * 12, 100), nn.ReLU(), nn.Linear(100, 10)]
    return nn.Sequential(*features, *classifier), (1, 28, 28)


def deep_conv():
    layers, channels = [], 1
    for a, b, padding in [(16, 16, 1), (32, 32, 2), (64, 64, 1)]:
        layers += [nn.Conv2d(channels, a, 3, padding=1), nn.ReLU()]
        layers += [nn.Conv2d(a, b, 3, padding=padding), nn.ReLU(), nn.MaxPool2d(2)]
        channels = b
    layers += [nn.Flatten(), nn.Linear(64 * 4 * 4, 50), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(50, 10), nn.Dropout(0.5)), (1, 28, 28)


NETWORKS = {"two_layer": two_layer, "simple_conv": simple_conv, "deep_conv": deep_conv}

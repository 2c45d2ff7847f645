"""PyTorch's side of recurrent.rs: medians of forward and back together. usage: recurrent.py THREADS"""
import sys
import time
import torch

torch.set_num_threads(int(sys.argv[1]))
sizes = {"recall": (64, 21, 32, 64), "caption": (32, 11, 128, 128), "language": (32, 64, 64, 192)}
for kind in ["RNN", "LSTM", "GRU"]:
    for name, (n, steps, inputs, units) in sizes.items():
        layer = getattr(torch.nn, kind)(inputs, units, batch_first=True)
        x, dy = torch.randn(n, steps, inputs, requires_grad=True), torch.randn(n, steps, units)
        times = []
        for _ in range(100):
            layer.zero_grad()
            x.grad = None
            start = time.perf_counter()
            layer(x)[0].backward(dy)
            times.append((time.perf_counter() - start) * 1e3)
        print(f"{kind.lower():5} {name:9} {sorted(times)[50]:7.3f} ms")

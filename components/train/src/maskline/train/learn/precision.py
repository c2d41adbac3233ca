"""The numbers that a training computes in."""

from pathlib import Path

import torch

CPU_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
"""What a processor calls its bfloat16 arithmetic in /proc/cpuinfo; without it bfloat16 is slower than float32."""


def arithmetic(precision: str, device: torch.device) -> torch.dtype:
    """Return what layers compute in under autocast; float32 means that there is none.

    precision: as in `TrainingConfig`.
    A CPU never gets float16 unless it is asked to: it has no fast arithmetic for it.
    """
    if precision != "auto":
        return {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}[precision]
    if device.type != "cpu":
        bfloat16 = torch.get_device_module(device).is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if bfloat16 else torch.float16
    cpus = Path("/proc/cpuinfo")
    fast = cpus.exists() and not CPU_FLAGS.isdisjoint(cpus.read_text("utf-8").split())
    return torch.bfloat16 if fast else torch.float32

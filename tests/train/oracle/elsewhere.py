"""A device that is not the CPU and computes on it: what a GPU refuses, this refuses as well.

Upstream's doors for devices that torch does not know (torch 2.15: `torch.utils.backend_registration`, the dispatch key
PrivateUse1) hold a tensor of the CPU behind every tensor of the device. As on a GPU, tensors of the two do not mix,
except numbers without a dimension and places to index by, and reach each other by copies alone.

It repeats of CUDA in torch 2.15: which operators refuse a mixture, and the questions that a training asks of
`torch.cuda`. It has one device, no memory of its own, no streams and no casting under autocast.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils import backend_registration
from torch.utils._mode_utils import no_dispatch

NAME = "elsewhere"
COPIES = frozenset({"aten::_copy_from", "aten::_to_copy", "aten::copy_"})
"""What takes tensors of both."""
INDEXES = frozenset({"aten::index.Tensor", "aten::index_put_", "aten::_index_put_impl_", "aten::_unsafe_index.Tensor"})
"""What a GPU lets be told places by the CPU."""
JOINS = frozenset({"aten::cat", "aten::stack"})
"""What takes not even a number of the other."""


class Elsewhere(Tensor):
    """A tensor of the device.  held: the tensor of the CPU behind it."""

    held: Tensor

    @staticmethod
    def __new__(cls, held: Tensor) -> Self:  # noqa: ANN001 - a class, as ever
        shape = {"strides": held.stride(), "storage_offset": held.storage_offset(), "dtype": held.dtype}
        tensor: Self = Tensor._make_wrapper_subclass(cls, held.size(), device=f"{NAME}:0", **shape)
        tensor.held = held
        return tensor

    @classmethod
    def __torch_dispatch__(
        cls, operator: Any, _types: Any, arguments: Sequence[Any] = (), named: Mapping[str, Any] | None = None
    ) -> Any:
        return computed(operator, *arguments, **(named or {}))

    def __repr__(self, **_: Any) -> str:
        """Say where it is."""
        return f"{NAME}({self.held!r})"

    def tolist(self) -> Any:
        """Return numbers, which torch refuses for any class but its own."""
        return self.held.tolist()

    def __reduce_ex__(self, protocol: int) -> Any:
        """Be written to a file as CUDA's are: a file names no device but for the reader's."""
        return self.held.__reduce_ex__(protocol)


class Module:
    """What a training asks of `torch.cuda`.  bfloat16: whether it computes in it."""

    bfloat16 = True
    current = 0

    def is_available(self) -> bool:
        return True

    def is_initialized(self) -> bool:
        return True

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed_all(self, seed: int) -> None:
        pass  # what is drawn there is drawn by the CPU

    def device_count(self) -> int:
        return 1

    def current_device(self) -> int:
        return self.current

    def set_device(self, device: torch.device) -> None:
        self.current = device.index

    def is_bf16_supported(self, including_emulation: bool = True) -> bool:  # noqa: FBT001, FBT002 - as torch has it
        return self.bfloat16 or including_emulation

    def max_memory_reserved(self, device: torch.device) -> int:
        assert device.type == NAME
        return 5_000_000

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]


RESIZED = ("arange", "arange.start", "arange.start_step", "linspace", "randperm", "randperm.generator")
"""Operators whose own way is to make an empty tensor and to resize it, which those of the device cannot be."""


def computed(operator: Any, *arguments: Any, **named: Any) -> Any:
    """Compute on the CPU what an operator is to compute on the device.  Raises RuntimeError for a mixture."""
    name = operator.name()
    tensors = [leaf for leaf in _leaves([arguments, named]) if isinstance(leaf, Tensor)]
    if name not in COPIES:
        _refuse_mixture(name, tensors, arguments)
    wrappers = {id(tensor.held): tensor for tensor in tensors if isinstance(tensor, Elsewhere)}
    if torch.Tag.inplace_view in operator.tags:
        with no_dispatch():  # so that the tensor's own shape follows
            operator(*arguments, **named)
    to = named.get("device")
    result = operator(*_changed(arguments, _held), **_changed(named, _held))
    if name == "aten::_copy_from" or (to is not None and torch.device(to).type == "cpu"):
        return result

    def wrapped(leaf: Any) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        return wrappers[id(leaf)] if id(leaf) in wrappers else Elsewhere(leaf)

    return _changed(result, wrapped)


def _refuse_mixture(name: str, tensors: Sequence[Tensor], arguments: Sequence[Any]) -> None:
    strangers = [tensor for tensor in tensors if not isinstance(tensor, Elsewhere)]
    if name in INDEXES and isinstance(arguments[0], Elsewhere):
        places = {id(leaf) for leaf in _leaves(arguments[1])}
        strangers = [tensor for tensor in strangers if id(tensor) not in places]
    if len(strangers) == len(tensors):
        return
    if any(tensor.ndim or name in JOINS for tensor in strangers):
        raise RuntimeError(f"{name}: Expected all tensors to be on the same device, but found {NAME}:0 and cpu")


def _held(leaf: Any) -> Any:
    if isinstance(leaf, torch.device) or leaf == NAME:
        return torch.device("cpu")
    return leaf.held if isinstance(leaf, Elsewhere) else leaf


def _changed(value: Any, change: Any) -> Any:
    """Return nested lists, tuples and dicts with every leaf changed."""
    if isinstance(value, (list, tuple)):
        return type(value)([_changed(item, change) for item in value])
    if isinstance(value, dict):
        return {key: _changed(item, change) for key, item in value.items()}
    return change(value)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple, dict)):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(item)]
    return [value]


class Spelled(TorchFunctionMode):
    """Tensors spelled out in numbers are made on the CPU and copied, as torch does behind the doors for a GPU."""

    def __torch_function__(
        self, function: Any, _types: Any, arguments: Sequence[Any] = (), named: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(named or {})
        if function is Tensor.new_tensor and isinstance(arguments[0], Elsewhere):
            like, *arguments = arguments
            function, named = torch.tensor, {"dtype": like.dtype, "device": like.device} | named
        if function in {torch.tensor, torch.as_tensor} and named.get("device") is not None:
            device = named.pop("device")
            return function(*arguments, **named).to(device)
        return function(*arguments, **named)


@contextmanager
def present() -> Iterator[torch.device]:
    """Let torch know the device.  It is not forgotten afterwards, but no number is spelled out there any more."""
    if not hasattr(torch, NAME):
        backend_registration._setup_privateuseone_for_python_backend(NAME, Module())
        ANY.fallback(computed, "PrivateUse1")
        ANY.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
        for name in RESIZED:
            MADE.impl(name, partial(computed, _operator(name)), "PrivateUse1")
    with Spelled():
        yield torch.device(NAME, 0)


def _operator(name: str) -> Any:
    packet, _, overload = name.partition(".")
    return getattr(getattr(torch.ops.aten, packet), overload or "default")


ANY, MADE = torch.library.Library("_", "IMPL"), torch.library.Library("aten", "IMPL")
"""What makes a tensor of the device, and is called by none that there is."""

"""How a program is compiled: by XLA, or as a graph whose operations run one after the other."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from typing import Any, Final

from eigfit import tensorflow_lazily as tf

ONE_THREAD: Final = "SINGLE_THREADED_EXECUTOR"


def by_xla(function: Callable[..., Any], *arguments: Any, anew: bool = False) -> Callable[..., Any]:
    """The function compiled for arguments of these shapes, under a name that its content gives.

    TensorFlow numbers functions in the order they are traced, and XLA's cache looks for a program
    with its numbers: what another process has compiled would be found only if that had traced the
    same functions before. So the traced graph is taken over under names of its own.

    Args:
        function: of tensors, in graph operations.
        arguments: like those of the calls to come.
        anew: under yet another name, as XLA never tries again in this process where it has failed.

    Raises:
        ValueError: the function holds on to tensors or variables; give them as arguments.
    """
    traced = _traced(function, *arguments, jit_compile=True)
    if traced.captured_inputs:
        raise ValueError(f"{function} holds on to {traced.captured_inputs}; give them as arguments")
    graph = tf.compat.v1.GraphDef(versions=traced.graph.as_graph_def().versions)
    inputs = [
        graph.node.add(name=f"argument{index}", op="Placeholder")
        for index in range(len(traced.inputs))
    ]
    for node, tensor in zip(inputs, traced.inputs, strict=True):
        node.attr["dtype"].type = tensor.dtype.as_datatype_enum
        node.attr["shape"].shape.CopyFrom(tensor.shape.as_proto())
    call = graph.node.add(name="call", op="StatefulPartitionedCall")
    call.input.extend(node.name for node in inputs)
    call.attr["Tin"].list.type.extend(tensor.dtype.as_datatype_enum for tensor in traced.inputs)
    call.attr["Tout"].list.type.extend(tensor.dtype.as_datatype_enum for tensor in traced.outputs)
    call.attr["f"].func.name = _named_by_content(traced, graph.library.function, anew)
    call.attr["_XlaMustCompile"].b = True
    results = [f"call:{index}" for index in range(len(traced.outputs))]

    def imported(*tensors: Any) -> Any:
        given = {node.name: tensor for node, tensor in zip(inputs, tensors, strict=True)}
        return tf.graph_util.import_graph_def(graph, given, results, name="")

    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in traced.inputs]
    compiled = tf.compat.v1.wrap_function(imported, specs)
    return lambda *arguments: compiled(*tf.nest.flatten(arguments, expand_composites=True))


def in_one_thread(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """The function as a graph for arguments of these shapes, run in the thread that calls it.

    TensorFlow's usual executor hands each operation that is ready to whichever thread is free,
    which for small tensors costs more than the operation: a third of a step at n = 32. Matrices
    are decomposed and multiplied by all cores as before.

    TensorFlow has no public name for the choice of an executor; where a version has moved it, the
    usual one runs.
    """
    try:
        choose = importlib.import_module("tensorflow.python.eager.context").function_executor_type
    except (ImportError, AttributeError):
        return _traced(function, *arguments)
    with choose(ONE_THREAD):
        compiled = _traced(function, *arguments)

    def call(*arguments: Any) -> Any:
        with choose(ONE_THREAD):
            return compiled(*arguments)

    return call


def _traced(function: Callable[..., Any], *arguments: Any, jit_compile: bool = False) -> Any:
    # Programs are written in graph operations; AutoGraph would only read them again.
    traced = tf.function(function, jit_compile=jit_compile, autograph=False)
    return traced.get_concrete_function(*arguments)


def _named_by_content(traced: Any, library: Any, anew: bool) -> str:
    """Add a traced function and those it calls to the library; the first one's new name."""
    callees = {f.signature.name: f for f in traced.graph.as_graph_def().library.function}
    names: dict[str, str] = {}

    def add(function: Any) -> str:
        former = function.signature.name
        if former in names:
            return names[former]
        copy = type(function).FromString(function.SerializeToString())
        arguments = {arg.name: f"argument{i}" for i, arg in enumerate(copy.signature.input_arg)}
        for arg in copy.signature.input_arg:
            arg.name = arguments[arg.name]
        for key, value in list(copy.ret.items()):
            copy.ret[key] = arguments.get(value, value)
        for node in copy.node_def:
            node.input[:] = [arguments.get(name, name) for name in node.input]
            node.attr.pop("_gradient_op_type", None)  # numbered too, and of no use here
            for attribute in node.attr.values():
                for callee in (attribute.func, *attribute.list.func):
                    if callee.name:
                        callee.name = add(callees[callee.name])
        copy.signature.name = "anew" if anew else ""
        content = hashlib.sha256(copy.SerializeToString(deterministic=True)).hexdigest()
        copy.signature.name = names[former] = f"eigfit_{content[:24]}"
        library.append(copy)
        return names[former]

    return add(traced.function_def)

"""The innermost loop of the logistic loss, written for LLVM: what numba makes of it loses a third.

Two reasons: eight numbers at a time leave 4 of d = 100 over, for which a loop that numba compiles
goes one by one; and a row that is read for one sum only costs a load of the other operand each time.
Here four rows share each load, and what eight numbers leave over is done by four, then one by one.
What is read next is asked for early, so that memory goes on while the block's residuals are computed.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

STREAMS = 4  # parts of x that are read side by side
ROWS = 2  # of a part, in a block
AHEAD = 256  # numbers from the one that is read to the one that is asked for
LANES = (8, 4, 1)  # float32 numbers that are computed with at once, and for what these leave over
FAST = ("contract", "reassoc", "nsz")  # as `fast_kernels.SUMS`


class _Lanes:
    """Arithmetic with some float32 numbers at once."""

    def __init__(self, builder: Any, count: int) -> None:
        self.builder, self.count = builder, count
        self.type = ir.VectorType(ir.FloatType(), count)

    def spread(self, number: Any) -> Any:
        """A number in every lane."""
        filled = ir.Constant(self.type, ir.Undefined)
        for lane in range(self.count):
            filled = self.builder.insert_element(filled, number, ir.IntType(32)(lane))
        return filled

    def at(self, data: Any, place: Any) -> Any:
        """Where the numbers from `place` on lie."""
        return self.builder.bitcast(self.builder.gep(data, [place]), self.type.as_pointer())

    def read(self, data: Any, place: Any) -> Any:
        """The numbers from `place` on."""
        return self.builder.load(self.at(data, place), align=4)

    def ask(self, data: Any, place: Any) -> None:
        """Have the numbers from `place` on brought near; a place outside of the array does nothing."""
        pointer, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole])
        function = cgutils.get_or_insert_function(self.builder.module, kind, "llvm.prefetch.p0i8")
        address = self.builder.bitcast(self.builder.gep(data, [place]), pointer)
        self.builder.call(function, [address, whole(0), whole(3), whole(1)])

    def plus_product(self, total: Any, left: Any, right: Any) -> Any:
        """total + left·right."""
        return self.builder.fadd(total, self.builder.fmul(left, right, flags=FAST), flags=FAST)


def _sum_of_halves(builder: Any, vector: Any) -> Any:
    """The lower half of a vector plus its upper half."""
    half = vector.type.count // 2
    empty, numbers = ir.Constant(vector.type, ir.Undefined), ir.VectorType(ir.IntType(32), half)
    halves = (
        builder.shuffle_vector(vector, empty, ir.Constant(numbers, list(range(start, start + half))))
        for start in (0, half)
    )
    return builder.fadd(*halves, flags=FAST)


def _sum_of_all(builder: Any, vectors: Any) -> Any:
    """The sum of all entries of vectors, the longest first."""
    found, *others = vectors
    while True:
        if others and others[0].type == found.type:
            found = builder.fadd(found, others.pop(0), flags=FAST)
        if found.type.count == 1:
            return builder.extract_element(found, ir.IntType(32)(0))
        found = _sum_of_halves(builder, found)


def _advance(builder: Any, count: int, data: Any, span: Any, given: Any) -> list[Any]:
    """total += Σ weights·old rows for the columns of `span`; returns the new rows' products with theta."""
    lanes, (old, new, weights), (start, stop) = _Lanes(builder, count), given, span
    nothing = ir.Constant(lanes.type, None)
    sums = [cgutils.alloca_once_value(builder, nothing) for _ in new]
    for each in sums:
        builder.store(nothing, each)
    spread = [lanes.spread(weight) for weight in weights]
    with cgutils.for_range_slice(builder, start, stop, start.type(count), start.type) as (j, _):
        added = lanes.read(data["total"], j)
        for weight, place in zip(spread, old, strict=True):
            added = lanes.plus_product(added, weight, lanes.read(data["x"], builder.add(place, j)))
        builder.store(added, lanes.at(data["total"], j), align=4)
        theta = lanes.read(data["theta"], j)
        for each, place in zip(sums, new, strict=True):
            at = builder.add(place, j)
            if count == max(LANES):
                lanes.ask(data["x"], builder.add(at, at.type(AHEAD)))
            entries = lanes.read(data["x"], at)
            builder.store(lanes.plus_product(builder.load(each), entries, theta), each)
    return [builder.load(each) for each in sums]


@intrinsic  # type: ignore[untyped-decorator]
def advance_rows(
    typing_context: Any, x: Any, places: Any, apart: Any, n: Any, r: Any, total: Any, theta: Any, t: Any
) -> Any:
    """total += Σ_k r[k·ROWS + n]·(old row of part k); t[k·ROWS + n] = (new row of part k)·theta.

    `places` are those of the first part's old and new row in x, which is given end to end; the other
    parts' lie `apart` further on each. x, r, total and theta are of float32 numbers, t of float64
    numbers, all without gaps; no place is checked.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = {
            name: context.make_array(signature.args[at])(context, builder, arguments[at])
            for name, at in (("x", 0), ("r", 4), ("total", 5), ("theta", 6), ("t", 7))
        }
        data, whole = {name: array.data for name, array in made.items()}, arguments[2].type
        further = [builder.mul(arguments[2], whole(k)) for k in range(STREAMS)]
        rows = [
            [builder.add(first, k) for k in further] for first in cgutils.unpack_tuple(builder, arguments[1])
        ]
        entries = [builder.add(arguments[3], whole(k * ROWS)) for k in range(STREAMS)]
        given = (*rows, [builder.load(builder.gep(data["r"], [at])) for at in entries])
        size = cgutils.unpack_tuple(builder, made["total"].shape, 1)[0]
        ends = [size.type(0), *(builder.and_(size, size.type(-count)) for count in LANES)]
        spans = zip(LANES, ends[:-1], ends[1:], strict=True)
        products = [_advance(builder, count, data, span, given) for count, *span in spans]
        for at, row in zip(entries, zip(*products, strict=True), strict=True):
            found = builder.fpext(_sum_of_all(builder, row), ir.DoubleType())
            builder.store(found, builder.gep(data["t"], [at]))
        return context.get_dummy_value()

    return types.void(x, places, apart, n, r, total, theta, t), generate

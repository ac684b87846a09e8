"""Inputs made from inputs: bytes changed, pieces moved, words of the language put in."""

from collections.abc import Sequence
from random import Random

LARGEST = 65_536
FEW = 8
LONG = 4_096


def mutated(chance: Random, corpus: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """An input made from one of *corpus* by up to eight changes, at most 64 KiB long."""
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.randint(1, FEW)):
        at = chance.randint(0, len(data))
        end = min(len(data), at + int(chance.paretovariate(0.8)))
        chance.choice(CHANGES)(chance, data, slice(at, end), corpus, words)
    return bytes(data[:LARGEST])


def flip(chance, data, where, _corpus, _words):
    if data:
        data[min(where.start, len(data) - 1)] ^= 1 << chance.randrange(8)


def insert_byte(chance, data, where, _corpus, _words):
    data[where.start : where.start] = bytes([chance.randrange(256)])


def delete(_chance, data, where, _corpus, _words):
    del data[where]


def insert_word(chance, data, where, _corpus, words):
    data[where.start : where.start] = chance.choice(words)


def replace_by_word(chance, data, where, _corpus, words):
    data[where] = chance.choice(words)


def copy(chance, data, where, _corpus, _words):
    to = chance.randint(0, len(data))
    data[to:to] = data[where]


def splice(chance, data, where, corpus, _words):
    other = chance.choice(corpus)
    start = chance.randint(0, len(other))
    data[where] = other[start : start + chance.randint(0, len(other))]


def repeat(chance, data, where, _corpus, words):
    piece = bytes(data[where]) or chance.choice(words)
    data[where.start : where.start] = piece * chance.randint(2, 64)


def fill(chance, data, where, _corpus, words):
    if chance.random() < 0.1:
        piece = chance.choice(words)
        data[where.start : where.start] = piece * (chance.choice((LONG, LARGEST)) // len(piece))


CHANGES = (
    flip, insert_byte, delete, insert_word, replace_by_word, copy, splice, repeat, fill,
)  # fmt: skip


def longest(seeds: Sequence[bytes], words: Sequence[bytes]) -> list[bytes]:
    """Inputs of 64 KiB that are one thing again and again, alone and within each seed."""
    pieces = [*words, *seeds, b" ", b"a", b"%", b"*", b"\xff"]
    whole = [(piece * LARGEST)[:LARGEST] for piece in pieces]
    inside = []
    for seed in seeds:
        middle = len(seed) // 2
        room = LARGEST - len(seed)
        inside += [seed[:middle] + one[:room] + seed[middle:] for one in whole]
    return [*whole, *inside]

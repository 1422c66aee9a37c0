"""Judges what the ledger gives out by aics-tlog, a verifier of C2SP logs that nobody here wrote.

Reads one case a line, JSON, and answers each with a line: "accepted", or "refused: " and why. Bytes are base64. The
cases are those of ../go/main.go.
"""

import base64
import json
import sys

from aics_tlog import (
    FileSystemTileReader,
    HttpTileReader,
    audit_tiles,
    parse_note,
    parse_vkey,
    tree_root_from_tiles,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)

COSIGNATURE = 0x04


class Refused(Exception):
    pass


def decoded(case, name):
    return base64.b64decode(case[name], validate=True)


def proof_of(case):
    return [base64.b64decode(line, validate=True) for line in case["proof"]]


def head_of(case, note):
    """The tree head of a checkpoint that all keys have signed: one of the log, the others of witnesses."""
    keys = [parse_vkey(line) for line in case["keys"]]
    log = next(key for key in keys if key.key_type != COSIGNATURE)
    witnesses = [key for key in keys if key.key_type == COSIGNATURE]
    verified = verify_checkpoint(parse_note(note), log, witnesses, quorum=len(witnesses))
    if not verified.ok:
        raise Refused(verified.error)
    return verified


def check_tree(case):
    head = head_of(case, case["note"])
    place = case["tiles"]
    tiles = HttpTileReader(place, proxies={}) if place.startswith("http://") else FileSystemTileReader(place)
    if tree_root_from_tiles(tiles, head.size) != head.root:
        raise Refused("another root")
    audit_tiles(tiles, head.size, head.root)


def check_inclusion(entry, index, size, proof, root):
    if not verify_leaf_inclusion(entry, index, size, proof, root):
        raise Refused(f"entry {index} is not in the tree of {size}")


def check_consistency(case):
    sizes = (case["oldSize"], case["size"])
    if not verify_consistency(*sizes, decoded(case, "oldRoot"), decoded(case, "root"), proof_of(case)):
        raise Refused(f"the tree of {sizes[1]} does not begin with that of {sizes[0]}")


def check_proof(case):
    """A tlog-proof: a line that names it, perhaps extra data, the index, the proof; an empty line; the checkpoint."""
    body, _, note = case["text"].partition("\n\n")
    name, *lines = body.split("\n")
    if name != "c2sp.org/tlog-proof@v1":
        raise Refused("no tlog-proof")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    if not lines or not lines[0].startswith("index "):
        raise Refused("no index")
    proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
    head = head_of(case, note)
    check_inclusion(decoded(case, "entry"), int(lines[0][len("index ") :]), head.size, proof, head.root)


CHECKS = {
    "note": lambda case: head_of(case, case["note"]),
    "tree": check_tree,
    "inclusion": lambda case: check_inclusion(
        decoded(case, "entry"), case["index"], case["size"], proof_of(case), decoded(case, "root")
    ),
    "consistency": check_consistency,
    "proof": check_proof,
}

for line in sys.stdin:
    case = json.loads(line)
    check = CHECKS[case["kind"]]
    try:
        check(case)
        print("accepted")
    # What aics-tlog refuses to read it says by an error of its own, of many kinds: a tile, a name, a number.
    except (Refused, ValueError, OSError) as refusal:
        print("refused:", " ".join(str(refusal).split()))

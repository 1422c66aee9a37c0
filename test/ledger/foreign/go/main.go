// Judges what the ledger gives out by the transparency log of Go's checksum database (golang.org/x/mod/sumdb), which
// nobody here wrote. Reads one case a line, JSON, and answers each with a line: "accepted", or "refused: " and why.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Case is what is to be judged. Bytes are base64.
type Case struct {
	Kind string // note, tree, inclusion, consistency or proof

	// Note is a signed checkpoint, which each of Keys must have signed (verifier lines).
	Note string
	Keys []string

	// Tiles is the directory or the address under which the tiles of the tree of Note are.
	Tiles string

	// Proof that Entry is number Index of the tree, or that the tree begins with that of OldSize.
	Index   int64
	Entry   []byte
	OldSize int64
	OldRoot []byte
	Size    int64
	Root    []byte
	Proof   [][]byte

	// Text is a tlog-proof.
	Text string
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := bufio.NewWriter(os.Stdout)
	decoder := json.NewDecoder(lines)
	for decoder.More() {
		var c Case
		if err := decoder.Decode(&c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := judge(c); err != nil {
			fmt.Fprintln(answers, "refused: "+strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Fprintln(answers, "accepted")
		}
	}
	if err := answers.Flush(); err != nil {
		os.Exit(1)
	}
}

func judge(c Case) error {
	switch c.Kind {
	case "note":
		_, err := open(c.Note, c.Keys)
		return err
	case "tree":
		tree, err := open(c.Note, c.Keys)
		if err != nil {
			return err
		}
		return checkTiles(tree, source(c.Tiles))
	case "inclusion":
		return checkInclusion(c.Proof, tlog.Tree{N: c.Size, Hash: hash(c.Root)}, c.Index, c.Entry)
	case "consistency":
		return tlog.CheckTree(hashes(c.Proof), c.Size, hash(c.Root), c.OldSize, hash(c.OldRoot))
	case "proof":
		return checkProof(c)
	}
	fmt.Fprintln(os.Stderr, "no such kind of case: "+c.Kind)
	os.Exit(2)
	return nil
}

// open gives the tree head of a checkpoint that all keys have signed.
func open(text string, keys []string) (tlog.Tree, error) {
	verifiers := make([]note.Verifier, len(keys))
	for i, key := range keys {
		verifier, err := verifierOf(key)
		if err != nil {
			return tlog.Tree{}, err
		}
		verifiers[i] = verifier
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(keys) {
		return tlog.Tree{}, fmt.Errorf("signed by %d of %d", len(opened.Sigs), len(keys))
	}
	return headOf(opened.Text)
}

// headOf reads the text of a tlog-checkpoint.
func headOf(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return tlog.Tree{}, errors.New("no checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] || size < 0 {
		return tlog.Tree{}, errors.New("no size")
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkInclusion(proof [][]byte, tree tlog.Tree, index int64, entry []byte) error {
	if index < 0 || index >= tree.N {
		return fmt.Errorf("no entry %d in a tree of %d", index, tree.N)
	}
	return tlog.CheckRecord(hashes(proof), tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// checkProof reads a tlog-proof and proves its entry by the checkpoint in it.
func checkProof(c Case) error {
	body, checkpoint, found := strings.Cut(c.Text, "\n\n")
	lines := strings.Split(body, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("no tlog-proof")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("no index")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof [][]byte
	for _, line := range lines[1:] {
		sibling, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, append([]byte(nil), sibling[:]...))
	}
	tree, err := open(checkpoint, c.Keys)
	if err != nil {
		return err
	}
	return checkInclusion(proof, tree, index, c.Entry)
}

// hash takes bytes for a hash; those of another length are taken for one that fits nothing.
func hash(bytes []byte) (h tlog.Hash) {
	if len(bytes) == tlog.HashSize {
		copy(h[:], bytes)
	}
	return h
}

func hashes(list [][]byte) []tlog.Hash {
	all := make([]tlog.Hash, len(list))
	for i, bytes := range list {
		all[i] = hash(bytes)
	}
	return all
}

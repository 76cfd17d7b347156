package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"broadsheet/models/spam"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "training:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("give a file of labelled texts and one of ordinary comments")
	}
	texts, err := read(args[0], spam.ReadSamples)
	if err != nil {
		return err
	}
	talk, err := read(args[1], spam.ReadTalk)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := spam.Train(append(texts, talk...)).Write(&out); err != nil {
		return err
	}
	return os.WriteFile("models/spam/model.bin.gz", out.Bytes(), 0o644)
}

func read(path string, from func(io.Reader) ([]spam.Sample, error)) ([]spam.Sample, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	list, err := from(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

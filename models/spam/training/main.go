package main

import (
	"bytes"
	"fmt"
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
	if len(args) != 1 {
		return fmt.Errorf("give one file of labelled texts")
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	texts, err := spam.ReadSamples(file)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	var out bytes.Buffer
	if err := spam.Train(texts).Write(&out); err != nil {
		return err
	}
	return os.WriteFile("models/spam/model.bin.gz", out.Bytes(), 0o644)
}

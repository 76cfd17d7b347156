// Package threadblocks counts the threads of long discussions in blocks, so that
// a numbered page of a discussion with many thousands of threads is found
// without scanning the threads before it.
//
//	blocks.go  the blocks: seeking by them, keeping them right
//
// # Why blocks
//
// OFFSET reads every row that it skips. A block holds the number of threads from
// its first thread up to the next block, about a thousand, so a reader adds up
// the blocks and skips at most one block's threads. A short discussion has no
// blocks: skipping its threads is as quick.
package threadblocks

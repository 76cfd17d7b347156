package pagecache

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
)

// splitPieces cuts a page at the parts for one visitor. It returns the pieces around
// them, and nil when the page has no marks. The shared text between two marks is
// left out.
func splitPieces(body []byte, begin, end string) (pieces [][]byte) {
	if begin == "" {
		return nil
	}
	for {
		i := bytes.Index(body, []byte(begin))
		if i < 0 {
			break
		}
		i += len(begin)
		j := bytes.Index(body[i:], []byte(end))
		if j < 0 {
			break
		}
		pieces = append(pieces, body[:i])
		body = body[i+j:]
	}
	if pieces == nil {
		return nil
	}
	return append(pieces, body)
}

// splice joins the pieces with the parts between them.
func splice(pieces, parts [][]byte) []byte {
	n := 0
	for _, p := range pieces {
		n += len(p)
	}
	for _, p := range parts {
		n += len(p)
	}
	out := make([]byte, 0, n)
	for i, p := range pieces {
		out = append(out, p...)
		if i < len(pieces)-1 && i < len(parts) {
			out = append(out, parts[i]...)
		}
	}
	return out
}

// deflatePieces compresses each piece by itself, so that other data can go between
// them. Each ends on a byte boundary and is not marked as the last block.
func deflatePieces(pieces [][]byte) [][]byte {
	out := make([][]byte, len(pieces))
	for i, p := range pieces {
		var b bytes.Buffer
		z, _ := flate.NewWriter(&b, deflateLevel) // the level is valid, and writing into memory does not fail
		z.Write(p)
		z.Flush()
		out[i] = bytes.Clone(b.Bytes())
	}
	return out
}

// deflateLevel is the level of gzip's default, as in encoding.Quick.
const deflateLevel = 6

// gzipHead is the header of a gzip file without name, time and system (RFC 1952).
const gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// spliceGzip makes one gzip file of compressed pieces, with the plain parts
// between them, stored as they are. whole is the content of the file before
// compression, for its checksum and size.
func spliceGzip(compressed, plain [][]byte, whole []byte) []byte {
	n := 64
	for _, p := range compressed {
		n += len(p)
	}
	for _, p := range plain {
		n += len(p) + 8
	}
	out := append(make([]byte, 0, n), gzipHead...)
	for i, p := range compressed {
		out = append(out, p...)
		if i < len(compressed)-1 && i < len(plain) {
			out = appendStored(out, plain[i])
		}
	}
	out = append(out, 1, 0, 0, 0xff, 0xff) // an empty last block
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(whole))
	return binary.LittleEndian.AppendUint32(out, uint32(len(whole)))
}

// appendStored appends data in uncompressed blocks (RFC 1951, section 3.2.4).
func appendStored(out, data []byte) []byte {
	const most = 65535
	for len(data) > 0 {
		block := data[:min(len(data), most)]
		data = data[len(block):]
		out = append(out, 0)
		out = binary.LittleEndian.AppendUint16(out, uint16(len(block)))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(len(block)))
		out = append(out, block...)
	}
	return out
}

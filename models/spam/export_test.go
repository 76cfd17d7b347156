package spam

// Len returns how many texts the memo holds.
func (m *Memo) Len() int { return len(m.now) + len(m.old) }

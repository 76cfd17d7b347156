package mail

import (
	"context"
	"sync"
)

// Outbox is a [Sender] that stores messages, for tests.
type Outbox struct {
	mu   sync.Mutex
	sent []Message
	fail error
}

// Send implements [Sender].
func (o *Outbox) Send(_ context.Context, m Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	o.sent = append(o.sent, m)
	return nil
}

// Fail makes each further Send return err; nil ends that.
func (o *Outbox) Fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fail = err
}

// Sent returns the messages sent so far, oldest first.
func (o *Outbox) Sent() []Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Message(nil), o.sent...)
}

package node

import (
	"encoding/json"
	"io"
	"time"
)

// Event is one line of what a starting cluster tells the command that waits.
type Event struct {
	Step    string  `json:"step,omitempty"` // what has been reached
	Seconds float64 `json:"seconds,omitempty"`
	Ready   bool    `json:"ready,omitempty"`
	Error   string  `json:"error,omitempty"`
	Log     string  `json:"log,omitempty"` // the component whose log may tell why
}

// ContainerdAnswers is the step after which images can be loaded.
const ContainerdAnswers = "containerd answers"

type progress struct {
	encoder *json.Encoder
	since   time.Time
}

func newProgress(to io.Writer) *progress {
	return &progress{json.NewEncoder(to), time.Now()}
}

// reached reports a step. Nobody may be listening any more, which is no error.
func (p *progress) reached(step string) {
	_ = p.encoder.Encode(Event{Step: step, Seconds: time.Since(p.since).Seconds()})
	p.since = time.Now()
}

func (p *progress) ready() { _ = p.encoder.Encode(Event{Ready: true}) }

func (p *progress) failed(err error, log string) {
	_ = p.encoder.Encode(Event{Error: err.Error(), Log: log})
}

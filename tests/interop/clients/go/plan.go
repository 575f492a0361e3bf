package main

import "encoding/json"

// What a plan and a report hold is said in the README.md of the folder above.
type plan struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Account *account          `json:"account"`
	Command []string          `json:"command"`
	Mode    string            `json:"mode"`
	Steps   []step            `json:"steps"`
}

type account struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Issuer string `json:"issuer"`
	// Where tokens come from, for what cannot find it out.
	TokenURL string `json:"token_url"`
	Scope    string `json:"scope"`
	// Where a person is sent back to; a machine has none.
	Callback string `json:"callback"`
}

type step struct {
	List      bool           `json:"list"`
	Call      string         `json:"call"`
	Arguments map[string]any `json:"arguments"`
	Progress  bool           `json:"progress"`
	CancelOn  string         `json:"cancel_on"`
	LeaveOn   string         `json:"leave_on"`
	Until     map[string]any `json:"until"`
	WithinMS  int            `json:"within_ms"`
	Say       map[string]any `json:"say"`
	Hold      bool           `json:"hold"`
	PauseMS   int            `json:"pause_ms"`
	Together  []step         `json:"together"`
}

type report struct {
	Connected *connected `json:"connected,omitempty"`
	Refused   *fault     `json:"refused,omitempty"`
	Steps     []any      `json:"steps"`
	Errors    []string   `json:"errors"`
	CloseMS   *float64   `json:"close_ms,omitempty"`
}

type connected struct {
	Version string `json:"version"`
	Server  any    `json:"server"`
}

type fault struct {
	Code    any    `json:"code"`
	Message string `json:"message"`
}

type listEntry struct {
	Tools any    `json:"tools,omitempty"`
	Error *fault `json:"error,omitempty"`
}

type answer struct {
	IsError    bool   `json:"is_error"`
	Structured any    `json:"structured"`
	Text       string `json:"text"`
}

type note struct {
	Progress float64 `json:"progress"`
	Total    float64 `json:"total"`
	Message  string  `json:"message"`
}

type callEntry struct {
	Answer    *answer  `json:"answer,omitempty"`
	Error     *fault   `json:"error,omitempty"`
	Notes     []note   `json:"notes"`
	Asked     []string `json:"asked"`
	Cancelled bool     `json:"cancelled"`
	Left      bool     `json:"left,omitempty"`
	EndedMS   float64  `json:"ended_ms"`
}

// fits says whether the structured answer has these members.
func (entry *callEntry) fits(wanted map[string]any) bool {
	if entry.Answer == nil {
		return false
	}
	has, _ := entry.Answer.Structured.(map[string]any)
	for name, value := range wanted {
		if left, right := asText(has[name]), asText(value); left != right {
			return false
		}
	}
	return true
}

func asText(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

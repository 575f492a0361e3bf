package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const stepLimit = 20 * time.Second

// A call under way: what its notes and questions are put down in.
type watch struct {
	entry *callEntry
	step  *step
	noted chan struct{} // closed at the first note
	once  sync.Once
}

// One connection over its life. The SDK hands notes and questions to the client, not to the call: `live` finds the call by its
// progress token, which counts from 0.
type run struct {
	client  *mcp.Client
	session *mcp.ClientSession
	words   <-chan struct{}
	began   time.Time

	mu   sync.Mutex
	live []*watch
}

func (r *run) nowMS() float64 {
	return float64(time.Since(r.began).Microseconds()) / 1000
}

func (r *run) onNote(_ context.Context, request *mcp.ProgressNotificationClientRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	token, ok := request.Params.ProgressToken.(float64)
	if !ok || int(token) >= len(r.live) {
		return
	}
	w := r.live[int(token)]
	w.entry.Notes = append(w.entry.Notes, note{request.Params.Progress, request.Params.Total, request.Params.Message})
	w.once.Do(func() { close(w.noted) })
}

// A question belongs to the last call: no plan asks during two at once.
func (r *run) onQuestion(_ context.Context, request *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.live[len(r.live)-1]
	w.entry.Asked = append(w.entry.Asked, request.Params.Message)
	if w.step.Say == nil {
		return &mcp.ElicitResult{Action: "decline"}, nil
	}
	return &mcp.ElicitResult{Action: "accept", Content: w.step.Say}, nil
}

func faultOf(err error) *fault {
	var wire *jsonrpc.Error
	if errors.As(err, &wire) {
		return &fault{wire.Code, err.Error()}
	}
	return &fault{nil, err.Error()}
}

func answerOf(result *mcp.CallToolResult) *answer {
	var texts []string
	for _, block := range result.Content {
		if text, ok := block.(*mcp.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	return &answer{result.IsError, result.StructuredContent, strings.Join(texts, "\n")}
}

func (r *run) watchCall(s *step) (*watch, *mcp.CallToolParams) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := &watch{entry: &callEntry{Notes: []note{}, Asked: []string{}}, step: s, noted: make(chan struct{})}
	params := &mcp.CallToolParams{Name: s.Call, Arguments: s.Arguments}
	if s.Arguments == nil {
		params.Arguments = map[string]any{}
	}
	if s.Progress {
		params.SetProgressToken(len(r.live))
	}
	r.live = append(r.live, w)
	return w, params
}

func (r *run) callOnce(s *step) *callEntry {
	w, params := r.watchCall(s)
	ctx, cancel := context.WithTimeout(context.Background(), stepLimit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		result, err := r.session.CallTool(ctx, params)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			w.entry.Error = faultOf(err)
		} else {
			w.entry.Answer = answerOf(result)
		}
		w.entry.EndedMS = r.nowMS()
	}()
	if s.LeaveOn == "note" {
		<-w.noted
		return &callEntry{Left: true} // its own entry belongs to the call, which goes on
	}
	r.cancelWhen(s, w, done, cancel)
	<-done
	return w.entry
}

// cancelWhen gives the call up when the plan says so.
func (r *run) cancelWhen(s *step, w *watch, done <-chan struct{}, cancel context.CancelFunc) {
	cause := r.words
	switch s.CancelOn {
	case "":
		return
	case "note":
		cause = w.noted
	}
	select {
	case <-cause:
		w.entry.Cancelled = true
		cancel()
	case <-done:
	}
}

func (r *run) callUntil(s *step) *callEntry {
	deadline := time.Now().Add(time.Duration(s.WithinMS) * time.Millisecond)
	for {
		entry := r.callOnce(s)
		if entry.fits(s.Until) || time.Now().After(deadline) {
			return entry
		}
	}
}

func (r *run) list() listEntry {
	ctx, cancel := context.WithTimeout(context.Background(), stepLimit)
	defer cancel()
	result, err := r.session.ListTools(ctx, nil)
	if err != nil {
		return listEntry{Error: faultOf(err)}
	}
	return listEntry{Tools: result.Tools}
}

func (r *run) take(s *step) any {
	switch {
	case s.Together != nil:
		entries := make([]any, len(s.Together))
		var all sync.WaitGroup
		for i := range s.Together {
			all.Go(func() { entries[i] = r.take(&s.Together[i]) })
		}
		all.Wait()
		return entries
	case s.List:
		return r.list()
	case s.PauseMS > 0:
		time.Sleep(time.Duration(s.PauseMS) * time.Millisecond)
		return struct{}{}
	case s.Hold:
		<-r.words
		return struct{}{}
	case s.Until != nil:
		return r.callUntil(s)
	}
	return r.callOnce(s)
}

// Carries out a plan with the official Go SDK.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth/extauth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"golang.org/x/oauth2/clientcredentials"
)

// complaints gathers what the SDK warns of.
type complaints struct {
	mu    sync.Mutex
	texts []string
}

func (c *complaints) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, strings.TrimSpace(string(line)))
	return len(line), nil
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.texts...)
}

// withHeaders adds the headers of the plan to each request.
type withHeaders map[string]string

func (headers withHeaders) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(request)
}

func transportOf(p *plan) (mcp.Transport, error) {
	if p.URL == "" {
		command := exec.Command(p.Command[0], p.Command[1:]...)
		command.Stderr = os.Stderr
		return &mcp.CommandTransport{Command: command}, nil
	}
	transport := &mcp.StreamableClientTransport{Endpoint: p.URL, HTTPClient: &http.Client{Transport: withHeaders(p.Headers)}}
	if p.Account == nil {
		return transport, nil
	}
	if p.Account.TokenURL != "" { // as Go programs do who know it; the SDK's own sign-in wants to find it
		config := clientcredentials.Config{ClientID: p.Account.ID, ClientSecret: p.Account.Secret,
			TokenURL: p.Account.TokenURL, Scopes: strings.Fields(p.Account.Scope)}
		transport.HTTPClient = config.Client(context.Background())
		return transport, nil
	}
	if p.Account.Callback != "" {
		handler, err := signInOf(p.Account)
		transport.OAuthHandler = handler
		return transport, err
	}
	handler, err := extauth.NewClientCredentialsHandler(&extauth.ClientCredentialsHandlerConfig{
		Credentials: &oauthex.ClientCredentials{ClientID: p.Account.ID, Issuer: p.Account.Issuer,
			ClientSecretAuth: &oauthex.ClientSecretAuth{ClientSecret: p.Account.Secret}}})
	transport.OAuthHandler = handler
	return transport, err
}

// readPlan takes the first line of stdin; each line after it is a word.
func readPlan(in io.Reader) (*plan, <-chan struct{}, error) {
	lines := bufio.NewReader(in)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, nil, err
	}
	words := make(chan struct{})
	go func() {
		for {
			if _, err := lines.ReadString('\n'); err != nil {
				return
			}
			words <- struct{}{}
		}
	}()
	p := new(plan)
	return p, words, json.Unmarshal(first, p)
}

// open connects as the mode says: "auto" takes what the SDK would, "legacy" a version of its own.
func (r *run) open(p *plan, heard *complaints) error {
	r.client = mcp.NewClient(&mcp.Implementation{Name: "interop", Version: "1"}, &mcp.ClientOptions{
		Logger:                      slog.New(slog.NewTextHandler(heard, &slog.HandlerOptions{Level: slog.LevelWarn})),
		ProgressNotificationHandler: r.onNote, ElicitationHandler: r.onQuestion})
	transport, err := transportOf(p)
	if err != nil {
		return err
	}
	options := &mcp.ClientSessionOptions{}
	if p.Mode == "legacy" {
		options.ProtocolVersion = "2025-11-25"
	}
	ctx, cancel := context.WithTimeout(context.Background(), stepLimit)
	defer cancel()
	r.session, err = r.client.Connect(ctx, transport, options)
	return err
}

func carryOut(p *plan, words <-chan struct{}) *report {
	heard := &complaints{}
	out := &report{Steps: []any{}}
	r := &run{words: words, began: time.Now()}
	if err := r.open(p, heard); err != nil {
		out.Refused = faultOf(err)
	} else {
		opened := r.session.InitializeResult()
		out.Connected = &connected{opened.ProtocolVersion, opened.ServerInfo}
		for i := range p.Steps {
			out.Steps = append(out.Steps, r.take(&p.Steps[i]))
		}
		closing := r.nowMS()
		err := r.session.Close()
		took := r.nowMS() - closing
		out.CloseMS = &took
		if err != nil {
			heard.Write([]byte("close: " + err.Error()))
		}
	}
	out.Errors = heard.all()
	return out
}

func main() {
	p, words, err := readPlan(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(carryOut(p, words))
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}
